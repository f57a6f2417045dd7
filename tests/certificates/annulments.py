"""Steps that the tests of annulments share."""

import html
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certificates.annulment_rules import Answer, Petition
from certificates.models import AnnulmentDecision, AnnulmentRequest, Certificate
from certificates.services.annulment import decide, request_annulment
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.uploads import Document, FileKind
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.certificates import (
    AnnulmentEvidenceFactory,
    AnnulmentRequestFactory,
)
from tests.factories.core import UserFactory

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
            "answered_on": timezone.localdate(LATER),
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
    given_on = {"answered_on": timezone.localdate(at)}
    given = answer_of(approved=approved, **(given_on | fields))
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


def row_of(body: TrainingBody | None = None, **fields: Any) -> AnnulmentRequest:
    """A request of `body`, or of a body of its own, with its document."""
    if body is not None:
        path = "certificate__certification__action__course__training_body"
        fields[path] = body
    made: AnnulmentRequest = AnnulmentEvidenceFactory(
        request=AnnulmentRequestFactory(**fields)
    ).request
    return made


def in_region(code: str) -> dict[str, Any]:
    """What row_of takes for a request of another region."""
    return {"certificate__certification__action__region": code}


def page_of(name: str, row: Any) -> str:
    """The address of the page `name` of `row`."""
    return reverse(f"certificates:{name}", args=[row.public_id])


def text_of(answer: Any) -> str:
    """What a page that opened says."""
    assert answer.status_code in {200, 422}
    return html.unescape(answer.content.decode())


def text(client: Client, url: str) -> str:
    """What the page at `url` says, which opens."""
    answer = client.get(url)
    assert answer.status_code == 200
    return text_of(answer)


def paper(content: bytes | None = None) -> SimpleUploadedFile:
    """A document to upload."""
    return SimpleUploadedFile("factura 4321.pdf", pdf() if content is None else content)


def errors(answer: Any) -> dict[str, list[str]]:
    """The codes of what is wrong with the form of a page, by field."""
    found = answer.context["form"].errors.as_data()
    return {name: [one.code for one in told] for name, told in found.items()}
