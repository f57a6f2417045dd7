"""What the worker does for liquidation."""

from celery import shared_task
from django.utils import timezone

from liquidation.services.sweeping import sweep


@shared_task
def sweep_papers() -> int:
    """Delete the files of uploads that were interrupted; return how many."""
    return sweep(now=timezone.now())
