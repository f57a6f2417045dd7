"""Moving an action to SENCE's production system, once nothing grave is against it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from attendance.findings import Finding
from attendance.models import SenceSession
from attendance.models.session_states import overdue_at, unanswered_at
from attendance.readiness import preflight
from courses.models import Environment, TrainingAction
from courses.services import switch_environment
from otec_portal.core.attention import how_many
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User


class NotReady(DomainError):
    """SENCE would refuse what this action sends in production."""

    code = "not_ready"

    def __init__(self, found: list[Finding]) -> None:
        super().__init__(" ".join(finding.sentence for finding in found))
        self.found = found


class SessionsLive(DomainError):
    """Somebody is in a session of the environment that would be left."""

    code = "sessions_live"


@transaction.atomic
def move_to_production(action: TrainingAction, *, by: User, at: datetime) -> None:
    """Let `action` register in SENCE for good, from `at` on, audited.

    Raises NotReady with the grave findings, SessionsLive, and ActionClosed.
    """
    current = (
        TrainingAction.objects.select_for_update(of=("self",))
        .select_related("course__training_body")
        .get(pk=action.pk)
    )
    if grave := [one for one in for_production(current, at=at) if one.grave]:
        raise NotReady(grave)
    _refuse_live_sessions(current, at=at)
    switch_environment(current, to=Environment.PRODUCTION, by=by, at=at)


def _refuse_live_sessions(action: TrainingAction, *, at: datetime) -> None:
    live = SenceSession.objects.live().filter(enrolment__action=action)
    over = unanswered_at(at) | overdue_at(at)
    if number := live.exclude(over).count():
        raise SessionsLive(
            f"Hay {how_many(number, 'sesión', 'sesiones')} de prueba sin terminar "
            "en esta acción. Espera a que se cierren o venzan para cambiar de ambiente."
        )


def for_production(action: TrainingAction, *, at: datetime) -> list[Finding]:
    """Return what is to be known of `action` before production, at `at`.

    What is grave keeps it out; the rest is for whoever moves it to weigh.
    """
    today = timezone.localdate(at)
    return preflight(action, today=today, environment=Environment.PRODUCTION)
