"""The regional office's answer on paper, as the training body records it."""

from typing import Any

import pytest

from certificates.models import AnnulmentDecision, AnnulmentRequest, CertificateState
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.certificates.annulments import (
    answered,
    errors,
    page_of,
    paper,
    recorded,
    requested,
    text,
)
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn, browser_of
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def asked(our_body: TrainingBody) -> AnnulmentRequest:
    return requested(emitted(certifiable(our_body)))


def answer(**fields: Any) -> dict[str, Any]:
    return {
        "verdict": "approve",
        "answered_on": f"{NOW:%Y-%m-%d}",
        "remarks": "",
        "evidence": paper(),
        **fields,
    }


def test_answer_on_paper_is_recorded_with_its_document(
    asked: AnnulmentRequest, admin: SignedIn, stopped_clock: Any
) -> None:
    stopped_clock.move_to(NOW.replace(day=17))
    sent = answer(answered_on="2026-06-16", remarks="Oficio 12.")
    client = browser_of(admin.membership.user)
    response = client.post(page_of("record_decision", asked), sent)
    assert response.headers["Location"] == page_of("annulment", asked)
    made = AnnulmentDecision.objects.get()
    assert (made.recorded, made.approved) == (True, True)
    assert (f"{made.answered_on}", made.remarks) == ("2026-06-16", "Oficio 12.")
    assert made.evidence.name == "factura 4321.pdf"
    asked.certificate.certification.refresh_from_db()
    assert asked.certificate.certification.state == CertificateState.REISSUE_APPROVED


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"verdict": ""}, {"verdict": ["required"]}),
        ({"verdict": "reject"}, {"remarks": ["no_remarks"]}),
        ({"answered_on": ""}, {"answered_on": ["required"]}),
        ({"answered_on": "2026-06-14"}, {"answered_on": ["answered_outside"]}),
        ({"answered_on": "2026-06-16"}, {"answered_on": ["answered_outside"]}),
    ],
)
def test_answer_with_a_mistake_is_not_recorded(
    asked: AnnulmentRequest,
    admin: SignedIn,
    fields: dict[str, str],
    found: dict[str, list[str]],
) -> None:
    response = admin.client.post(page_of("record_decision", asked), answer(**fields))
    assert errors(response) == {**found, "evidence": ["choose_again"]}
    assert not AnnulmentDecision.objects.exists()


def test_answer_that_was_given_meanwhile_is_told(
    asked: AnnulmentRequest, admin: SignedIn
) -> None:
    answered(asked, at=NOW, approved=False)
    url = page_of("record_decision", asked)
    assert "ya tiene su respuesta" in text(admin.client, url)
    response = admin.client.post(url, answer())
    assert errors(response)["__all__"] == ["decided"]
    assert not AnnulmentDecision.objects.get().approved


@pytest.mark.parametrize("name", ["evidence", "decision_evidence"])
def test_document_opened_is_written_down(
    asked: AnnulmentRequest, admin: SignedIn, name: str
) -> None:
    """C14: who, when, which."""
    made = recorded(asked, at=NOW, answered_on=NOW.date())
    document = asked.evidence if name == "evidence" else made.evidence
    url = page_of(name, document)
    assert url in text(admin.client, page_of("annulment", asked))
    response = admin.client.get(url)
    assert response.content == bytes(document.content)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in response.headers["Cache-Control"]
    entry = AuditEntry.objects.get(action="certificates.evidence_opened")
    assert (entry.user, entry.at) == (admin.membership.user, NOW)
    assert entry.data == {"number": "1-2026", "sha256": document.sha256}
