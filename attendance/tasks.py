"""What the worker does for attendance; due rows are polled from the database."""

from celery import shared_task
from django.utils import timezone

from attendance.services import callbacks, limits, reconciliation


@shared_task
def settle_overdue_sessions() -> int:
    """Decide what lost its process before it led to anything, then end what is over.

    In this order: an answer that waited may have come in time. Returns how many ended.
    """
    now = timezone.now()
    callbacks.decide_recent(now=now)
    return limits.settle_all(now=now)


@shared_task
def decide_receipts_of_any_age() -> int:
    """Decide all that ever came and led to nothing: nothing is lost for being old."""
    return callbacks.decide_pending(now=timezone.now())


@shared_task
def forget_expired_exports() -> int:
    """Delete exports of SENCE's that were uploaded and never accepted."""
    return reconciliation.forget_expired(now=timezone.now())
