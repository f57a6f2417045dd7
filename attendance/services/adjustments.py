"""Adjustments: time that an admin adds or takes away, beside the evidence.

Nothing recorded is edited; a wrong adjustment is set right by another.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from attendance.models import Adjustment, AdjustmentEvidence
from attendance.services.totals import recount
from attendance.standing import with_standing
from courses.models import AttendancePolicy, Enrolment, TrainingAction
from courses.services import refuse_change
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.kept_documents import as_fields
from otec_portal.core.models import User
from otec_portal.core.templatetags.portal import hms, signed_hms
from otec_portal.core.uploads import Document

HOUR: Final = 3600  # seconds
LONGEST: Final = 999 * 3600 + 59 * 60 + 59  # 999:59:59
NO_EFFECT: Final = (
    "En esta acción basta una sesión confirmada para tener 100 %: "
    "un ajuste de tiempo no cambia nada."
)


class AdjustmentRefused(DomainError):
    """This time can't be added or taken away."""

    code = "adjustment_refused"


@transaction.atomic
def adjust(
    enrolment: Enrolment,
    *,
    seconds: int,
    reason: str,
    evidence: Document,
    filename: str,
    by: User,
    now: datetime,
    unusual_accepted: bool = False,
) -> Adjustment:
    """Add `seconds` to what counts, or take them away where they are negative.

    Raises ActionClosed, or AdjustmentRefused: no_effect, changes_nothing, too_long,
    and unusual, unless that is accepted.
    """
    actions = TrainingAction.objects.select_related("course__training_body")
    action = actions.select_for_update(of=("self",)).get(pk=enrolment.action_id)
    refuse_change(action)
    _refuse(action, seconds)
    if not unusual_accepted and (odd := _unusual(action, enrolment, seconds)):
        raise AdjustmentRefused(f"{odd} Marca la casilla si es así.", code="unusual")
    made = Adjustment.objects.create(
        enrolment=enrolment, seconds=seconds, reason=reason, by=by, at=now
    )
    kept = AdjustmentEvidence.objects.create(
        adjustment=made, **as_fields(evidence, filename)
    )
    recount(enrolment)
    audit.record(
        "attendance.adjusted",
        at=now,
        by=by,
        training_body=action.course.training_body,
        target=enrolment,
        time=signed_hms(seconds),
        sha256=kept.sha256,
    )
    return made


def _unusual(action: TrainingAction, enrolment: Enrolment, seconds: int) -> str:
    """Say what of an adjustment is rarely meant, "" where nothing is.

    [choice]: more than the hours of the course, or more taken away than there is.
    """
    hours = action.course.hours
    course = int(hours * HOUR) if hours else None
    if course is not None and abs(seconds) > course:
        return f"El ajuste es de {hms(abs(seconds))} y el curso dura {hms(course)}."
    credited = with_standing(Enrolment.objects.filter(pk=enrolment.pk)).get().credited
    if seconds < 0 and -seconds > credited:
        return (
            f"Quita {hms(-seconds)} y esta persona tiene {hms(credited)} que cuentan."
        )
    return ""


def _refuse(action: TrainingAction, seconds: int) -> None:
    if action.attendance_policy == AttendancePolicy.SINGLE_SESSION:
        raise AdjustmentRefused(NO_EFFECT, code="no_effect")
    if not seconds:
        raise AdjustmentRefused(
            "Un ajuste agrega o quita tiempo: escribe cuánto.", code="changes_nothing"
        )
    if abs(seconds) > LONGEST:
        raise AdjustmentRefused(
            "Un ajuste es de 999:59:59 como máximo.", code="too_long"
        )
