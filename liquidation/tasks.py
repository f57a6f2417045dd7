"""What the worker does for liquidation."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from liquidation.services import building
from liquidation.services.sweeping import sweep

SOFT: Final = 25 * 60  # seconds: 300 MB from a slow storage, and back
HARD: Final = SOFT + 60


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def build_packet(pk: int) -> bool:
    """Build the packet of `pk`, unless it is built; say whether this worker did it."""
    return building.run(pk, clock=timezone.now)


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def resume_builds() -> int:
    """Build the packets whose worker died; return how many."""
    return building.run_due(clock=timezone.now)


@shared_task
def sweep_papers() -> int:
    """Delete the files of uploads that were interrupted; return how many."""
    return sweep(now=timezone.now())
