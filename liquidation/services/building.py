"""Building packets: asked for by a person, done by the worker, the same bytes for ever.

The lease of a worker is the row's `due_at`: it moves it on while it works, and whoever
finds it past may begin anew. Only who still holds it can finish.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from liquidation.contents import contents_of
from liquidation.models import BuildState, Packet, PacketBuild
from liquidation.packet.assembling import Assembling, Files
from liquidation.packet.manifest import Contents, freeze, read
from liquidation.packet.sources import DamagedDocument
from liquidation.services.packets import PacketRefused, hold_open, keep_state
from otec_portal.core import audit
from otec_portal.core.models import User
from otec_portal.core.queue import soon
from otec_portal.core.sealed import NotKept
from otec_portal.core.workflow import TransitionRefused

logger = logging.getLogger(__name__)
TASK: Final = "liquidation.tasks.build_packet"
LEASE: Final = timedelta(minutes=5)  # without a sign of life
BEAT: Final = timedelta(seconds=1)  # between two signs of life
AGAIN: Final = timedelta(minutes=1)  # after an error that nobody foresaw
MOST: Final = 3  # attempts
GRACE: Final = timedelta(minutes=1)  # in which its own task begins it
DAMAGED: Final = (
    "El archivo «{name}» ({what}) está dañado o no se puede unir a los demás. Súbelo "
    "de nuevo y arma el expediente otra vez."
)
NO_ROOM: Final = (
    "No se guardó: el portal no pudo escribir los archivos. Inténtalo de nuevo en unos "
    "minutos; si se repite, avisa a quien administra el portal."
)
GAVE_UP: Final = (
    "El portal lo intentó varias veces y no pudo. Inténtalo de nuevo; si se repite, "
    "avisa a quien administra el portal."
)
_LONGEST: Final = 500  # characters of a failure


class LeaseLost(Exception):
    """Another worker has it by now, or has ended it."""


def contents_now(packet: Packet, *, at: datetime, by: User | None) -> Contents:
    """Return what `packet` holds, as asked for by `by` at `at`."""
    return freeze(
        packet,
        contents_of(packet),
        asked_on=timezone.localdate(at),
        asked_by=by.full_name if by else "",
    )


def present_build(packet: Packet, *, at: datetime) -> PacketBuild | None:
    """Return the build of what `packet` holds at `at`, in any state; None without."""
    held = contents_now(packet, at=at, by=None)
    return packet.builds.filter(digest=held.digest).first()


@transaction.atomic
def ask(packet: Packet, *, by: User, at: datetime) -> PacketBuild:
    """Have `packet` built as it is; the same contents are built once.

    Raises PacketRefused: not_open, incomplete.
    """
    current = hold_open(packet)
    if missing := keep_state(current, by=by, at=at):
        first = missing[0]
        raise PacketRefused(
            f"Al expediente le falta algo: {first.words} {first.next_step}",
            code="incomplete",
        )
    held = contents_now(current, at=at, by=by)
    build = current.builds.filter(digest=held.digest).first()
    if build is None:
        build = PacketBuild.objects.create(
            packet=current,
            contents=held.text,
            digest=held.digest,
            total=len(held.documents),
            due_at=at,
            by=by,
            at=at,
        )
    elif build.state == BuildState.FAILED:
        build.advance(
            "retry", at=at, by=str(by), due_at=at, attempts=0, done=0, failure=""
        )
    else:
        return build
    _record("packet_build_asked", build, by=by, at=at)
    soon(TASK, build.pk)
    return build


def run(pk: int, *, clock: Callable[[], datetime]) -> bool:
    """Build `pk`, unless it is built or another worker has it; say whether it was.

    `clock` gives the present moment.
    """
    build = PacketBuild.objects.select_related("packet__training_body").get(pk=pk)
    if not _claim(build, at=clock()):
        return False
    if build.attempts > MOST:
        _fail(build, GAVE_UP, at=clock())
        return False
    try:
        _assemble(build, clock=clock)
    except DamagedDocument as damaged:
        _fail(build, _words_of(damaged, build), at=clock())
    except (NotKept, OSError):
        logger.exception("packet build %s could not be written", pk)
        _fail(build, NO_ROOM, at=clock())
    except LeaseLost:
        logger.warning("packet build %s was taken over", pk)
    except Exception:
        logger.exception("packet build %s failed", pk)
        _put_off(build, at=clock())
    else:
        return True
    return False


def run_due(*, clock: Callable[[], datetime]) -> int:
    """Build what no worker does: its task got lost, or its worker died; how many."""
    now = clock()
    due = PacketBuild.objects.filter(
        Q(state=BuildState.WAITING, due_at__lte=now - GRACE)
        | Q(state=BuildState.BUILDING, due_at__lte=now)
    )
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True))
    return sum(run(pk, clock=clock) for pk in keys)


def folder_of(build: PacketBuild) -> str:
    """Return where the files of `build` lie, and nothing else."""
    return f"packets/{build.public_id.hex}"


def _claim(build: PacketBuild, *, at: datetime) -> bool:
    free = Q(state=BuildState.WAITING) | Q(due_at__lte=at)
    try:
        build.advance(
            "claim",
            at=at,
            only_if=free & Q(due_at=build.due_at),
            due_at=at + LEASE,
            attempts=build.attempts + 1,
            done=0,
        )
    except TransitionRefused:
        return False
    return True


def _assemble(build: PacketBuild, *, clock: Callable[[], datetime]) -> None:
    """Assemble it, keeping the lease, and finish. Raises LeaseLost too."""

    def told(done: int) -> None:
        now = clock()
        if now + LEASE - build.due_at >= BEAT:
            _keep_lease(build, done=done, at=now)

    work = Assembling(read(build.contents), folder=folder_of(build), told=told)
    files = work.run()
    try:
        _finish(build, files, at=clock())
    except LeaseLost:
        work.forget()
        raise


def _keep_lease(build: PacketBuild, *, done: int, at: datetime) -> None:
    """Move the lease on, and say how far it is. Raises LeaseLost."""
    mine = PacketBuild.objects.filter(
        pk=build.pk, state=BuildState.BUILDING, due_at=build.due_at
    )
    build.due_at = at + LEASE
    if not mine.update(due_at=build.due_at, done=done):
        raise LeaseLost


@transaction.atomic
def _finish(build: PacketBuild, files: Files, *, at: datetime) -> None:
    """Name the files in the row, in one step. Raises LeaseLost."""
    _end(
        build,
        "finish",
        at=at,
        done=build.total,
        built_at=at,
        zip_key=files.archive.key,
        zip_sha256=files.archive.sha256,
        zip_size=files.archive.size,
        pdf_key=files.pdf.key,
        pdf_sha256=files.pdf.sha256,
        pdf_size=files.pdf.size,
        pdf_pages=files.pages,
    )


def _fail(build: PacketBuild, why: str, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            _end(build, "fail", at=at, failure=why[:_LONGEST])
    except LeaseLost:
        logger.warning("packet build %s was taken over", build.pk)


def _end(build: PacketBuild, how: str, *, at: datetime, **changes: Any) -> None:
    try:
        build.advance(how, at=at, only_if=Q(due_at=build.due_at), **changes)
    except TransitionRefused:
        raise LeaseLost from None


def _put_off(build: PacketBuild, *, at: datetime) -> None:
    """Let it be tried again soon, though not at once."""
    mine = PacketBuild.objects.filter(
        pk=build.pk, state=BuildState.BUILDING, due_at=build.due_at
    )
    mine.update(due_at=at + AGAIN)


def _words_of(damaged: DamagedDocument, build: PacketBuild) -> str:
    """Say which file it is, and what it is in the packet."""
    places = [
        place
        for action in read(build.contents).actions
        for place in action.places
        if place.document == damaged.document.number
    ]
    what = places[0].what
    if places[0].person:
        what = f"{what} de {places[0].person.name}"
    return DAMAGED.format(name=damaged.document.name, what=what)


def _record(deed: str, build: PacketBuild, *, by: User, at: datetime) -> None:
    audit.record(
        f"liquidation.{deed}",
        at=at,
        by=by,
        training_body=build.packet.training_body,
        target=build.packet,
        documents=build.total,
    )
