"""Counting attendance: one pass over an action, or one enrolment at a time.

Both lock the totals that they write before they read the evidence: of two that count
at once, the later one sees all that the earlier one saw, and more.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, Sum

from attendance.credit import Interval, Timetable, whole_seconds
from attendance.models import (
    Adjustment,
    AttendanceTotal,
    ClassTime,
    SenceSession,
    TrainingClass,
)
from courses.models import Enrolment, TrainingAction

_AT_ONCE = 1000  # rows in one statement
_COUNTED = ("class_seconds", "outside_seconds", "adjusted_seconds", "sessions")


def recount(enrolment: Enrolment) -> None:
    """Count one enrolment again; call it in the transaction of what changed it."""
    mine = Enrolment.objects.filter(pk=enrolment.pk)
    with transaction.atomic():
        _lock(mine)
        _write(count(mine, timetable_of(enrolment.action_id)))


@transaction.atomic
def recount_action(action: TrainingAction) -> None:
    """Count all of `action` again, in one pass, after its classes have changed."""
    ClassTime.objects.get_or_create(action=action)
    held = ClassTime.objects.select_for_update().get(action=action)
    everybody = Enrolment.objects.filter(action=action)
    _lock(everybody)
    timetable = timetable_of(action.pk)
    _write(count(everybody, timetable))
    held.held_seconds = timetable.held_seconds
    held.save(update_fields=["held_seconds"])


def timetable_of(action_id: int) -> Timetable:
    """Return the action's classes that count, in the order of `held`."""
    held = TrainingClass.objects.filter(action=action_id).held()
    times = held.values_list("started_at", "ended_at")
    return Timetable([whole_seconds(start, end) for start, end in times if end])


def count(
    enrolments: QuerySet[Enrolment], timetable: Timetable
) -> list[AttendanceTotal]:
    """Return what the evidence of `enrolments` adds up to, unsaved.

    All of them belong to the action of `timetable`. Three statements, however many.
    """
    sessions = SenceSession.objects.counting().filter(enrolment__in=enrolments)
    marks = _by_enrolment(
        sessions.values_list("enrolment_id", "opened_at", "closed_at")
    )
    adjusted = dict(
        Adjustment.objects.filter(enrolment__in=enrolments)
        .values_list("enrolment_id")
        .annotate(seconds=Sum("seconds"))
    )
    return [
        _total(pk, marks.get(pk, []), adjusted.get(pk, 0), timetable)
        for pk in enrolments.order_by("pk").values_list("pk", flat=True)
    ]


def _total(
    pk: int, marks: list[Interval], adjusted: int, timetable: Timetable
) -> AttendanceTotal:
    credit = timetable.credit(marks)
    return AttendanceTotal(
        enrolment_id=pk,
        class_seconds=credit.class_seconds,
        outside_seconds=credit.outside_seconds,
        adjusted_seconds=adjusted,
        sessions=len(marks),
    )


def _by_enrolment(
    rows: Iterable[tuple[int, datetime | None, datetime | None]],
) -> dict[int, list[Interval]]:
    marks = defaultdict(list)
    for enrolment, opened_at, closed_at in rows:
        if opened_at and closed_at:
            marks[enrolment].append(whole_seconds(opened_at, closed_at))
    return marks


def _lock(enrolments: QuerySet[Enrolment]) -> None:
    """Make the rows of `enrolments` where they miss, and hold them, in one order."""
    totals = AttendanceTotal.objects
    missing = enrolments.filter(attendance_total=None).order_by("pk")
    totals.bulk_create(
        [
            AttendanceTotal(enrolment_id=pk)
            for pk in missing.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
        batch_size=_AT_ONCE,
    )
    mine = totals.filter(enrolment__in=enrolments).order_by("pk")
    list(mine.select_for_update().values_list("pk"))


def _write(totals: list[AttendanceTotal]) -> None:
    AttendanceTotal.objects.bulk_create(
        totals,
        update_conflicts=True,
        unique_fields=["enrolment"],
        update_fields=_COUNTED,
        batch_size=_AT_ONCE,
    )
