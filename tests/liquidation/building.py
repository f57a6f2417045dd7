"""Packets with real files, and the worker that builds them, for tests."""

import io
from datetime import datetime
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import pikepdf

from courses.models import Enrolment, Modality
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import Packet, PacketAction, PacketBuild, Paper
from liquidation.services import building
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.uploads import FileKind
from tests.core.documents import picture, written
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationFactory,
    DeclarationReportFactory,
)
from tests.factories.packets import PaperFactory, PlacementFactory
from tests.liquidation.packing import packet_of, person


def paper(packet: Packet, content: bytes, *, pages: int = 1, **facts: Any) -> Paper:
    """A paper whose file is really there."""
    kind = FileKind.PDF if content.startswith(b"%PDF") else FileKind.JPEG
    made: Paper = PaperFactory(
        packet=packet,
        state="placed",
        kind=kind,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        key=sealed.keep(io.BytesIO(content), folder="papers"),
        **facts,
    )
    return made


def place(
    held: PacketAction,
    one: Paper,
    kind: DocumentKind,
    enrolment: Enrolment | None = None,
    **facts: Any,
) -> None:
    """Put the paper in its place."""
    if kind == DocumentKind.PAYMENT:
        facts.setdefault("proof", PaymentProof.TRANSFER)
    PlacementFactory(
        paper=one, kind=kind, action=held.action, enrolment=enrolment, **facts
    )


def declaration(held: PacketAction, content: bytes, who: Enrolment | None) -> None:
    """A declaration that is issued, with `content` as its PDF."""
    of = DeclarationFactory(action=held.action, enrolment=who)
    DeclarationDocumentFactory(
        action=held.action,
        report=DeclarationReportFactory(declaration=of),
        name="dj.pdf",
        content=content,
        sha256=sha256(content).hexdigest(),
        size=len(content),
    )


def whole_packet(body: TrainingBody, people: int = 2) -> PacketAction:
    """An e-learning action with all its documents; the proof of payment is a photo."""
    held = packet_of(body, Modality.E_LEARNING)
    place(held, paper(held.packet, written("Factura 77")), DocumentKind.INVOICE)
    proof = paper(held.packet, picture(), name="foto.jpg")
    place(held, proof, DocumentKind.PAYMENT)
    declaration(held, written("Declaración OTEC"), None)
    for number in range(people):
        who = person(held, f"Ana {number}")
        declaration(held, written(f"Declaración {number}"), who)
    return held


def built(packet: Packet, *, by: User | None = None, at: datetime = NOW) -> PacketBuild:
    """Ask for it, and be the worker."""
    asked = building.ask(packet, by=by or UserFactory(), at=at)
    building.run(asked.pk, clock=lambda: at)
    asked.refresh_from_db()
    return asked


def merged_pdf(build: PacketBuild) -> pikepdf.Pdf:
    """The merged PDF of the build, opened."""
    return pikepdf.open(io.BytesIO(stored(build.pdf_key)))


def archive(build: PacketBuild) -> ZipFile:
    """The ZIP of the build, opened."""
    return ZipFile(io.BytesIO(stored(build.zip_key)))


def stored(key: str) -> bytes:
    """The file at `key`, unsealed."""
    with sealed.opened(key) as file:
        return file.read()
