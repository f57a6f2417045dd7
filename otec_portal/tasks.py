"""What the worker does over all rooms."""

from celery import shared_task
from django.utils import timezone

from otec_portal import reminders
from otec_portal.core.alone import alone


@shared_task
def remind() -> int:
    """Queue the digests that are due, unless another worker is at it."""
    with alone("reminders", at_most=2 * reminders.LONGEST_RUN) as free:
        if not free:
            return 0
        return reminders.run(now=timezone.now(), clock=timezone.now)
