"""Whether each part of the portal lives, and when it last worked.

The scheduler asks the worker for a pulse every minute: that it comes shows scheduler,
broker and worker at work. The worker gives a pulse of its own beside it, and looks
whether the scheduler's still comes: a dead one can't say that it is dead.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any, Final, TypeVar

import redis
from django.conf import settings
from django.db.models import Exists, OuterRef
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
from otec_portal.core.workflow import TransitionLog

logger = logging.getLogger(__name__)
Known = TypeVar("Known")

EVERY: Final = timedelta(minutes=1)
DEAD_AFTER: Final = 5 * EVERY  # a pulse may wait behind work; five don't
MAIL_LATE_AFTER: Final = timedelta(minutes=15)
ROOM_NEEDED: Final = 100 * 1024 * 1024  # bytes
MOVING: Final = frozenset({PulseOf.WORKER.value, PulseOf.SCHEDULER.value})
_DEAD: Final = "scheduler_dead:"  # keys of the mails that tell of it
_BACK: Final = "scheduler_back:"
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


def beat(part: PulseOf, *, now: datetime) -> datetime | None:
    """Write down that `part` worked at `now`; return its last pulse before a pause.

    None where it did not pause for longer than DEAD_AFTER, or never worked before.
    """
    before = Pulse.objects.filter(part=part).first()
    paused = before is None or now - before.at > DEAD_AFTER
    since = {"first_at": now} if paused else {}
    Pulse.objects.update_or_create(
        part=part,
        defaults={"at": now, **since},
        create_defaults={"at": now, "first_at": now},
    )
    return before.at if before and paused else None


def pulses() -> dict[str, datetime]:
    """Return when each part last worked; of one that never did, nothing."""
    return dict(Pulse.objects.values_list("part", "at"))


def is_alive(
    part: PulseOf, *, now: datetime, seen: Mapping[str, datetime] | None = None
) -> bool:
    """Say whether `part` gave a pulse lately; `seen` are the pulses, where known."""
    last = (pulses() if seen is None else seen).get(part)
    return last is not None and now - last <= DEAD_AFTER


def scheduler_silent_since(*, now: datetime) -> datetime | None:
    """Return when a scheduler that is dead by `now` last gave a pulse, else None.

    One that never gave any is silent since the worker's first: it had as much time to
    be set up as a dead one has to come back.
    """
    seen = {one.part: one for one in Pulse.objects.all()}
    scheduler, worker = seen.get(PulseOf.SCHEDULER), seen.get(PulseOf.WORKER)
    last = scheduler.at if scheduler else worker.first_at if worker else None
    return last if last and now - last > DEAD_AFTER else None


def parts(*, now: datetime) -> list[Part]:
    """Return every part as it stands at `now`."""
    known = _try(pulses)
    seen = known or {}

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
            is_alive(PulseOf.WORKER, now=now, seen=seen),
            seen.get(PulseOf.WORKER),
            "No salen correos ni certificados, y las sesiones no se cierran solas.",
        ),
        Part(
            "scheduler",
            "Programador",
            is_alive(PulseOf.SCHEDULER, now=now, seen=seen),
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
            known is not None
            and bool(_try(lambda: _mail_leaves(now, seen.get(PulseOf.MAIL)))),
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


def _mail_leaves(now: datetime, last: datetime | None) -> bool:
    """Say whether mail leaves; `last` did at that moment, None where none ever did.

    What failed before that waits for its turn, up to hours: it tells nothing of now.
    """
    late = OutgoingEmail.objects.filter(
        state__in=UNSENT, due_at__lt=now - MAIL_LATE_AFTER
    )
    failed = TransitionLog.objects.filter(
        target_type=OutgoingEmail._meta.label,
        target_id=OuterRef("pk"),
        transition="retry",
    )
    if last:
        failed = failed.filter(at__gt=last)
    stuck = OutgoingEmail.objects.filter(
        Exists(failed), state=MailState.RETRYING, failure__in=OF_THE_SERVER
    )
    return not late.exists() and not stuck.exists()


def watch(*, now: datetime) -> bool:
    """Give the worker's pulse, and say whether the scheduler is dead: then tell people.

    By a line in the log, and one mail for each time that it dies; the home page says
    so of itself. A worker that was away itself waits as long as a pulse may take before
    it writes: the scheduler's pulses came to nobody meanwhile.
    """
    beat(PulseOf.WORKER, now=now)
    last = scheduler_silent_since(now=now)
    if last is None:
        return False
    logger.error("the scheduler is dead: its last pulse came at %s", last.isoformat())
    here_since = Pulse.objects.values_list("first_at", flat=True).get(
        part=PulseOf.WORKER
    )
    if now - here_since > DEAD_AFTER:
        _tell(
            f"{_DEAD}{last.isoformat()}",
            "El programador del Portal OTEC está detenido",
            "emails/scheduler_dead.txt",
            at=now,
            since=_minute(last),
        )
    return True


def scheduler_beats(*, now: datetime) -> None:
    """Give the scheduler's pulse; after a silence say until when it lasted.

    What says that it is dead, and did not leave yet, does not leave any more.
    """
    last = beat(PulseOf.SCHEDULER, now=now)
    outbox.withdraw(
        OutgoingEmail.objects.filter(dedup_key__startswith=_DEAD, training_body=None),
        at=now,
    )
    if last is None:
        return
    _tell(
        f"{_BACK}{last.isoformat()}",
        "El programador del Portal OTEC volvió a funcionar",
        "emails/scheduler_back.txt",
        at=now,
        since=_minute(last),
        until=_minute(now),
    )


def _minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%d-%m-%Y %H:%M}"


def _tell(key: str, subject: str, template: str, *, at: datetime, **words: str) -> None:
    """Write to who runs the portal, once for each `key`; to nobody where none does."""
    if not to_sence.reaches(settings.OPERATIONS_EMAIL):
        return
    page = f"{settings.PORTAL_BASE_URL}{reverse('system')}"
    outbox.queue(
        dedup_key=key,
        training_body=None,
        recipients=[settings.OPERATIONS_EMAIL],
        subject=subject,
        text=render_to_string(template, {**words, "page": page}),
        at=at,
        about=outbox.About(secret=False),
    )
