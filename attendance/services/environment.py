"""Moving an action to SENCE's production system, once nothing grave is against it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from attendance.findings import Finding
from attendance.readiness import preflight
from courses.models import Environment, TrainingAction
from courses.services import switch_environment
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User


class NotReady(DomainError):
    """SENCE would refuse what this action sends in production."""

    code = "not_ready"

    def __init__(self, found: list[Finding]) -> None:
        super().__init__(" ".join(finding.sentence for finding in found))
        self.found = found


@transaction.atomic
def move_to_production(action: TrainingAction, *, by: User, at: datetime) -> None:
    """Let `action` register in SENCE for good, from `at` on, audited.

    Raises NotReady with the grave findings, and ActionClosed.
    """
    current = (
        TrainingAction.objects.select_for_update(of=("self",))
        .select_related("course__training_body")
        .get(pk=action.pk)
    )
    if grave := against_production(current, at=at):
        raise NotReady(grave)
    switch_environment(current, to=Environment.PRODUCTION, by=by, at=at)


def against_production(action: TrainingAction, *, at: datetime) -> list[Finding]:
    """Return what is grave in `action` for production at `at`."""
    found = preflight(
        action, today=timezone.localdate(at), environment=Environment.PRODUCTION
    )
    return [finding for finding in found if finding.grave]
