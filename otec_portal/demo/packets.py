"""Packets of the demo: one that lacks something, and one that is complete.

Nothing here exists. The first is of the action whose sworn statements are known.
"""

import hashlib
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Final

from courses.models import (
    Company,
    Course,
    Environment,
    Line,
    Modality,
    TrainingAction,
)
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import Packet, Paper, Placement
from liquidation.services.packets import hold, keep_state, make_packet
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.uploads import FileKind
from otec_portal.demo import cast
from otec_portal.demo.actions import Days, make_action
from otec_portal.demo.attendance import WITH_CLASSES
from otec_portal.demo.paper import page_of

CONTACT: Final = ("Hortensia Lagos Mery", "hortensia@maderasrioclaro.example")
COURSE: Final = ("1238099015", "Afilado y mantención de sierras", 16)
ACTION_CODE: Final = "6700140"
VALUES: Final = {WITH_CLASSES: 2_450_000, ACTION_CODE: 1_280_000}
_PAPERS: Final = (
    (DocumentKind.INVOICE, "", "factura-1043.pdf", "Factura ficticia de la demo"),
    (
        DocumentKind.PAYMENT,
        PaymentProof.TRANSFER,
        "transferencia-1043.pdf",
        "Transferencia ficticia de la demo",
    ),
)


def days(today: date) -> dict[str, Days]:
    """Return the first and last day of the action that is complete, by `today`."""
    return {ACTION_CODE: (today - timedelta(days=40), today - timedelta(days=22))}


def load_packets(body: TrainingBody, held: dict[str, Days], *, now: datetime) -> None:
    """Make these rows; `held` says when the second one's action is."""
    admin = User.objects.get(rut=cast.OPERATORS[0].rut)
    company = Company.objects.get(training_body=body, rut=cast.COMPANY[0])
    company.contact_name, company.contact_email = CONTACT
    company.save()
    lacking = TrainingAction.objects.get(
        course__training_body=body, action_code=WITH_CLASSES
    )
    lacking.company, lacking.value = company, VALUES[WITH_CLASSES]
    lacking.save()
    make_packet([lacking], by=admin, at=now)
    action = _action(body, company, held)
    _complete(make_packet([action], by=admin, at=now), action, by=admin, at=now)


def _action(
    body: TrainingBody, company: Company, held: dict[str, Days]
) -> TrainingAction:
    sence_code, name, hours = COURSE
    course = Course.objects.create(
        training_body=body,
        sence_code=sence_code,
        name=name,
        hours=hours,
        modality=Modality.CLASSROOM,
    )
    return make_action(
        course,
        ACTION_CODE,
        held,
        line=Line.TAX_FRANCHISE,
        environment=Environment.PRODUCTION,
        region="ML",
        company=company,
        value=VALUES[ACTION_CODE],
    )


def _complete(
    packet: Packet, action: TrainingAction, *, by: User, at: datetime
) -> None:
    """Put every document in its place; the packet's state follows."""
    for kind, proof, name, words in _PAPERS:
        content = page_of(words)
        paper = Paper.objects.create(
            packet=packet,
            name=name,
            kind=FileKind.PDF,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            pages=1,
            key=sealed.keep(BytesIO(content), folder="papers"),
            by=by,
            at=at,
        )
        Placement.objects.create(
            paper=paper, kind=kind, proof=proof, action=action, by=by, at=at
        )
        paper.advance("place", at=at, by=str(by))
    keep_state(hold(packet), by=by, at=at)
