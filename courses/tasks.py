"""What the worker does for courses."""

from celery import shared_task
from django.utils import timezone

from courses.roster.uploads import forget_expired


@shared_task
def forget_expired_uploads() -> int:
    """Delete rosters that were uploaded and never imported; return how many."""
    return forget_expired(now=timezone.now())
