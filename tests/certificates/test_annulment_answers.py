"""The regional office's answer on paper, as the training body records it."""

from typing import Any

import pytest

from certificates.models import AnnulmentDecision, AnnulmentRequest, CertificateState
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, TrainingBody
from tests.certificates.annulments import (
    answered,
    errors,
    page_of,
    paper,
    recorded,
    requested,
    text,
    text_of,
)
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn, browser_of, sign_in
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
        "confirmar": "1",
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
    assert errors(response) == found
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


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("approve", "Registrar la aprobación"), ("reject", "Es definitivo")],
)
def test_answer_is_recorded_only_when_confirmed(
    asked: AnnulmentRequest, admin: SignedIn, verdict: str, words: str
) -> None:
    """As the office's own: what it leads to is said before, its document comes last."""
    url = page_of("record_decision", asked)
    first = answer(verdict=verdict, remarks="Oficio 12.", evidence="")
    del first["confirmar"]
    shown = text_of(admin.client.post(url, first))
    assert words in shown
    assert 'name="confirmar"' in shown
    assert not AnnulmentDecision.objects.exists()
    lacking = admin.client.post(url, {**first, "confirmar": "1"})
    assert errors(lacking) == {"evidence": ["required"]}
    assert 'name="confirmar"' in text_of(lacking)
    back = text_of(admin.client.post(url, {**first, "corregir": "1"}))
    assert "Oficio 12." in back
    assert 'name="confirmar"' not in back
    admin.client.post(url, {**first, "confirmar": "1", "evidence": paper()})
    assert AnnulmentDecision.objects.get().approved == (verdict == "approve")


def test_office_with_an_account_is_told_what_is_recorded_in_its_name(
    asked: AnnulmentRequest, admin: SignedIn
) -> None:
    form = page_of("record_decision", asked)
    assert "tiene cuenta en el portal" not in text(admin.client, form)
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML")
    assert "tiene cuenta en el portal" in text(admin.client, form)
    made = recorded(asked, at=NOW, answered_on=NOW.date())
    told = OutgoingEmail.objects.get(dedup_key__startswith="annulment_recorded:")
    assert told.to == office.membership.user.email
    page = page_of("office_request", asked)
    assert page in told.text
    url = page_of("office_answer", made.evidence)
    assert url in text(office.client, page)
    assert office.client.get(url).content == bytes(made.evidence.content)
    assert AuditEntry.objects.filter(action="certificates.evidence_opened").exists()


def test_answer_of_the_office_itself_tells_it_nothing(asked: AnnulmentRequest) -> None:
    sign_in(None, Role.REGIONAL_OFFICE, "ML")
    answered(asked, at=NOW)
    assert not OutgoingEmail.objects.filter(
        dedup_key__startswith="annulment_recorded:"
    ).exists()
