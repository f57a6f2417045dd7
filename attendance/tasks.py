"""What the worker does for attendance; due rows are polled from the database."""

from celery import shared_task
from django.utils import timezone

from attendance.services import callbacks, limits, reconciliation


@shared_task
def settle_overdue_sessions() -> int:
    """End the sessions whose time is over; return how many.

    What waited for a worker is decided first: it may have come in time.
    """
    now = timezone.now()
    callbacks.decide_recent(now=now)
    return limits.settle_all(now=now)


@shared_task
def decide_pending_receipts() -> int:
    """Decide receipts whose process died before it could; return how many."""
    return callbacks.decide_recent(now=timezone.now())


@shared_task
def decide_receipts_of_any_age() -> int:
    """Do the same with all that ever came: nothing is lost for being old."""
    return callbacks.decide_pending(now=timezone.now())


@shared_task
def forget_expired_exports() -> int:
    """Delete exports of SENCE's that were uploaded and never accepted."""
    return reconciliation.forget_expired(now=timezone.now())
