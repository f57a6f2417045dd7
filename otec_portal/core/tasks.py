"""What the worker does for the platform."""

from celery import shared_task
from django.utils import timezone

from otec_portal.core import outbox


@shared_task
def send_due_mail() -> int:
    """Send the mail that is due now."""
    return outbox.send_due(now=timezone.now())
