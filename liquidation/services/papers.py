"""Papers of a packet: taken in, given their places, replaced, put aside.

A file that was taken in is never deleted: what was replaced or discarded stays to be
looked at, and can be brought back.
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Final

from django.db import transaction

from liquidation.models import Packet, PacketLink, Paper, PaperState
from liquidation.places import Place, words_of
from liquidation.reading import read
from liquidation.services.packets import hold_open, keep_state
from otec_portal.core import audit, sealed
from otec_portal.core.errors import DomainError
from otec_portal.core.kept_documents import NAME
from otec_portal.core.models import User
from otec_portal.core.uploads import Document

FOLDER: Final = "papers"
MOST: Final = 1000  # papers in a packet


class PaperRefused(DomainError):
    """This can't be done with this file."""

    code = "paper_refused"


def take_in(
    packet: Packet,
    document: Document,
    *,
    name: str,
    text: str,
    at: datetime,
    by: User | None = None,
    link: PacketLink | None = None,
) -> tuple[Paper, bool]:
    """Keep `document`, uploaded as `name`, in `packet`; say whether it is new there.

    `text` is what it says (document_text.py). It comes by the hand of `by`, or with
    `link`. Raises PacketRefused (not_open), PaperRefused (too_many), NotKept.
    """
    digest = hashlib.sha256(document.content).hexdigest()
    if known := packet.papers.filter(sha256=digest).first():
        return known, False
    key = sealed.keep(BytesIO(document.content), folder=FOLDER)
    facts = {
        "name": name[:NAME],
        "kind": document.kind,
        "size": len(document.content),
        "pages": document.pages,
        "found": read(name, text).as_json(),
    }
    try:
        paper, new = _enter(packet, digest, key, facts, by=by, link=link, at=at)
    except BaseException:
        _forget(key)
        raise
    if not new:
        _forget(key)
    return paper, new


@transaction.atomic
def _enter(
    packet: Packet,
    digest: str,
    key: str,
    facts: dict[str, object],
    *,
    by: User | None,
    link: PacketLink | None,
    at: datetime,
) -> tuple[Paper, bool]:
    current = hold_open(packet)
    if known := current.papers.filter(sha256=digest).first():
        return known, False
    if current.papers.count() >= MOST:
        raise PaperRefused(
            f"El expediente ya tiene {MOST} archivos: no caben más.", code="too_many"
        )
    made = Paper.objects.create(
        packet=current, sha256=digest, key=key, by=by, link=link, at=at, **facts
    )
    record("paper_added", made, by=by, at=at)
    keep_state(current, by=by, at=at)
    return made, True


def _forget(key: str) -> None:
    with suppress(OSError):  # else it is swept away (tasks.py)
        sealed.forget(key)


def content_of(paper: Paper) -> bytes:
    """Return the bytes of `paper`. Raises PaperRefused (gone)."""
    try:
        with sealed.opened(paper.key) as file:
            return file.read()
    except (OSError, sealed.DamagedFile):
        raise PaperRefused(
            "El archivo no se pudo abrir: falta o está dañado donde se guarda. Avisa "
            "a quien administra el portal.",
            code="gone",
        ) from None


def open_paper(paper: Paper, *, by: User, at: datetime) -> bytes:
    """Return the bytes of `paper` and write down who opened it (C14).

    Raises PaperRefused (gone).
    """
    content = content_of(paper)
    live = paper.placements.filter(until=None).select_related(
        "action", "enrolment__participant"
    )
    places = [Place.of(one) for one in live.order_by("pk")]
    what = words_of(places) if places else "sin confirmar"
    record("paper_opened", paper, by=by, at=at, what=f"{paper.name}, {what}")
    return content


@transaction.atomic
def discard(paper: Paper, *, by: User, at: datetime) -> None:
    """Put `paper` aside: it is none of what the packet needs. It stays kept.

    Raises PacketRefused (not_open), PaperRefused (not_waiting).
    """
    current = hold_paper(paper)
    expect(current, PaperState.UNPLACED)
    current.advance("discard", at=at, by=str(by))
    record("paper_discarded", current, by=by, at=at)
    keep_state(current.packet, by=by, at=at)


@transaction.atomic
def bring_back(paper: Paper, *, by: User, at: datetime) -> None:
    """Let `paper`, that was replaced or discarded, wait to be confirmed again.

    Raises PacketRefused (not_open), PaperRefused (not_aside).
    """
    current = hold_paper(paper)
    expect(current, PaperState.REPLACED, PaperState.DISCARDED)
    current.advance("bring_back", at=at, by=str(by), replaced_by=None)
    record("paper_brought_back", current, by=by, at=at)
    keep_state(current.packet, by=by, at=at)


def hold_paper(paper: Paper) -> Paper:
    """Return `paper`, its packet held and open. Raises PacketRefused (not_open)."""
    packet = hold_open(paper.packet)
    current = Paper.objects.get(pk=paper.pk)
    current.packet = packet
    return current


_NOT: Final = {
    PaperState.PLACED: ("not_placed", "El archivo no está confirmado."),
    PaperState.UNPLACED: ("not_waiting", "El archivo no está por confirmar."),
    PaperState.REPLACED: ("not_aside", "El archivo no está fuera del expediente."),
}


def expect(paper: Paper, *states: PaperState) -> None:
    """Refuse a paper that is in none of `states`. Raises PaperRefused."""
    if paper.state not in states:
        code, words = _NOT[states[0]]
        raise PaperRefused(words, code=code)


def record(
    deed: str, paper: Paper, *, by: User | None, at: datetime, **data: object
) -> None:
    """Write down what was done to `paper`."""
    audit.record(
        f"liquidation.{deed}",
        at=at,
        by=by,
        training_body=paper.packet.training_body,
        target=paper,
        sha256=paper.sha256,
        **data,
    )
