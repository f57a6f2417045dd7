"""What the worker does for attendance; due rows are polled from the database."""

from celery import shared_task
from django.utils import timezone

from attendance.services import callbacks, sessions


@shared_task
def settle_overdue_sessions() -> int:
    """End the sessions whose time is over; return how many."""
    return sessions.settle_all(now=timezone.now())


@shared_task
def decide_pending_receipts() -> int:
    """Decide receipts whose process died before it could; return how many."""
    return callbacks.decide_pending(now=timezone.now())
