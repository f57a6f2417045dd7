"""Where one participant stands, in figures and in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from attendance.credit import GRACE_MINUTES
from attendance.percentages import Figures, why_none, with_per_cent
from courses.models import AttendancePolicy, Enrolment, TrainingAction
from otec_portal.core.templatetags.portal import hms, signed_hms

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Standing(Figures):
    """What `with_standing` adds to an enrolment; seconds but for the percentage."""

    in_classes: int
    outside: int
    adjusted: int


def with_standing(
    enrolments: QuerySet[Enrolment],
) -> "QuerySet[WithAnnotations[Enrolment, Standing]]":
    """Add what the percentage of each of `enrolments` is made of."""
    return with_per_cent(enrolments).annotate(
        in_classes=Coalesce(F("attendance_total__class_seconds"), 0),
        outside=Coalesce(F("attendance_total__outside_seconds"), 0),
        adjusted=Coalesce(F("attendance_total__adjusted_seconds"), 0),
    )


@dataclass(frozen=True)
class Rules:
    """What of an action decides on all its percentages."""

    policy: str
    hours: Decimal | None
    held_seconds: int
    threshold: int
    why_none: str

    @classmethod
    def of(cls, action: TrainingAction) -> "Rules":
        """Return the rules of `action`, which comes with its course and its body."""
        time = getattr(action, "class_time", None)
        held = time.held_seconds if time else 0
        return cls(
            policy=action.attendance_policy,
            hours=action.course.hours,
            held_seconds=held,
            threshold=action.course.training_body.attendance_threshold,
            why_none=why_none(action, held_seconds=held),
        )

    @property
    def grace_minutes(self) -> int:
        """Within how many minutes of a class's start an entry counts from there."""
        return GRACE_MINUTES

    @property
    def adjustable(self) -> bool:
        """Whether an adjustment of time changes a percentage."""
        return self.policy != AttendancePolicy.SINGLE_SESSION

    def in_words(self) -> str:
        """Return how a percentage comes about."""
        if self.why_none:
            return self.why_none
        if self.policy == AttendancePolicy.SINGLE_SESSION:
            return (
                "Con una sesión confirmada por SENCE la asistencia es 100 %; "
                "sin ninguna, 0 %."
            )
        if self.policy == AttendancePolicy.BY_CLASS:
            return (
                "Tiempo en clases, con sus ajustes, dividido por el tiempo de las "
                f"clases hechas ({hms(self.held_seconds)}). Lo que está fuera de las "
                "clases no cuenta. Sin decimales, hacia abajo, y 100 % como máximo."
            )
        return (
            "Tiempo en clases y fuera de ellas, con sus ajustes, dividido por las "
            f"horas acreditadas ({hms(float(self.hours or 0) * 3600)}). Sin decimales, "
            "hacia abajo, y 100 % como máximo."
        )


def sum_in_words(row: "WithAnnotations[Enrolment, Standing]", rules: Rules) -> str:
    """Return the sum behind the percentage of `row`, "" where there is none."""
    if row.per_cent is None:
        return ""
    if not rules.adjustable:
        number = f"{row.sessions} sesiones confirmadas"
        if row.sessions == 1:
            number = "1 sesión confirmada"
        return f"{number}: {row.per_cent} %"
    parts = [f"{hms(row.in_classes)} en clases"]
    if rules.policy != AttendancePolicy.BY_CLASS:
        parts.append(f"{hms(row.outside)} fuera de clases")
    if row.adjusted:
        parts.append(f"{signed_hms(row.adjusted)} de ajustes")
    made = " y ".join([", ".join(parts[:-1]), parts[-1]]) if parts[1:] else parts[0]
    return (
        f"{made}: {hms(row.credited)} de {hms(row.required)}, es decir {row.per_cent} %"
    )
