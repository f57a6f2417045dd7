"""Attendance of an action, of one participant; on the screen and to take away."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance import exports
from attendance.book_forms import AttendanceSearch
from attendance.detail import NONE_REAL, ClassBook, Entry, marks_of, why_not_real
from attendance.exports import FileType
from attendance.levels import time_by_level
from attendance.models import Adjustment, AdjustmentEvidence, SenceSession
from attendance.standing import Rules, sum_in_words, with_standing
from attendance.views.closed import closed_page
from courses.models import Enrolment, TrainingAction
from courses.views.base import action_of, enrolment_of
from otec_portal.core.downloads import download, plain_name
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

PARTICIPANTS: Final = [
    Column("Rut Participante", "rut", ("participant__run",)),
    Column(
        "Nombre Participante",
        "nombre",
        ("participant__listed_folded",),
    ),
    Column("Porcentaje Asistencia", "porcentaje", ("per_cent",)),
]
ENTRIES: Final = [
    Column("Fecha", "fecha", ("start",)),
    Column("Facilitador", "facilitador", ("facilitator",)),
    Column("Inicio Sesión", "inicio_sesion", ("class_start",)),
    Column("Fin Sesión", "fin_sesion", ("class_end",)),
    Column("Duración Sesión", "duracion_sesion", ("class_seconds",)),
    Column("Hora Inicio", "inicio", ("start",)),
    Column("Hora Fin", "fin", ("end",)),
    Column("Duración Participante", "duracion", ("seconds",)),
]
ROWS: Final = 25


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def participants(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Listado de Participantes": everybody with their percentage."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    rules = Rules.of(action)
    search = AttendanceSearch(request.GET, threshold=rules.threshold)
    everybody = Enrolment.objects.filter(action=action).select_related("participant")
    shown: Listing[Enrolment] = Listing(
        with_standing(search.apply(everybody)),
        asked=request.GET,
        columns=PARTICIPANTS,
        sort="nombre",
        size=ROWS,
    )
    sessions = SenceSession.objects.filter(enrolment__action=action)
    return render(
        request,
        "attendance/participants.html",
        {
            "action": action,
            "rules": rules,
            "search": search,
            "list": shown,
            "levels": time_by_level(sessions),
            **_may(request),
        },
    )


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def detail(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Registro de Asistencia" of one participant."""
    now = timezone.now()
    enrolment = enrolment_of(request, public_id)
    action = enrolment.action
    if closed := closed_page(request, action):
        return closed
    rules = Rules.of(action)
    entries = ClassBook.of(action, now=now).entries(marks_of(enrolment))
    shown: Listing[Any] = Listing(
        entries, asked=request.GET, columns=ENTRIES, sort="fecha", size=ROWS
    )
    one = with_standing(Enrolment.objects.filter(pk=enrolment.pk)).get()
    sessions = SenceSession.objects.filter(enrolment=enrolment)
    return render(
        request,
        "attendance/detail.html",
        {
            "action": action,
            "enrolment": enrolment,
            "standing": one,
            "rules": rules,
            "list": shown,
            "total": _total(entries),
            "why_empty": "" if entries else _why_empty(sessions),
            "sum": sum_in_words(one, rules),
            "levels": time_by_level(sessions),
            "adjustments": _adjustments(enrolment),
            "closed_because": action.closed_because,
            **_may(request),
        },
    )


def _why_empty(sessions: QuerySet[SenceSession]) -> str:
    """Return why sessions make no line though there are some; "" without any."""
    held = set(sessions.values_list("stand_in", "environment"))
    return NONE_REAL if held and all(why_not_real(*one) for one in held) else ""


def _total(entries: list[Entry]) -> int:
    return sum(entry.seconds for entry in entries)


def _adjustments(
    enrolment: Enrolment,
) -> list[tuple[Adjustment, AdjustmentEvidence | None]]:
    """Those of the participant, latest first, but for the documents' bytes."""
    made = enrolment.adjustments.select_related("by", "evidence").order_by("-pk")
    return [
        (one, getattr(one, "evidence", None)) for one in made.defer("evidence__content")
    ]


def _may(request: OperatorRequest) -> dict[str, bool]:
    acting = request.membership
    return {
        "may_export": allowed(acting, Permission.EXPORT_PERSONAL_DATA),
        "may_adjust": allowed(acting, Permission.ADJUST_ATTENDANCE),
    }


@never_cache
@require_GET
@operator(Permission.EXPORT_PERSONAL_DATA)
def total_export(
    request: OperatorRequest, public_id: uuid.UUID, kind: FileType
) -> HttpResponseBase:
    """ "Descargar Asistencia Total"."""
    action = action_of(request, public_id)
    name = f"asistencia-{action.action_code}"
    return _export(request, action, action, exports.of_action, kind, name)


@never_cache
@require_GET
@operator(Permission.EXPORT_PERSONAL_DATA)
def detail_export(
    request: OperatorRequest, public_id: uuid.UUID, kind: FileType
) -> HttpResponseBase:
    """ "Bajar Asistencia"."""
    one = enrolment_of(request, public_id)
    name = f"asistencia-{one.action.action_code}-{one.participant.run}"
    return _export(request, one.action, one, exports.of_participant, kind, name)


def _export(
    request: OperatorRequest,
    action: TrainingAction,
    target: Any,
    make: Callable[..., Iterable[bytes]],
    kind: FileType,
    name: str,
) -> HttpResponseBase:
    if closed := closed_page(request, action, download=True):
        return closed
    now = timezone.now()
    exports.record_export(target, kind=kind, by=request.user, at=now)
    return download(
        make(target, kind=kind, now=now),
        filename=f"{plain_name(name)}.{kind.extension}",
        content_type=kind.media_type,
    )
