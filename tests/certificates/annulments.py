"""Steps that the tests of annulments share."""

from datetime import datetime, timedelta
from typing import Any, Final

from certificates.annulment_rules import Answer, Petition
from certificates.models import AnnulmentDecision, AnnulmentRequest, Certificate
from certificates.services.annulment import decide, request_annulment
from otec_portal.core.models import User
from otec_portal.core.uploads import Document, FileKind
from tests.factories import NOW, UserFactory

RIGHT: Final = "F-4321"
WHY: Final = "La factura se emitió con otro número."
PAPER: Final = Document(FileKind.PDF, b"%PDF-1.7 the right invoice", pages=1)
LATER: Final = NOW + timedelta(days=3)


def requested(
    certificate: Certificate,
    *,
    right: str = RIGHT,
    by: User | None = None,
    at: datetime = NOW,
) -> AnnulmentRequest:
    """The request to annul `certificate`, sent with its document."""
    return request_annulment(
        certificate,
        petition=Petition(reason=WHY, right_reference=right),
        evidence=PAPER,
        filename="factura.pdf",
        by=by or UserFactory(),
        at=at,
    )


def answer_of(*, approved: bool = True, **fields: Any) -> Answer:
    """The office's answer, given LATER unless said otherwise."""
    remarks = "" if approved else "La factura adjunta es de otra acción."
    return Answer(
        **{
            "approved": approved,
            "remarks": remarks,
            "answered_on": LATER.date(),
            "recorded": False,
            **fields,
        }
    )


def answered(
    request: AnnulmentRequest,
    *,
    approved: bool = True,
    by: User | None = None,
    at: datetime = LATER,
    **fields: Any,
) -> AnnulmentDecision:
    """The answer of the regional office's account."""
    given = answer_of(approved=approved, **{"answered_on": at.date(), **fields})
    return decide(request, answer=given, by=by or UserFactory(), at=at)


def recorded(
    request: AnnulmentRequest, *, at: datetime = LATER, **fields: Any
) -> AnnulmentDecision:
    """The answer on paper, recorded by the training body."""
    return decide(
        request,
        answer=answer_of(**{"recorded": True, **fields}),
        evidence=PAPER,
        filename="respuesta.pdf",
        by=UserFactory(),
        at=at,
    )
