"""What of an action's attendance is still open, before it is certified."""

from dataclasses import dataclass

from django.db.models import Count, Q

from attendance.models import (
    LIVE,
    ClassState,
    Receipt,
    SenceSession,
    SessionState,
    TrainingClass,
)
from attendance.models.sessions import counts_as_attendance
from courses.models import TrainingAction


@dataclass(frozen=True)
class LooseEnds:
    """How many of each there are."""

    live: int  # sessions that SENCE may still answer
    open_classes: int
    expired: int  # sessions that nobody closed: they count nothing
    unreconciled: int  # sessions that count and are not in any export of SENCE's
    to_review: int  # answers of SENCE that wait for a person


def loose_ends(action: TrainingAction) -> LooseEnds:
    """Return what is open in `action`. Three queries."""
    sessions = SenceSession.objects.filter(
        enrolment__action=action, environment=action.environment
    )
    counted = sessions.aggregate(
        live=Count("pk", filter=Q(state__in=LIVE)),
        expired=Count("pk", filter=Q(state=SessionState.EXPIRED)),
        unreconciled=Count(
            "pk", filter=counts_as_attendance() & Q(reconciliation=None)
        ),
    )
    receipts = Receipt.objects.filter(session__enrolment__action=action)
    classes = TrainingClass.objects.filter(action=action, state=ClassState.OPEN)
    return LooseEnds(
        open_classes=classes.count(),
        to_review=receipts.awaiting_review().count(),
        **counted,
    )
