"""Handing work to the worker."""

from functools import partial

from celery import current_app
from django.db import transaction


def soon(task: str, key: int) -> None:
    """Let the worker do `task` ("room.tasks.name") for the row `key`, after the commit.

    It may get lost, with the broker or a worker: a task of the schedule finds what is
    still to be done. A broker that is away stops no deed.
    """
    ask = partial(current_app.send_task, task, [key])
    transaction.on_commit(ask, robust=True)
