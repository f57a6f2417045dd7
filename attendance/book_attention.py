"""What the book of classes and the percentages need of a person."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.urls import reverse
from django.utils import timezone

from attendance import shortfalls
from attendance.book_forms import BELOW, NEVER
from attendance.models import ClassState, TrainingClass
from courses.models import Enrolment
from otec_portal.core.attention import (
    SHOWN,
    Example,
    Item,
    Urgency,
    first_of,
    how_many,
)
from otec_portal.core.models import Membership


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what may need a person now; what counts nothing needs nobody."""
    today = timezone.localdate(now)
    return [
        _forgotten(membership, today),
        _never_came(membership, today),
        _behind(membership, today),
    ]


def _forgotten(membership: Membership, today: date) -> Item:
    """Classes still in course from an earlier day, by the calendar of Santiago."""
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    left_open = TrainingClass.objects.visible_to(membership).filter(
        state=ClassState.OPEN, started_at__lt=midnight, action__decision=""
    )
    first, count = first_of(
        left_open.select_related("action__course", "facilitator").order_by("started_at")
    )
    return Item(
        kind="attendance.class_left_open",
        urgency=Urgency.NOW,
        count=count,
        title=how_many(
            count,
            "clase sigue en curso desde un día anterior",
            "clases siguen en curso desde un día anterior",
        ),
        next_step="Anúlala e ingrésala con sus horas reales, o termínala si sigue.",
        url="",
        link="",
        examples=[
            Example(
                f"{one.action.action_code} · {one.action.course.name}: "
                f"{one.facilitator.full_name}, "
                f"desde el {timezone.localtime(one.started_at):%d-%m-%Y %H:%M}",
                reverse("attendance:classes", args=[one.action.public_id]),
            )
            for one in first
        ],
    )


def _never_came(membership: Membership, today: date) -> Item:
    rows = shortfalls.left_behind(membership, today=today)
    struck = _by_action(rows, NEVER)
    return Item(
        kind="attendance.never_came",
        urgency=Urgency.TODAY,
        count=struck.actions,
        title=how_many(
            struck.people,
            "participante nunca ha entrado a SENCE",
            "participantes nunca han entrado a SENCE",
        ),
        next_step="Revisa que tengan su enlace personal y su clave para entrar."
        + (_tried(rows) if struck.people else ""),
        url="",
        link="",
        examples=struck.examples,
    )


def _tried(rows: QuerySet[Enrolment]) -> str:
    """Who tried in vain needs something else than who never came by."""
    number = shortfalls.tried(rows).count()
    told = how_many(
        number,
        "lo intentó y no pudo: mira la respuesta en «Sesiones SENCE».",
        "lo intentaron y no pudieron: mira las respuestas en «Sesiones SENCE».",
    )
    return f" {told}" if number else ""


def _behind(membership: Membership, today: date) -> Item:
    rows = shortfalls.behind(membership, today=today)
    struck = _by_action(rows, BELOW)
    return Item(
        kind="attendance.behind",
        urgency=Urgency.SOON,
        count=struck.actions,
        title=how_many(
            struck.people,
            "participante está bajo la asistencia mínima",
            "participantes están bajo la asistencia mínima",
        ),
        next_step="En acciones por terminar o recién terminadas: avísales a tiempo.",
        url="",
        link="",
        examples=struck.examples,
    )


@dataclass(frozen=True)
class _Struck:
    """Participants by their actions; the first of those, and how many there are."""

    people: int
    actions: int
    examples: list[Example]


def _by_action(rows: QuerySet[Enrolment], which: str) -> _Struck:
    """Return the actions with most of `rows`; each leads to its people."""
    people = rows.count()
    if not people:
        return _Struck(0, 0, [])
    grouped: Any = (
        rows.order_by()
        .values("action__public_id", "action__action_code", "action__course__name")
        .annotate(people=Count("pk"), in_all=Window(Count("*")))
        .order_by("-people", "action__action_code")
    )
    first = list(grouped[:SHOWN])
    return _Struck(people, first[0]["in_all"], [_example(one, which) for one in first])


def _example(one: dict[str, Any], which: str) -> Example:
    number = how_many(one["people"], "participante", "participantes")
    page = reverse("attendance:participants", args=[one["action__public_id"]])
    return Example(
        f"{one['action__action_code']} · {one['action__course__name']}: {number}",
        f"{page}?ver={which}",
    )
