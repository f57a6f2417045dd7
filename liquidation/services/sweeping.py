"""Private files that no row names: what an interrupted upload left is swept away."""

from datetime import datetime, timedelta
from typing import Final

from liquidation.models import Paper
from liquidation.services.papers import FOLDER
from otec_portal.core import sealed

SPARED: Final = timedelta(days=1)  # an upload that goes on has no row yet


def sweep(*, now: datetime) -> int:
    """Delete the papers' files that no row names and nobody just wrote; how many."""
    storage = sealed.storage()
    try:
        _, names = storage.listdir(FOLDER)
    except FileNotFoundError:  # nothing was uploaded yet
        return 0
    known = set(Paper.objects.values_list("key", flat=True))
    strays = [key for name in names if (key := f"{FOLDER}/{name}") not in known]
    old = [key for key in strays if storage.get_modified_time(key) < now - SPARED]
    for key in old:
        sealed.forget(key)
    return len(old)
