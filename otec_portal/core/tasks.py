"""What the worker does for the platform."""

from celery import shared_task
from django.utils import timezone

from otec_portal.core import outbox
from otec_portal.core.sign_in import guessing


@shared_task
def send_due_mail() -> int:
    """Send the mail that is due now."""
    return outbox.send_due(now=timezone.now(), clock=timezone.now)


@shared_task
def forget_attempts() -> int:
    """Delete the sign-in attempts that count no more."""
    return guessing.forget(before=timezone.now() - guessing.WINDOW)
