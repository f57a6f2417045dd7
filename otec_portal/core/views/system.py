"""Whether the portal works: for people who can act, and for machines that ask."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from otec_portal.core import health as parts_of
from otec_portal.core.permissions import OperatorRequest, Permission, operator

logger = logging.getLogger(__name__)


@never_cache
@login_not_required  # asked by whoever watches the installation
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say of each part whether it works: 200 if all do, else 503.

    Of worker and scheduler also when they last worked, which tells nothing of how much
    the portal is used. Unlike «salud/», which says that this process serves and so is
    for whatever would start it again.
    """
    found = parts_of.parts(now=timezone.now())
    works = {part.name: part.works for part in found}
    well = all(works.values())
    if not well:
        away = ", ".join(name for name, one in works.items() if not one)
        logger.error("not working: %s", away)
    told = {"ok": well, "parts": works, "last_worked": _last_worked(found)}
    return JsonResponse(told, status=200 if well else 503)


def _last_worked(found: list[parts_of.Part]) -> dict[str, str | None]:
    """Return when worker and scheduler last worked, by ISO 8601; None: never seen."""
    return {
        one.name: one.last_at.isoformat(timespec="seconds") if one.last_at else None
        for one in found
        if one.name in parts_of.MOVING
    }


@never_cache
@require_GET
def system(request: HttpRequest) -> HttpResponseBase:
    """Each part in words, and when it last worked: for staff and national admins."""
    if getattr(request.user, "is_staff", False):
        return _page(request)
    return _of_a_member(request)


def _page(request: HttpRequest) -> HttpResponse:
    found = parts_of.parts(now=timezone.now())
    return render(
        request,
        "core/system.html",
        {"parts": found, "well": all(one.works for one in found)},
    )


@operator(Permission.VIEW_SYSTEM)
def _of_a_member(request: OperatorRequest) -> HttpResponse:
    return _page(request)
