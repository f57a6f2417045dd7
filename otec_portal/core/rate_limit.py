"""A small counter on Django's cache, per minute; and the page for who is over it."""

import logging
from datetime import datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds


def over_limit(
    name: str, key: str, *, limit: int, now: datetime, amount: int = 1
) -> bool:
    """Count `amount`; say whether `key` has had more than `limit` in this minute.

    A cache that is out of reach counts nothing: evidence comes before limits.
    """
    slot = f"rate:{name}:{key}:{int(now.timestamp()) // WINDOW}"
    try:
        cache.add(slot, 0, timeout=2 * WINDOW)
        return cache.incr(slot, amount) > limit
    except Exception as error:  # noqa: BLE001 - whatever the cache's driver raises
        logger.warning("rate limit not counted: %s", type(error).__name__)
        return False


def first_within(span: timedelta, name: str, key: str) -> bool:
    """Say whether this is asked for `key` for the first time in `span`.

    Each time is the first where the cache is out of reach.
    """
    try:
        return cache.add(f"first:{name}:{key}", 1, timeout=span.total_seconds())
    except Exception as error:  # noqa: BLE001 - whatever the cache's driver raises
        logger.warning("not remembered: %s", type(error).__name__)
        return True


def too_many(
    request: HttpRequest, template: str = "errors/429.html", **context: object
) -> HttpResponse:
    """429, for who is over a limit: it starts anew with the next minute.

    The page of `errors/` wants `way_out_url` and `way_out_label`.
    """
    page = render(request, template, context, status=429)
    page["Retry-After"] = str(WINDOW)
    return page
