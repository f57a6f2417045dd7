"""Celery's messages in a folder, for a portal without Redis (the embedded demo).

kombu writes in place, so that another process can read a file that is still empty and
dies of it. Here a message appears whole or not at all, and a table of queues that is
just being written is read again. Whatever a killed process left
behind is dropped when the worker starts: the database alone remembers what is due.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from celery.signals import worker_init
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "folder"
TRIES = 50
PAUSE = 0.02  # seconds
TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


class Channel(filesystem.Channel):
    """kombu's, but for the writing of a message."""

    def _put(  # type: ignore[override]  # kombu hands more by name
        self, queue: str, payload: dict[str, Any], **_: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{monotonic() * 1000:.0f}_{uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}"
        unfinished.write_text(dumps(payload))
        unfinished.replace(folder / name)

    def _queue_bind(
        self, exchange: str, routing_key: str, pattern: str | None, queue: str
    ) -> None:
        _patiently(super()._queue_bind, exchange, routing_key, pattern, queue)

    def get_table(self, exchange: str) -> Any:
        return _patiently(super().get_table, exchange)


def _patiently(read: Callable[..., Any], *names: str | None) -> Any:
    """Call `read`, again while what it reads is half written: for a second at most."""
    for _ in range(TRIES - 1):
        try:
            return read(*names)
        except ValueError:
            sleep(PAUSE)
    return read(*names)


class Transport(filesystem.Transport):
    """kombu's transport by files, with whole messages."""

    Channel = Channel


@worker_init.connect
def start_with_empty_folders(**_: object) -> None:
    """Drop what a killed process left half written; of another broker, nothing."""
    if urlsplit(settings.CELERY_BROKER_URL).scheme != SCHEME:
        return
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for folder in (options["data_folder_in"], options["control_folder"]):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)
