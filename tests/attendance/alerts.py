"""Participants to whom SENCE says no, and who hears of it."""

from courses.models import TrainingAction
from otec_portal.core.models import OutgoingEmail
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.sence_messages import post, start_failed


def fail_start(action: TrainingAction, codes: str) -> None:
    """One more participant of `action` to whom SENCE says `codes`."""
    session = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
    post("start_failed", start_failed(session, codes))


def recipients() -> list[str]:
    return sorted(OutgoingEmail.objects.values_list("to", flat=True))
