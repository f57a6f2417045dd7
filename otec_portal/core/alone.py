"""Work that one worker at a time does, so that it can't fill all of them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.cache import cache

logger = logging.getLogger(__name__)


@contextmanager
def alone(name: str, *, at_most: timedelta) -> Iterator[bool]:
    """Say whether nobody else is at `name`; the place is free again afterwards.

    Of whoever dies at it the place is free after `at_most`. It saves workers and
    guarantees nothing: where the cache is out of reach everybody is let in.
    """
    key = f"alone:{name}"
    try:
        first = cache.add(key, True, timeout=at_most.total_seconds())
    except Exception as error:  # noqa: BLE001 - whatever the cache's driver raises
        logger.warning("%s is not kept to one worker: %s", name, type(error).__name__)
        yield True
        return
    try:
        yield first
    finally:
        if first:
            cache.delete(key)
