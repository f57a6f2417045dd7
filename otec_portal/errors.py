"""What a person sees when something goes wrong; and whether the portal lives."""

import sys
from collections.abc import Callable

from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.access import bearer
from otec_portal.core.database import DATABASE_AWAY, RETRY_AFTER
from otec_portal.core.permissions import Denied
from otec_portal.core.rate_limit import WINDOW
from otec_portal.core.sence_address import stand_in


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, for what no browser of a person sends."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, for who may look but not touch; why, where that was said."""
    why = exception.why if isinstance(exception, Denied) else ""
    return _page(request, "errors/403.html", status=403, why=why)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for what isn't there or isn't yours."""
    return _page(request, "errors/404.html", status=404)


def _page(
    request: HttpRequest, template: str, *, status: int, why: str = ""
) -> HttpResponse:
    """Answer with a way out: participants have no business at the operators' home."""
    user = getattr(request, "user", None)
    is_participant = bearer(request) and not (user and user.is_authenticated)
    url = reverse("attendance:my_courses" if is_participant else "home")
    label = "Ir a mis cursos" if is_participant else "Ir al inicio"
    told = {"way_out_url": url, "way_out_label": label, "why": why}
    return render(request, template, told, status=status)


def say_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: 405 in words, for the address of a button's result that is opened."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        given = get_response(request)
        if not isinstance(given, HttpResponseNotAllowed) or given.content:
            return given
        page = _page(request, "errors/405.html", status=given.status_code)
        page["Allow"] = given["Allow"]
        return page

    return answer


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429, for who asks faster than people do."""
    page = _page(request, "errors/429.html", status=429)
    page["Retry-After"] = str(WINDOW)
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database can't be used, to be tried again (A26); else 500.

    Neither page asks the database for anything.
    """
    told = {"sence_stand_in": stand_in()}
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return HttpResponse(
            render_to_string("errors/503.html", told),
            status=503,
            headers={"Retry-After": RETRY_AFTER},
        )
    return HttpResponse(render_to_string("errors/500.html", told), status=500)


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Say that this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
