"""The participant's pages: a personal link, the course, the way to SENCE and back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from attendance.models import Receipt, SenceSession
from attendance.participant_page import course_page
from attendance.sence.help import CLAVE_UNICA, HELP_LINKS
from attendance.sence.outgoing import NotSendable
from attendance.services import returns, sessions
from attendance.services.handing_out import Form
from courses.access import (
    current_participant,
    enrolment_of_link,
    own_enrolment,
    remember,
)
from courses.models import Enrolment
from otec_portal.core.errors import DomainError
from otec_portal.core.rate_limit import over_limit, too_many

NOT_READY = (
    "El registro de este curso todavía no está bien configurado, así que SENCE lo "
    "rechazaría. No es tu error: ya avisamos a tu OTEC. Inténtalo más tarde."
)
CAN_NOT_CLOSE = (
    "Por ahora no podemos pedir el cierre a SENCE. Tu inicio quedó registrado y el "
    "tiempo sigue corriendo. No es tu error: ya avisamos a tu OTEC. Intenta cerrarla "
    "otra vez antes de que se acabe el tiempo."
)
FORMS_OF_AN_ENROLMENT = 20  # in a minute; each is kept, and shown to operators
EnrolmentView = Callable[[HttpRequest, Enrolment], HttpResponse]
PublicIdView = Callable[[HttpRequest, uuid.UUID], HttpResponse]


def _enrolments() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_related(
        "participant", "action__course__training_body"
    )


def for_participant(view: EnrolmentView) -> PublicIdView:
    """Give a view the enrolment of the person whose browser this is.

    Somebody else's does not exist (404), in the words of two people who share a
    computer; without a person: open your link (403).
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        enrolment = own_enrolment(request, public_id)
        if enrolment is not None:
            return view(request, enrolment)
        if current_participant(request) is None:
            return _who_are_you(request)
        return render(request, "attendance/another_person.html", status=404)

    return guarded


def _who_are_you(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/open_your_link.html", status=403)


@login_not_required
@never_cache
@require_GET
def enter(request: HttpRequest, signed: str) -> HttpResponse:
    """A personal link: remember whose browser this is, go to the course."""
    enrolment = enrolment_of_link(signed)
    if enrolment is None:
        return render(request, "attendance/link_not_valid.html", status=404)
    answer = redirect("attendance:course", public_id=enrolment.public_id)
    remember(answer, enrolment.participant)
    return answer


@login_not_required
@never_cache
@require_GET
def my_courses(request: HttpRequest) -> HttpResponse:
    """The courses of the person whose browser this is."""
    participant = current_participant(request)
    if participant is None:
        return _who_are_you(request)
    running = SenceSession.objects.filter(enrolment=OuterRef("pk"))
    mine = (
        _enrolments()
        .filter(participant=participant)
        .annotate(running=Exists(running.running(timezone.now())))
        .order_by("-action__starts_on")
    )
    return render(
        request,
        "attendance/my_courses.html",
        {"participant": participant, "enrolments": mine},
    )


@for_participant
@require_GET
def course(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The course: start, clock, close, history."""
    return _course(request, enrolment)


def _course(
    request: HttpRequest,
    enrolment: Enrolment,
    *,
    receipt: Receipt | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    page = course_page(
        enrolment, now=timezone.now(), asked=request.GET, receipt=receipt
    )
    return render(
        request,
        "attendance/course.html",
        {
            "page": page,
            "problem": problem,
            "help_links": HELP_LINKS,
            "clave_unica": CLAVE_UNICA,
        },
        status=status,
    )


def _to_course(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Go back to the course, and to the page of its history that was asked for here."""
    url = reverse("attendance:course", args=[enrolment.public_id])
    asked = request.GET.urlencode()
    return redirect(f"{url}?{asked}" if asked else url)


def _too_often(enrolment: Enrolment, *, now: datetime) -> bool:
    key = str(enrolment.pk)
    return over_limit("forms", key, limit=FORMS_OF_AN_ENROLMENT, now=now)


def _slow_down(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    back = reverse("attendance:course", args=[enrolment.public_id])
    return too_many(request, way_out_url=back, way_out_label="Volver al curso")


@for_participant
@require_http_methods(["GET", "POST"])
@sensitive_variables("form")
def start(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Hand the form of the start to this browser; a GET goes back to the course."""
    if request.method == "GET":
        return _to_course(request, enrolment)
    now = timezone.now()
    if _too_often(enrolment, now=now):
        return _slow_down(request, enrolment)
    try:
        form = sessions.start(enrolment, now=now)
    except sessions.AlreadyRunning:
        return redirect("attendance:course", public_id=enrolment.public_id)
    except NotSendable:
        return _course(request, enrolment, problem=NOT_READY, status=409)
    except DomainError as refused:
        return _course(request, enrolment, problem=refused.message, status=409)
    return _handover(request, form, enrolment)


@for_participant
@require_http_methods(["GET", "POST"])
@sensitive_variables("form")
def close(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Hand the form of the close to this browser; a GET goes back to the course."""
    now = timezone.now()
    if request.method == "POST" and _too_often(enrolment, now=now):
        return _slow_down(request, enrolment)
    session = (
        sessions.live_session(enrolment, now=now) if request.method == "POST" else None
    )
    if session is None:
        return _to_course(request, enrolment)
    try:
        form = sessions.request_close(session, now=now)
    except sessions.NotRunning:
        return redirect("attendance:course", public_id=enrolment.public_id)
    except NotSendable:
        return _course(request, enrolment, problem=CAN_NOT_CLOSE, status=409)
    return _handover(request, form, enrolment)


@sensitive_variables("form")
def _handover(request: HttpRequest, form: Form, enrolment: Enrolment) -> HttpResponse:
    """The one page that carries the token, and the one that may post to SENCE.

    Chromium holds form-action against SENCE's whole chain of redirects (B6).
    """
    page = render(
        request, "attendance/handover.html", {"form": form, "enrolment": enrolment}
    )
    hosts = [settings.SENCE_BASE_URL, *settings.SENCE_FORM_ACTION]
    csp_update({"form-action": hosts})(lambda _request: page)(request)
    page["Cache-Control"] = "no-store"
    return page


@for_participant
@require_GET
def status(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The server's times, by which the page sets its clock. Instants are ISO 8601."""
    now = timezone.now()
    running = SenceSession.objects.running(now).filter(enrolment=enrolment)
    expires_at = running.values_list("expires_at", flat=True).first()
    return JsonResponse({"now": now, "expires_at": expires_at})


@login_not_required
@never_cache
@require_GET
def returned(request: HttpRequest, ticket: str) -> HttpResponse:
    """Where a callback sends the browser: the same page, however often it is opened.

    Whoever is not the participant of the session learns nothing of it (A17).
    """
    participant = current_participant(request)
    receipt = returns.redeem(ticket, participant=participant, now=timezone.now())
    if receipt is None:
        raise Http404
    enrolment = (
        _enrolments()
        .filter(pk=receipt.session.enrolment_id, participant=participant)
        .first()
    )
    if participant is None or enrolment is None:
        return render(request, "attendance/answer_received.html")
    return _course(request, enrolment, receipt=receipt)
