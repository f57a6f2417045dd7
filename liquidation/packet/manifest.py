"""What a packet holds at one moment, frozen: of the same, the same files for ever.

Everything that is printed or named in the files comes from here. A file that stands in
several places is one document, at its first place.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from certificates.snapshot import Named, as_text, digest
from liquidation.contents import Held, Person, Sheet
from liquidation.kinds import IN_ORDER, DocumentKind, PaymentProof
from liquidation.models import Packet
from liquidation.packet.names import name_of
from otec_portal.core.regions import REGIONS
from otec_portal.core.uploads import FileKind

TEMPLATE: Final = "1"  # the version of the design and of the names in it
_OF_THE_MOMENT: Final = ("asked_on", "asked_by")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of the packet: `file` is its name there, `name` the one it came with.

    Its bytes are a paper's (`paper`) or a declaration's (`declaration`), `sha256` is
    theirs; `media` as FileKind has it.
    """

    number: int
    file: str
    name: str
    media: str
    sha256: str
    size: int
    pages: int
    paper: int | None
    declaration: int | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a document is in the packet: `document` is its number."""

    kind: str
    what: str
    person: Named | None
    document: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An action whose liquidation is asked for. Dates of America/Santiago."""

    code: str
    course: str
    sence_code: str
    starts_on: date
    ends_on: date
    participants: int
    places: Sequence[Place]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All of it; `region` is its name, `asked_on` of America/Santiago."""

    training_body: Named
    company: Named
    region: str
    mailbox: str
    actions: Sequence[Listed]
    documents: Sequence[Document]
    asked_on: date
    asked_by: str
    template: str = TEMPLATE

    @property
    def text(self) -> str:
        """The contents as they are kept."""
        return as_text(asdict(self))

    @property
    def digest(self) -> str:
        """The SHA-256 of what is held, whenever and by whomever it was asked for."""
        told = asdict(self)
        return digest(
            as_text({key: told[key] for key in told if key not in _OF_THE_MOMENT})
        )

    @property
    def pages(self) -> int:
        """How many pages the documents have, without cover and index."""
        return sum(one.pages for one in self.documents)

    def first_pages(self, front: int) -> dict[int, int]:
        """Return, by number of document, its first page behind `front` pages."""
        pages, page = {}, front + 1
        for one in self.documents:
            pages[one.number] = page
            page += one.pages
        return pages


def freeze(
    packet: Packet, held: Sequence[Held], *, asked_on: date, asked_by: str
) -> Contents:
    """Return the contents of `packet`, which holds `held` (contents.contents_of)."""
    documents: dict[str, Document] = {}
    region = REGIONS[packet.region]
    return Contents(
        training_body=Named(packet.training_body.name, packet.training_body.rut),
        company=Named(packet.company.name, packet.company.rut),
        region=region.name,
        mailbox=region.mailbox,
        actions=[_listed(one, documents, alone=len(held) == 1) for one in held],
        documents=list(documents.values()),
        asked_on=asked_on,
        asked_by=asked_by,
    )


def read(text: str) -> Contents:
    """Return the contents that were kept as `text`."""
    told: dict[str, Any] = json.loads(text)
    for key in ("training_body", "company"):
        told[key] = Named(**told[key])
    told["asked_on"] = date.fromisoformat(told["asked_on"])
    told["documents"] = [Document(**one) for one in told["documents"]]
    told["actions"] = [_action(one) for one in told["actions"]]
    return Contents(**told)


def _action(told: dict[str, Any]) -> Listed:
    for key in ("starts_on", "ends_on"):
        told[key] = date.fromisoformat(told[key])
    told["places"] = [_place(one) for one in told["places"]]
    return Listed(**told)


def _place(told: dict[str, Any]) -> Place:
    person = Named(**told["person"]) if told["person"] else None
    return Place(**{**told, "person": person})


def _listed(held: Held, documents: dict[str, Document], *, alone: bool) -> Listed:
    action = held.action
    places = []
    for sheet, person in _in_order(held):
        if sheet.sha256 not in documents:
            number = len(documents) + 1
            file = name_of(
                sheet, person, number=number, action="" if alone else action.action_code
            )
            documents[sheet.sha256] = _document(sheet, number=number, file=file)
        places.append(_stands(sheet, person, documents[sheet.sha256].number))
    return Listed(
        code=action.action_code,
        course=action.course.name,
        sence_code=action.course.sence_code,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        participants=len(held.people),
        places=places,
    )


def _in_order(held: Held) -> list[tuple[Sheet, Person | None]]:
    """Return its sheets: kinds in the order of the source, within one the people."""
    of_nobody = [(sheet, None) for sheet in held.sheets]
    of_people = [(sheet, person) for person in held.people for sheet in person.sheets]
    return sorted([*of_nobody, *of_people], key=lambda one: IN_ORDER.index(one[0].kind))


def _document(sheet: Sheet, *, number: int, file: str) -> Document:
    return Document(
        number=number,
        file=file,
        name=sheet.name,
        media=FileKind(sheet.media).value,
        sha256=sheet.sha256,
        size=sheet.size,
        pages=sheet.pages,
        paper=sheet.paper,
        declaration=sheet.declaration,
    )


def _stands(sheet: Sheet, person: Person | None, document: int) -> Place:
    kind = DocumentKind(sheet.kind)
    what = kind.label
    if sheet.proof:
        what = f"{what}: {PaymentProof(sheet.proof).label.lower()}"
    named = None
    if person is not None:
        participant = person.enrolment.participant
        named = Named(participant.listed_name, participant.run)
    return Place(kind=kind.value, what=what, person=named, document=document)
