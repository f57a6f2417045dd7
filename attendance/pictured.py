"""What the pictures of attendance are drawn from: sessions and classes as they stand.

Statements are the same in number however many participants there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from attendance.credit import Credit, Interval, Timetable, whole_seconds
from attendance.detail import SIMULATED, why_not_real
from attendance.models import SenceSession, SessionState, TrainingClass
from attendance.pictures.days import days_between, days_touched
from attendance.pictures.marks import Kind, Mark, spans
from courses.models import AttendancePolicy, Enrolment, TrainingAction

KINDS: Final = {
    SessionState.STARTING: Kind.STARTING,
    SessionState.OPEN: Kind.RUNNING,
    SessionState.CLOSING: Kind.RUNNING,
    SessionState.EXPIRED: Kind.EXPIRED,
    SessionState.FAILED: Kind.FAILED,
    SessionState.ABANDONED: Kind.FAILED,
}
_SEEN: Final = (
    "public_id",
    "enrolment",
    "state",
    "started_at",
    "start_by",
    "opened_at",
    "expires_at",
    "closed_at",
    "environment",
    "stand_in",
)


@dataclass(frozen=True)
class Entries:
    """How many participants SENCE let in on each day, and the days of it all."""

    people: dict[date, int]
    last: date | None  # on which the last session ended


def marks_by_enrolment(
    enrolments: Iterable[Enrolment], *, now: datetime
) -> dict[int, list[Mark]]:
    """Return all sessions of `enrolments` as marks, by enrolment, in their order."""
    sessions = SenceSession.objects.filter(enrolment__in=[one.pk for one in enrolments])
    # by a statement of its own: as a condition it would be sought in the whole table
    counting = set(sessions.counting().values_list("pk", flat=True))
    marks = defaultdict(list)
    for session in sessions.only(*_SEEN).order_by("started_at", "pk"):
        mark = mark_of(session, counts=session.pk in counting, now=now)
        marks[session.enrolment_id].append(mark)
    return marks


def mark_of(session: SenceSession, *, counts: bool, now: datetime) -> Mark:
    """Return `session` as it stands by the clock; `counts`: it is attendance."""
    key = str(session.public_id)
    opened = session.opened_at or session.started_at
    if session.closed_at:
        of_simulator = why_not_real(session.stand_in, session.environment) == SIMULATED
        uncounted = Kind.SIMULATED if of_simulator else Kind.UNCOUNTED
        kind = Kind.COUNTS if counts else uncounted
        return Mark(whole_seconds(opened, session.closed_at), kind, key)
    kind = KINDS[session.state_at(now)]
    end = {Kind.RUNNING: max(opened, now), Kind.EXPIRED: session.expires_at}.get(kind)
    return Mark(whole_seconds(opened, end or opened), kind, key)


def credit_of(timetable: Timetable, marks: Sequence[Mark]) -> Credit:
    """Return what counts of `marks`."""
    return timetable.credit(spans(marks, Kind.COUNTS))


def outside_counts(action: TrainingAction) -> bool:
    """Say whether time outside any class is worth something in `action`."""
    return action.attendance_policy != AttendancePolicy.BY_CLASS


def credited_spans(action: TrainingAction, credit: Credit) -> list[Interval]:
    """Return all stretches of `credit` that are worth something in `action`."""
    outside = credit.outside if outside_counts(action) else ()
    return [*(span for held in credit.in_classes for span in held), *outside]


def classes_of(action: TrainingAction) -> QuerySet[TrainingClass]:
    """Return the classes of `action` that count, with their facilitators."""
    return (
        TrainingClass.objects.filter(action=action).held().select_related("facilitator")
    )


def spans_of(classes: Iterable[TrainingClass]) -> list[Interval]:
    """Return where `classes`, which have ended, lie."""
    return [
        whole_seconds(one.started_at, one.ended_at or one.started_at) for one in classes
    ]


def entries(action: TrainingAction) -> Entries:
    """Return how many came in on each day; in whichever environment, closed or not."""
    rows = (
        SenceSession.objects.filter(enrolment__action=action, opened_at__isnull=False)
        .values_list(TruncDate("opened_at"))
        .annotate(people=Count("enrolment", distinct=True), ended=Max("closed_at"))
        .order_by()
    )
    people, ends = {}, []
    for day, number, ended in rows:
        people[day] = number
        ends += [day, *([timezone.localdate(ended)] if ended else [])]
    return Entries(people, max(ends, default=None))


def days_of(
    action: TrainingAction, seen: Entries, held: Iterable[Interval], *, today: date
) -> tuple[date, ...]:
    """Return the days of `action` that have come, and those of all evidence besides."""
    found = [*seen.people, *([seen.last] if seen.last else [])]
    for span in held:
        found += days_touched(span)
    if action.starts_on <= today:
        found += [action.starts_on, min(action.ends_on, today)]
    return days_between(min(found), max(found)) if found else ()


def days_with_something(marks: Iterable[Mark], held: Iterable[Interval]) -> list[date]:
    """Return the days on which a participant had a class or a session, in order."""
    together = [*(mark.span for mark in marks), *held]
    return sorted({day for span in together for day in days_touched(span)})
