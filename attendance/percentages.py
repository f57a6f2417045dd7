"""The percentage of a participant, by the action's policy (domain.md, "Attendance").

For one in Python, for many in SQL; a test holds the two against each other.
"""

from typing import TYPE_CHECKING, TypedDict

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Least, Round

from attendance.credit import HUNDRED, share
from attendance.models import AttendanceTotal
from attendance.models.totals import seconds_of
from courses.models import AttendancePolicy, Enrolment, TrainingAction

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NO_HOURS = "El curso no tiene horas acreditadas: sin ellas no hay porcentaje."
NO_CLASSES = "Todavía no se ha hecho ninguna clase: sin ellas no hay porcentaje."


class Figures(TypedDict):
    """What `with_per_cent` adds to an enrolment."""

    sessions: int
    credited: int  # seconds
    required: int  # seconds
    per_cent: int | None


def per_cent(
    action: TrainingAction, total: AttendanceTotal, *, held_seconds: int
) -> int | None:
    """Return the percentage (whole, rounded down) that `total` comes to, or None.

    `held_seconds` is the time of the classes held. [choice]: the policies' readings.
    """
    credited = total.class_seconds + total.adjusted_seconds
    if action.attendance_policy == AttendancePolicy.SINGLE_SESSION:
        return HUNDRED if total.sessions else 0
    if action.attendance_policy == AttendancePolicy.BY_CLASS:
        return share(credited, held_seconds)
    return share(credited + total.outside_seconds, seconds_of(action.course.hours))


def why_none(action: TrainingAction, *, held_seconds: int) -> str:
    """Return why nobody in `action` has a percentage, in Spanish, or ""."""
    policy = action.attendance_policy
    if policy == AttendancePolicy.BY_TIME and not seconds_of(action.course.hours):
        return NO_HOURS
    if policy == AttendancePolicy.BY_CLASS and not held_seconds:
        return NO_CLASSES
    return ""


def with_per_cent(
    enrolments: QuerySet[Enrolment],
) -> "QuerySet[WithAnnotations[Enrolment, Figures]]":
    """Add the figures of its percentage to each of `enrolments`."""
    in_classes = _sum("class_seconds") + _sum("adjusted_seconds")
    hours = Cast(Round(F("action__course__hours") * 3600), IntegerField())
    held = Coalesce(F("action__class_time__held_seconds"), 0)
    by_class = AttendancePolicy.BY_CLASS
    single = AttendancePolicy.SINGLE_SESSION
    return enrolments.annotate(
        sessions=_sum("sessions"),
        credited=Greatest(
            0,
            Case(
                When(action__attendance_policy=by_class, then=in_classes),
                default=in_classes + _sum("outside_seconds"),
            ),
        ),
        required=Case(
            When(action__attendance_policy=by_class, then=held),
            default=Coalesce(hours, 0),
        ),
        per_cent=Case(
            When(action__attendance_policy=single, sessions__gt=0, then=HUNDRED),
            When(action__attendance_policy=single, then=0),
            When(required__gt=0, then=_share(F("credited"), F("required"))),
            default=Value(None),
            output_field=IntegerField(),
        ),
    )


def _sum(name: str) -> Combinable:
    return Coalesce(F(f"attendance_total__{name}"), 0)


def _share(credited: F, required: F) -> Combinable:
    return Least(HUNDRED, Cast(credited, BigIntegerField()) * HUNDRED / required)
