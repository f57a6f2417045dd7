"""What the worker does for the platform."""

from celery import shared_task
from django.utils import timezone

from otec_portal.core import health, outbox
from otec_portal.core.alone import alone
from otec_portal.core.models import PulseOf
from otec_portal.core.sign_in import guessing


@shared_task
def send_due_mail() -> int:
    """Send the mail that is due now, unless another worker is at it.

    A slow mail server must leave the others to SENCE's sessions.
    """
    with alone("send-mail", at_most=2 * outbox.LONGEST_RUN) as free:
        if not free:
            return 0
        sent = outbox.send_due(now=timezone.now(), clock=timezone.now)
        if sent:
            health.beat(PulseOf.MAIL, now=timezone.now())
        return sent


@shared_task
def give_pulse() -> None:
    """Show that the scheduler asks, the broker carries, and this worker works."""
    health.scheduler_beats(now=timezone.now())
    health.try_storage()
    health.beat(PulseOf.STORAGE, now=timezone.now())


@shared_task
def forget_attempts() -> int:
    """Delete the sign-in attempts that count no more."""
    return guessing.forget(before=timezone.now() - guessing.WINDOW)
