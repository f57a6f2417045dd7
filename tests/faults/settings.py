"""A developer's portal on a clock that a fault test sets: FAULT_CLOCK, seconds to add.

A process has it from its start on; the desk's is moved while it works (`set_to`).
"""

import os
from datetime import datetime, timedelta

from django.utils import timezone

from otec_portal.settings.dev import *  # noqa: F403

_now = timezone.now


def set_to(ahead: float) -> None:
    """Let it be `ahead` seconds later than it is, for this process."""

    def moved() -> datetime:
        return _now() + timedelta(seconds=ahead)

    timezone.now = moved


set_to(float(os.environ.get("FAULT_CLOCK", "0")))
