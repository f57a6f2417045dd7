"""The worker's own look at the scheduler, once a minute, whatever it is at."""

import logging
import time
from typing import Final

from celery import current_app
from celery.signals import heartbeat_sent
from django.db import connection
from django.utils import timezone

from otec_portal.core import health

logger = logging.getLogger(__name__)
_EVERY: Final = health.EVERY.total_seconds()


class _Minutes:
    """Lets one of many calls through in a minute, by the process's own clock."""

    def __init__(self) -> None:
        self._next = 0.0

    def is_over(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _EVERY
        return True


_minutes = _Minutes()


@heartbeat_sent.connect
def look(**_: object) -> None:
    """Give the pulse; while the scheduler is dead, let mail leave all the same.

    Celery calls it every two seconds in the worker's main process, which must not die
    of it: a database that is away is looked at again in a minute.
    """
    if not _minutes.is_over():
        return
    try:
        if health.watch(now=timezone.now()):
            current_app.send_task(
                "otec_portal.core.tasks.send_due_mail", expires=_EVERY
            )
    except Exception:
        logger.exception("the worker could not look at the scheduler")
    finally:
        connection.close()  # children must not inherit it
