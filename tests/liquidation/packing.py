"""Packets with what they hold, as the tests of packets want them."""

from typing import Any

from courses.models import Enrolment, Modality
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import Declaration, Packet, PacketAction, Placement
from otec_portal.core.models import TrainingBody
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationFactory,
    DeclarationReportFactory,
)
from tests.factories.packets import (
    PacketActionFactory,
    PacketFactory,
    PaperFactory,
    PlacementFactory,
)


def packet_of(
    body: TrainingBody, modality: Modality = Modality.CLASSROOM, **facts: Any
) -> PacketAction:
    """A draft with one action of `modality`, over since yesterday."""
    made: Packet = PacketFactory(company__training_body=body, **facts)
    held: PacketAction = PacketActionFactory(
        packet=made, action__course__modality=modality
    )
    return held


def person(held: PacketAction, name: str = "Ana", *, sessions: int = 1) -> Enrolment:
    """Somebody enrolled in the action, with so many sessions that count."""
    made: Enrolment = EnrolmentFactory(
        action=held.action, participant__first_names=name
    )
    AttendanceTotalFactory(enrolment=made, sessions=sessions)
    return made


def placed(
    held: PacketAction,
    kind: DocumentKind,
    enrolment: Enrolment | None = None,
    *,
    pages: int = 1,
    **facts: Any,
) -> Placement:
    """A paper of the packet in its place."""
    if kind == DocumentKind.PAYMENT:
        facts.setdefault("proof", PaymentProof.TRANSFER)
    paper = PaperFactory(packet=held.packet, state="placed", pages=pages)
    made: Placement = PlacementFactory(
        paper=paper, kind=kind, action=held.action, enrolment=enrolment, **facts
    )
    return made


def declared(
    held: PacketAction, enrolment: Enrolment | None = None, *, number: str = ""
) -> Declaration:
    """A declaration that is issued, with its PDF."""
    made: Declaration = DeclarationFactory(
        action=held.action, enrolment=enrolment, number=number
    )
    report = DeclarationReportFactory(declaration=made, number=number)
    DeclarationDocumentFactory(action=held.action, report=report)
    return made


def paid(held: PacketAction) -> None:
    """Place the documents that every course brings."""
    placed(held, DocumentKind.INVOICE)
    placed(held, DocumentKind.PAYMENT)
