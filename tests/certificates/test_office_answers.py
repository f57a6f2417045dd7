"""One request before SENCE's regional office, and how it answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from certificates.models import AnnulmentDecision, AnnulmentRequest, CertificateState
from courses.models import TrainingAction
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.certificates.annulments import errors, page_of, requested, text_of
from tests.certificates.desk import adjusted, certifiable, emitted
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
INBOX = "/direccion-regional/anulaciones/"
TODAY = NOW.date()


@pytest.fixture
def office(db: None) -> SignedIn:
    return sign_in(None, Role.REGIONAL_OFFICE, "ML", "BI")


@pytest.fixture
def asked(our_body: TrainingBody) -> AnnulmentRequest:
    return requested(emitted(certifiable(our_body)))


def test_request_is_shown_with_what_it_is_about(
    office: SignedIn, asked: AnnulmentRequest
) -> None:
    answer = office.client.get(page_of("office_request", asked))
    assert 'aria-label="Plazos de la acción"' in answer.text
    page = text_of(answer)
    for word in (
        "Espera la respuesta sobre la anulación",
        "1-2026",
        "15-06-2026",
        "Operación de grúa horquilla",
        "OTEC Nuestra",
        "100 %",
        "87 %",
        "F-1234",
        "F-4321",
        "La factura se emitió con otro número.",
        "factura.pdf",
        "quedan 20 días hábiles",
    ):
        assert word in page


def test_adjusted_percentages_are_marked_for_the_office(
    office: SignedIn, our_body: TrainingBody
) -> None:
    """Issue 4: wherever the percentage is shown. The pages share it."""
    asked = requested(emitted(adjusted(certifiable(our_body))))
    page = text_of(office.client.get(page_of("office_request", asked)))
    assert "100 % *</td>" in page
    assert "87 %</td>" in page
    assert "* Porcentaje con ajustes registrados por la OTEC" in page


def test_request_shows_no_run_in_full(
    office: SignedIn, asked: AnnulmentRequest
) -> None:
    page = text_of(office.client.get(page_of("office_request", asked)))
    action = asked.certificate.certification.action
    for enrolment in action.enrolments.select_related("participant"):
        number = int(enrolment.participant.run.split("-")[0])
        assert f"{number:,}".replace(",", ".") not in page


def test_request_of_another_region_is_not_there(asked: AnnulmentRequest) -> None:
    elsewhere = sign_in(None, Role.REGIONAL_OFFICE, "MA").client
    url = page_of("office_request", asked)
    sent = {"verdict": "approve", "confirmar": "1"}
    assert elsewhere.get(url).status_code == 404
    assert elsewhere.post(url, sent).status_code == 404
    assert not AnnulmentDecision.objects.exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_ADMIN, Role.FACILITATOR])
def test_who_asked_does_not_answer(
    asked: AnnulmentRequest, our_body: TrainingBody, role: Role
) -> None:
    client = sign_in(our_body, role).client
    sent = {"verdict": "approve", "confirmar": "1"}
    assert client.post(page_of("office_request", asked), sent).status_code == 403
    assert not AnnulmentDecision.objects.exists()


def test_answer_counts_only_when_confirmed(
    office: SignedIn, asked: AnnulmentRequest
) -> None:
    url = page_of("office_request", asked)
    sent = {"verdict": "reject", "remarks": "Falta la nota de crédito."}
    confirm = office.client.post(url, sent)
    assert "Es definitivo" in text_of(confirm)
    assert not AnnulmentDecision.objects.exists()
    back = office.client.post(url, {**sent, "corregir": "1"})
    assert "Falta la nota de crédito." in text_of(back)
    assert not AnnulmentDecision.objects.exists()
    done = office.client.post(url, {**sent, "confirmar": "1"})
    assert done.headers["Location"] == url
    made = AnnulmentDecision.objects.get()
    assert (made.approved, made.recorded) == (False, False)
    assert (made.answered_on, made.by) == (TODAY, office.membership.user)
    asked.certificate.certification.refresh_from_db()
    assert asked.certificate.certification.state == CertificateState.ANNULMENT_REJECTED


def test_approval_says_what_it_leads_to_and_opens_the_way(
    office: SignedIn, asked: AnnulmentRequest
) -> None:
    url = page_of("office_request", asked)
    confirm = office.client.post(url, {"verdict": "approve"})
    assert "La OTEC podrá volver a emitirlo" in text_of(confirm)
    done = office.client.post(url, {"verdict": "approve", "confirmar": "1"})
    assert done.status_code == 302
    asked.certificate.certification.refresh_from_db()
    assert asked.certificate.certification.state == CertificateState.REISSUE_APPROVED


def test_approval_after_day_59_says_that_nothing_can_be_emitted(
    office: SignedIn, asked: AnnulmentRequest, stopped_clock: Any
) -> None:
    end = asked.certificate.certification.action.ends_on
    over = datetime.combine(end + timedelta(days=60), NOW.timetz())
    stopped_clock.move_to(over)
    client = sign_in(None, Role.REGIONAL_OFFICE, "ML").client
    url = page_of("office_request", asked)
    assert "el plazo de la OTEC para volver a emitirlo ya terminó" in text_of(
        client.get(url)
    )
    confirm = text_of(client.post(url, {"verdict": "approve"}))
    assert "La OTEC ya no podrá volver a emitirlo" in confirm
    assert f"{end + timedelta(days=59):%d-%m-%Y}" in confirm


@pytest.mark.parametrize(
    ("verdict", "found"),
    [("approve", {"__all__": ["action_liquidated"]}), ("reject", None)],
)
def test_annulment_of_a_liquidated_action_is_not_approved(
    office: SignedIn,
    asked: AnnulmentRequest,
    verdict: str,
    found: dict[str, list[str]] | None,
) -> None:
    """It could be neither requested nor followed by another certificate."""
    TrainingAction.objects.update(decision="liquidated")
    sent = {"verdict": verdict, "remarks": "Ya se liquidó.", "confirmar": "1"}
    answer = office.client.post(page_of("office_request", asked), sent)
    assert (errors(answer) if answer.status_code == 422 else None) == found
    assert AnnulmentDecision.objects.exists() == (found is None)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"verdict": ""}, {"verdict": ["required"]}),
        ({"verdict": "reject", "remarks": " "}, {"remarks": ["no_remarks"]}),
    ],
)
def test_answer_with_a_mistake_stands_beside_its_field(
    office: SignedIn,
    asked: AnnulmentRequest,
    sent: dict[str, str],
    found: dict[str, list[str]],
) -> None:
    answer = office.client.post(
        page_of("office_request", asked), {**sent, "confirmar": "1"}
    )
    assert answer.status_code == 422
    assert errors(answer) == found
    assert not AnnulmentDecision.objects.exists()


def test_answer_after_the_term_is_possible_and_shown_as_late(
    office: SignedIn, asked: AnnulmentRequest, stopped_clock: Any
) -> None:
    stopped_clock.move_to(NOW.replace(month=7, day=15))
    client = sign_in(None, Role.REGIONAL_OFFICE, "ML").client
    url = page_of("office_request", asked)
    assert "quedará a la vista que fue fuera de plazo" in text_of(client.get(url))
    client.post(url, {"verdict": "approve", "confirmar": "1"})
    page = text_of(client.get(url))
    assert "Fuera de plazo" in page
    assert "Fuera de plazo" in text_of(client.get(INBOX))


def test_answer_given_twice_is_told_and_kept_as_it_was(
    office: SignedIn, asked: AnnulmentRequest
) -> None:
    url = page_of("office_request", asked)
    office.client.post(url, {"verdict": "approve", "confirmar": "1"})
    again = office.client.post(
        url, {"verdict": "reject", "remarks": "No.", "confirmar": "1"}
    )
    assert errors(again) == {"__all__": ["decided"]}
    assert "La solicitud ya fue aprobada" in text_of(again)
    assert AnnulmentDecision.objects.get().approved


def test_document_opened_by_the_office_is_written_down(
    office: SignedIn, asked: AnnulmentRequest, our_body: TrainingBody
) -> None:
    url = reverse("certificates:office_evidence", args=[asked.evidence.public_id])
    assert url in text_of(office.client.get(page_of("office_request", asked)))
    answer = office.client.get(url)
    assert answer.content == bytes(asked.evidence.content)
    entry = AuditEntry.objects.get(action="certificates.evidence_opened")
    assert (entry.user, entry.training_body) == (office.membership.user, our_body)
    elsewhere = sign_in(None, Role.REGIONAL_OFFICE, "MA").client
    assert elsewhere.get(url).status_code == 404
