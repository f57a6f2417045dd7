"""Packets with what they hold, as the tests of packets want them."""

from io import BytesIO
from typing import Any

from courses.models import Enrolment, Modality, TrainingAction
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import (
    AnswerEvidence,
    Declaration,
    Packet,
    PacketAction,
    PacketState,
    Paper,
    Placement,
)
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody, User
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.core import OutgoingEmailFactory
from tests.factories.courses import CompanyFactory, EnrolmentFactory
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationFactory,
    DeclarationReportFactory,
)
from tests.factories.packets import (
    AnswerEvidenceFactory,
    DispatchFactory,
    PacketActionFactory,
    PacketAnswerFactory,
    PacketBuildFactory,
    PacketFactory,
    PacketLinkFactory,
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


def files() -> dict[str, Any]:
    """The two files of a build, sealed where private files lie."""
    made: dict[str, Any] = {}
    for name, content in (("zip", b"PK"), ("pdf", b"%PDF-1.7")):
        made[f"{name}_key"] = sealed.keep(BytesIO(content), folder="packets")
        made[f"{name}_size"] = len(content)
    return made


def filed(packet: Packet, **facts: Any) -> Paper:
    """A paper of the packet, its file sealed where private files lie."""
    key = sealed.keep(BytesIO(b"%PDF-1.7"), folder="papers")
    made: Paper = PaperFactory(packet=packet, key=key, **facts)
    return made


def observed(action: TrainingAction, *, word: str, by: User) -> AnswerEvidence:
    """A packet of `action` that came back, recorded on paper: one row of each kind.

    `word` stands in all that somebody wrote; the company's link is not revoked.
    """
    body = action.course.training_body
    own = {"by": by}
    packet = PacketFactory(
        company=action.company or CompanyFactory(training_body=body, name=word),
        region=action.region,
        state=PacketState.OBSERVED,
        **own,
    )
    PacketActionFactory(packet=packet, action=action)
    PacketLinkFactory(packet=packet, name=word, **own)
    paper = filed(packet, state="placed", name=f"{word}.pdf", **own)
    PlacementFactory(paper=paper, action=action, **own)
    dispatch = DispatchFactory(
        build=PacketBuildFactory(packet=packet, built=True, **files(), **own),
        mail=OutgoingEmailFactory(training_body=body),
        **own,
    )
    answer = PacketAnswerFactory(
        dispatch=dispatch, liquidated=False, remarks=word, recorded=True, **own
    )
    made: AnswerEvidence = AnswerEvidenceFactory(answer=answer, name=f"{word}.pdf")
    return made
