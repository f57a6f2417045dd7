"""Whether each part of the portal lives, and when it last worked.

The scheduler asks the worker for a pulse every minute: that it comes shows scheduler,
broker and worker at work. The worker gives a pulse of its own beside it, and looks
whether the scheduler's still comes: a dead one can't say that it is dead.
"""

import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any, Final, TypeVar

import redis
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from otec_portal.core import outbox, to_sence
from otec_portal.core.models import (
    MailFailure,
    MailState,
    OutgoingEmail,
    Pulse,
    PulseOf,
)
from otec_portal.core.models.mail import UNSENT

logger = logging.getLogger(__name__)
Known = TypeVar("Known")

EVERY: Final = timedelta(minutes=1)
DEAD_AFTER: Final = 5 * EVERY  # a pulse may wait behind work; five don't
MAIL_LATE_AFTER: Final = timedelta(minutes=15)
ROOM_NEEDED: Final = 100 * 1024 * 1024  # bytes
OF_THE_SERVER: Final = (  # no mail leaves while these last
    MailFailure.UNREACHABLE,
    MailFailure.ACCOUNT,
    MailFailure.SENDER,
)


@dataclass(frozen=True)
class Part:
    """A part of the portal: whether it works, and when it last did (None: never seen).

    `name` is for programs, the rest for people.
    """

    name: str
    label: str
    works: bool
    last_at: datetime | None
    means: str  # what it means for people that it does not work


def beat(part: PulseOf, *, now: datetime) -> None:
    """Write down that `part` worked at `now`."""
    Pulse.objects.update_or_create(part=part, defaults={"at": now})


def pulses() -> dict[str, datetime]:
    """Return when each part last worked; of one that never did, nothing."""
    return dict(Pulse.objects.values_list("part", "at"))


def scheduler_silent_since(*, now: datetime) -> datetime | None:
    """Return when a scheduler that is dead by `now` last gave a pulse, else None.

    One that never gave any is just being set up.
    """
    last = pulses().get(PulseOf.SCHEDULER)
    return last if last and now - last > DEAD_AFTER else None


def parts(*, now: datetime) -> list[Part]:
    """Return every part as it stands at `now`."""
    known = _try(pulses)
    seen = known or {}

    def recent(part: PulseOf) -> bool:
        last = seen.get(part)
        return last is not None and now - last <= DEAD_AFTER

    scheduler = seen.get(PulseOf.SCHEDULER)
    broker = bool(_try(_broker_answers))
    return [
        Part(
            "database",
            "Base de datos",
            known is not None,
            now if known is not None else None,
            "No se puede guardar ni mostrar nada.",
        ),
        Part(
            "broker",
            "Cola de tareas",
            broker,
            now if broker else scheduler,
            "Lo que se hace en segundo plano espera; nada se pierde.",
        ),
        Part(
            "worker",
            "Trabajador",
            recent(PulseOf.WORKER),
            seen.get(PulseOf.WORKER),
            "No salen correos ni certificados, y las sesiones no se cierran solas.",
        ),
        Part(
            "scheduler",
            "Programador",
            recent(PulseOf.SCHEDULER),
            scheduler,
            "No salen recordatorios ni correos, y nada se hace a su hora.",
        ),
        Part(
            "storage",
            "Almacenamiento",
            bool(_try(_has_room)),
            seen.get(PulseOf.STORAGE),
            "No queda espacio en el disco: puede fallar lo que se suba.",
        ),
        Part(
            "mail",
            "Correo",
            known is not None and bool(_try(lambda: _mail_leaves(now))),
            seen.get(PulseOf.MAIL),
            "Los correos esperan: saldrán cuando el servidor de correo responda.",
        ),
    ]


def _try(ask: Callable[[], Known]) -> Known | None:
    """Return what `ask` says, None where it can't be asked."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - whatever the part's driver raises
        logger.warning("a part of the portal does not answer: %s", type(error).__name__)
        return None


def _broker_answers() -> bool:
    url: str = settings.CELERY_BROKER_URL
    if url.startswith("redis"):
        with redis.from_url(url, **settings.REDIS_OPTIONS) as client:
            return bool(client.ping())
    options: dict[str, Any] = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    folder = options.get("data_folder_in")
    return folder is None or os.access(folder, os.W_OK)


def _folders() -> set[Path]:
    """Where files are written: the data's folder, and that of uploads on their way."""
    wanted = {Path(settings.DATA_DIR), Path(tempfile.gettempdir())}
    return {one for one in wanted if one.exists()}


def _has_room() -> bool:
    return all(
        disk_usage(one).free >= ROOM_NEEDED and os.access(one, os.W_OK)
        for one in _folders()
    )


def try_storage() -> None:
    """Write a small file where files are written. Raises OSError where that fails."""
    for folder in _folders():
        with tempfile.NamedTemporaryFile(dir=folder, prefix="latido-") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())


def _mail_leaves(now: datetime) -> bool:
    late = OutgoingEmail.objects.filter(
        state__in=UNSENT, due_at__lt=now - MAIL_LATE_AFTER
    )
    stuck = OutgoingEmail.objects.filter(
        state=MailState.RETRYING, failure__in=OF_THE_SERVER
    )
    return not late.exists() and not stuck.exists()


def watch(*, now: datetime) -> bool:
    """Give the worker's pulse, and say whether the scheduler is dead: then tell people.

    By a line in the log, and one mail for each time that it dies; the home page says
    so of itself.
    """
    beat(PulseOf.WORKER, now=now)
    last = scheduler_silent_since(now=now)
    if last is None:
        return False
    logger.error("the scheduler is dead: its last pulse came at %s", last.isoformat())
    if to_sence.reaches(settings.OPERATIONS_EMAIL):
        since = f"{timezone.localtime(last):%d-%m-%Y %H:%M}"
        outbox.queue(
            dedup_key=f"scheduler_dead:{last.isoformat()}",
            training_body=None,
            recipients=[settings.OPERATIONS_EMAIL],
            subject="El programador del Portal OTEC está detenido",
            text=render_to_string(
                "emails/scheduler_dead.txt",
                {
                    "since": since,
                    "page": f"{settings.PORTAL_BASE_URL}{reverse('system')}",
                },
            ),
            at=now,
            about=outbox.About(secret=False),
        )
    return True
