"""One uploaded file after another: each is kept or refused by itself (H5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.files.uploadedfile import UploadedFile

from liquidation.models import Packet, PacketLink, Paper, PaperState
from liquidation.services.papers import take_in
from otec_portal.core import uploads
from otec_portal.core.document_text import text_of
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User

KEPT: Final = "kept"
KNOWN: Final = "known"  # the same file was there already: trying again does no harm
REFUSED: Final = "refused"
_WHERE: Final = {
    PaperState.UNPLACED: "Ya está, por confirmar.",
    PaperState.PLACED: "Ya está, confirmado.",
    PaperState.REPLACED: "Ya está: se reemplazó por otro. Puedes recuperarlo.",
    PaperState.DISCARDED: "Ya está, descartado. Puedes recuperarlo.",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one file; `code` is of KEPT, KNOWN, or says why it was refused."""

    name: str
    result: str
    code: str
    words: str
    paper: Paper | None = None

    @property
    def refused(self) -> bool:
        return self.result == REFUSED


def receive(
    packet: Packet,
    file: "UploadedFile[bytes]",
    *,
    at: datetime,
    by: User | None = None,
    link: PacketLink | None = None,
) -> Outcome:
    """Take `file` into `packet` by the hand of `by` or with `link`, or say why not."""
    name = file.name or "archivo"
    try:
        # one byte too many is enough to refuse it
        document = uploads.accept(file.read(uploads.MAX_BYTES + 1))
        text = text_of(document)
        paper, new = take_in(
            packet, document, name=name, text=text, at=at, by=by, link=link
        )
    except DomainError as refused:
        return Outcome(name, REFUSED, refused.code, refused.message)
    if new:
        return Outcome(name, KEPT, KEPT, "Guardado.", paper)
    return Outcome(name, KNOWN, KNOWN, _WHERE[PaperState(paper.state)], paper)
