"""Annulments on the screens of the training body: requested and followed."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from certificates.models import AnnulmentRequest, Certificate
from certificates.rules import Order
from courses.models import TrainingAction
from otec_portal.core.models import OutgoingEmail, Role, TrainingBody
from tests.certificates.annulments import (
    LATER,
    RIGHT,
    WHY,
    answered,
    errors,
    page_of,
    paper,
    requested,
    row_of,
    text,
    text_of,
)
from tests.certificates.desk import ORDER, certifiable, emitted
from tests.conftest import SignedIn, browser_of, sign_in
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.certificates import CertificateFileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return certifiable(our_body)


@pytest.fixture
def certificate(action: TrainingAction) -> Certificate:
    return emitted(action)


@pytest.fixture
def asked(certificate: Certificate) -> AnnulmentRequest:
    return requested(certificate)


def petition(**fields: Any) -> dict[str, Any]:
    return {
        "reason": WHY,
        "right_reference": RIGHT,
        "evidence": paper(),
        **fields,
    }


def test_form_shows_the_certificate_and_until_when_the_office_answers(
    certificate: Certificate, admin: SignedIn
) -> None:
    page = text(admin.client, page_of("annul", certificate))
    for word in (
        "Solicitud de anulación de certificado",
        "Motivo de la anulación",
        "Enviar Solicitud",
        "1-2026",
        "F-1234",
        "14-07-2026",
        "100 %",
        "87 %",
    ):
        assert word in page
    assert "Puede que no quede tiempo" not in page


@pytest.mark.parametrize("page", ["annul", "annulment"])
def test_certificate_is_downloaded_where_its_annulment_is_asked_for(
    certificate: Certificate, admin: SignedIn, facilitator: SignedIn, page: str
) -> None:
    """Seed 004; not before it is printed, and not by who only looks."""
    one = certificate if page == "annul" else requested(certificate)
    button = "Descargar Certificado</a>"
    assert button not in text(admin.client, page_of(page, one))
    CertificateFileFactory(certificate=certificate)
    shown = text(admin.client, page_of(page, one))
    assert shown.count(button) == 1
    assert f'href="{page_of("download", certificate)}" download' in shown
    if page == "annulment":
        assert button not in text(facilitator.client, page_of(page, one))


def test_form_warns_where_no_time_would_be_left_to_emit_again(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    """E6: 14-07-2026 is the day on which the office's term ends."""
    ends = NOW.date().replace(month=5, day=16)  # day 59 is that very day
    late = emitted(certifiable(our_body, starts_on=ends, ends_on=ends))
    page = text(admin.client, page_of("annul", late))
    assert "Puede que no quede tiempo" in page
    assert "hasta el 14-07-2026, y el plazo para volver a emitir termina el 14-07" in (
        page
    )


@pytest.fixture
def office(db: None) -> SignedIn:
    return sign_in(None, Role.REGIONAL_OFFICE, "ML")


@pytest.mark.usefixtures("office")
def test_request_sent_leads_to_its_page_with_the_due_date(
    certificate: Certificate, admin: SignedIn
) -> None:
    answer = admin.client.post(page_of("annul", certificate), petition(), follow=True)
    asked = AnnulmentRequest.objects.get()
    assert answer.redirect_chain == [(page_of("annulment", asked), 302)]
    told = text_of(answer)
    assert "La solicitud fue enviada." in told
    assert "hasta el 14-07-2026" in told
    assert asked.evidence.name == "factura 4321.pdf"
    assert asked.by == admin.membership.user


NOBODY = "Ninguna cuenta recib"  # recibirá, recibió


def test_request_that_reaches_nobody_says_so_before_and_after(
    certificate: Certificate, admin: SignedIn
) -> None:
    """The office has no account in the region: nobody reads it but on paper."""
    sign_in(None, Role.REGIONAL_OFFICE, "MA")
    assert NOBODY in text(admin.client, page_of("annul", certificate))
    answer = admin.client.post(page_of("annul", certificate), petition(), follow=True)
    told = text_of(answer)
    assert "La solicitud fue enviada" not in told
    assert NOBODY in told
    assert "envíala tú" in told
    assert not OutgoingEmail.objects.exists()


@pytest.mark.usefixtures("office")
def test_request_that_reaches_the_office_does_not_say_otherwise(
    certificate: Certificate, admin: SignedIn
) -> None:
    assert NOBODY not in text(admin.client, page_of("annul", certificate))


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"reason": " "}, {"reason": ["required"]}),
        ({"right_reference": ""}, {"right_reference": ["required"]}),
        ({"right_reference": "f-1234"}, {"right_reference": ["same_reference"]}),
    ],
)
def test_mistake_stands_beside_its_field_and_the_lost_document_is_told(
    certificate: Certificate,
    admin: SignedIn,
    fields: dict[str, str],
    found: dict[str, list[str]],
) -> None:
    """A browser does not send the file again by itself: nobody should think so."""
    answer = admin.client.post(page_of("annul", certificate), petition(**fields))
    assert answer.status_code == 422
    assert errors(answer) == {**found, "evidence": ["choose_again"]}
    assert not AnnulmentRequest.objects.exists()


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (None, "required"),
        (b"", "empty"),
        (b"MZ no document", "wrong_kind"),
        (b"%PDF-1.7 broken", "broken"),
        (pdf(password="x"), "encrypted"),
    ],
)
def test_document_that_can_not_be_taken_is_refused_in_words(
    certificate: Certificate, admin: SignedIn, file: bytes | None, code: str
) -> None:
    """H5, D1, D3."""
    sent = petition()
    del sent["evidence"]
    if file is not None:
        sent["evidence"] = paper(file)
    answer = admin.client.post(page_of("annul", certificate), sent)
    assert errors(answer) == {"evidence": [code]}


def test_certificate_that_can_not_be_annulled_says_why(
    asked: AnnulmentRequest, admin: SignedIn
) -> None:
    url = page_of("annul", asked.certificate)
    page = text(admin.client, url)
    assert "ya espera la respuesta de la Dirección Regional" in page
    assert "Enviar Solicitud" not in page
    assert admin.client.post(url, petition()).status_code == 422
    assert AnnulmentRequest.objects.count() == 1


def test_page_of_the_certificate_leads_to_the_annulment_and_its_answer(
    action: TrainingAction, certificate: Certificate, admin: SignedIn, facilitator: Any
) -> None:
    url = reverse("certificates:certificate", args=[action.public_id])
    annul = page_of("annul", certificate)
    assert annul in text(admin.client, url)
    assert annul not in text(facilitator.client, url)
    asked = requested(certificate)
    page = text(admin.client, url)
    assert annul not in page
    assert page_of("record_decision", asked) in page
    assert page_of("annulment", asked) in text(facilitator.client, url)
    answered(asked, at=NOW)
    assert page_of("record_decision", asked) not in text(admin.client, url)


def test_right_number_is_proposed_for_the_new_certificate(
    asked: AnnulmentRequest, action: TrainingAction, admin: SignedIn
) -> None:
    answered(asked, at=NOW)
    page = text(admin.client, reverse("certificates:prepare", args=[action.public_id]))
    assert f'value="{RIGHT}"' in page


def test_facilitator_looks_and_opens_nothing(
    asked: AnnulmentRequest, facilitator: SignedIn
) -> None:
    page = text(facilitator.client, page_of("annulment", asked))
    assert (RIGHT in page, WHY in page) == (True, True)
    for name, row in (("record_decision", asked), ("evidence", asked.evidence)):
        assert page_of(name, row) not in page
        assert facilitator.client.get(page_of(name, row)).status_code == 403
    url = page_of("annul", asked.certificate)
    assert facilitator.client.get(url).status_code == 403
    assert facilitator.client.post(url, petition()).status_code == 403


@pytest.mark.parametrize(
    ("approved", "words"),
    [
        (None, "La solicitud fue enviada"),
        (True, "Ya se puede volver a emitir el certificado con el N° F-4321"),
        (False, "Es definitivo"),
    ],
)
@pytest.mark.usefixtures("office")
def test_page_of_a_request_says_where_it_stands(
    asked: AnnulmentRequest, admin: SignedIn, approved: bool | None, words: str
) -> None:
    if approved is not None:
        answered(asked, approved=approved, at=NOW)
    page = text(admin.client, page_of("annulment", asked))
    assert words in page


def test_page_of_a_request_that_waits_too_long_says_so(
    asked: AnnulmentRequest, admin: SignedIn, stopped_clock: Any
) -> None:
    url = page_of("annulment", asked)
    stopped_clock.move_to(NOW.replace(month=7, day=14))
    assert "vence hoy" in text(browser_of(admin.membership.user), url)
    stopped_clock.move_to(NOW.replace(month=7, day=15))
    page = text(browser_of(admin.membership.user), url)
    assert "venció el 14-07-2026" in page
    assert "no ha respondido dentro de su plazo" in page


@pytest.mark.parametrize("name", ["annul", "annulment", "record_decision"])
def test_pages_of_another_body_are_not_there(
    asked: AnnulmentRequest, rival: SignedIn, name: str
) -> None:
    """C1, by POST too: the matrix asks by GET."""
    row = asked.certificate if name == "annul" else asked
    url = page_of(name, row)
    assert rival.client.get(url).status_code == 404
    if name != "annulment":
        sent = petition() if name == "annul" else {"verdict": "approve"}
        assert rival.client.post(url, sent).status_code == 404


def test_page_of_a_request_names_the_certificate_that_came_of_it(
    asked: AnnulmentRequest, action: TrainingAction, admin: SignedIn
) -> None:
    """Whatever happens to the new one: this request is over."""
    answered(asked, at=NOW)
    order = replace(ORDER, billing_reference=RIGHT)
    again = emitted(action, order=order)
    url = page_of("annulment", asked)
    assert "es el N° 2-2026" in text(admin.client, url)
    answered(requested(again, right="F-9"), at=NOW)
    page = text(admin.client, url)
    assert "es el N° 2-2026" in page
    assert "Ya se puede volver a emitir" not in page


def test_certificate_that_was_replaced_says_so_wherever_it_is_shown(
    admin: SignedIn, certificate: Certificate
) -> None:
    """Neither its page nor the list offers it as if it were still in force."""
    CertificateFileFactory(certificate=certificate)
    valid = text(admin.client, page_of("issued", certificate))
    assert "El certificado está listo" in valid
    assert "Anulado" not in valid
    asked = requested(certificate)
    answered(asked)
    annulled = text(admin.client, page_of("issued", certificate))
    assert "Anulado" in annulled
    assert "El certificado está listo" not in annulled
    later = emitted(
        certificate.certification.action, order=Order(billing_reference=RIGHT), at=LATER
    )
    words = f"Anulado: reemplazado por N° {later.number}"
    replaced = text(admin.client, page_of("issued", certificate))
    assert words in replaced
    assert page_of("issued", later) in replaced
    assert "Descargar el certificado anulado (PDF)" in replaced
    whole = text(admin.client, page_of("certificate", certificate.certification.action))
    assert words in whole


def test_certificate_whose_annulment_was_refused_says_so(
    admin: SignedIn, certificate: Certificate
) -> None:
    CertificateFileFactory(certificate=certificate)
    answered(requested(certificate), approved=False)
    shown = text(admin.client, page_of("issued", certificate))
    assert "Rechazado" in shown
    assert "El certificado está listo" in shown


def test_history_leads_to_every_request_and_its_answer(
    admin: SignedIn, certificate: Certificate
) -> None:
    """Those of a certificate that was replaced since, too; its words do not run on."""
    asked = requested(certificate)
    answered(asked, remarks="Conforme")
    emitted(
        certificate.certification.action, order=Order(billing_reference=RIGHT), at=LATER
    )
    shown = text(admin.client, page_of("certificate", certificate.certification.action))
    assert shown.count(page_of("annulment", asked)) == 2
    assert "Conforme." in shown


def test_reason_without_a_stop_does_not_run_into_what_follows(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    asked = row_of(our_body, reason="Factura equivocada")
    shown = text(
        admin.client, page_of("certificate", asked.certificate.certification.action)
    )
    assert "Factura equivocada. N° correcto: " in shown
