"""The public page of a certificate: for whoever holds the paper, and nothing more."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from certificates.models import Certificate
from certificates.services.documents import make
from certificates.views.verification import FEW, MISSES_OF_A_NETWORK
from otec_portal.core.models import TrainingBody
from tests.certificates.desk import adjusted, annulled, certifiable, emitted, replaced
from tests.factories import NOW
from tests.factories.certificates import (
    CertificateFileFactory,
    EmittedCertificateFactory,
)

pytestmark = pytest.mark.django_db
NOBODYS = "AAAA22223333"


@pytest.fixture
def certificate(our_body: TrainingBody) -> Certificate:
    return emitted(certifiable(our_body))


def path_of(certificate: Certificate) -> str:
    return reverse("certificates:verify", args=[certificate.code])


def shown(certificate: Certificate) -> str:
    answer = Client().get(path_of(certificate))
    assert answer.status_code == 200
    return answer.content.decode()


def test_certificate_is_shown_to_anyone_with_its_code(certificate: Certificate) -> None:
    CertificateFileFactory(certificate=certificate, sha256="ab" * 32)
    page = shown(certificate)
    for told in (
        "Certificado N° 1-2026",
        "Auténtico y vigente",
        "15-06-2026",
        "Operación de grúa horquilla",
        "OTEC Nuestra",
        "ab" * 32,
        "87 %",
    ):
        assert told in page


def test_page_tells_no_more_of_people_than_the_end_of_their_run(
    certificate: Certificate,
) -> None:
    """No name, no whole RUN, nobody's e-mail, not even of who signed or emitted."""
    page = shown(certificate)
    for enrolment in certificate.certification.action.enrolments.all():
        person = enrolment.participant
        assert f"••.•••.{person.run[-5:].upper()}" in page
        for secret in (person.run, person.last_names, person.first_names, person.email):
            assert secret not in page
    for secret in ("Rosa Firmante", "12.345.678-5", certificate.by.full_name, "F-1234"):
        assert secret not in page


def test_adjusted_percentage_is_marked_here_as_on_paper(our_body: TrainingBody) -> None:
    page = shown(emitted(adjusted(certifiable(our_body))))
    assert "100 % *" in page
    assert "87 %</td>" in page
    assert page.count("* Porcentaje con ajustes registrados por la OTEC") == 1


def test_percentages_without_adjustments_bear_no_mark(certificate: Certificate) -> None:
    assert "*" not in shown(certificate).split("<main")[1].split("</main")[0]


def test_annulled_certificate_says_so(certificate: Certificate) -> None:
    annulled(certificate)
    page = shown(certificate)
    assert "Anulado" in page
    assert "todavía no hay otro que lo reemplace" in page
    assert "Auténtico y vigente" not in page


def test_replaced_certificate_names_the_number_of_the_other(
    certificate: Certificate,
) -> None:
    """And not its code: who holds the old paper does not hold the new one."""
    other = replaced(certificate)
    page = shown(certificate)
    assert "lo reemplaza el certificado N° 2-2026" in page
    assert other.code not in page
    assert "N° 1-2026, anulado" in shown(other)
    assert "Auténtico y vigente" in shown(other)


def test_certificate_without_its_file_yet_says_so(certificate: Certificate) -> None:
    assert "se está preparando" in shown(certificate)
    make(certificate, now=NOW)
    assert "se está preparando" not in shown(certificate)


@pytest.mark.parametrize(("people", "folded"), [(FEW, False), (FEW + 1, True)])
def test_many_percentages_are_unfolded_on_demand(
    our_body: TrainingBody, people: int, folded: bool
) -> None:
    page = shown(
        EmittedCertificateFactory(
            action__people=people, action__course__training_body=our_body
        )
    )
    assert (f"Ver los {people} porcentajes" in page) == folded
    assert page.count("••.•••.") == people


def test_page_asks_the_database_once(
    certificate: Certificate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    replaced(certificate)
    with django_assert_num_queries(1):
        shown(certificate)


@pytest.mark.parametrize("name", ["ask", "known", "unknown"])
def test_page_is_neither_kept_nor_listed(name: str, certificate: Certificate) -> None:
    paths = {
        "ask": reverse("certificates:ask_code"),
        "known": path_of(certificate),
        "unknown": reverse("certificates:verify", args=[NOBODYS]),
    }
    answer = Client().get(paths[name])
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_code_typed_otherwise_leads_to_the_address_of_the_certificate(
    certificate: Certificate,
) -> None:
    code = certificate.code
    asked = reverse("certificates:ask_code")
    typed = f" {code[:4].lower()}-{code[4:]} "
    for answer in (
        Client().get(asked, {"codigo": typed}),
        Client().get(f"/v/{code.lower()}/"),
        Client().get(f"/v/{code[:4]}-{code[4:]}"),
        Client().get(f"/v/{code}"),
    ):
        assert answer.headers["Location"] == path_of(certificate)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Escribe el código"), ("ABCD", "escribiste 4"), ("A" * 13, "escribiste 13")],
)
def test_code_that_can_be_none_is_explained(typed: str, told: str) -> None:
    answer = Client().get(reverse("certificates:ask_code"), {"codigo": typed})
    assert answer.status_code == 200
    assert told in answer.content.decode()


@pytest.mark.parametrize("code", [NOBODYS, "---", "x" * 200, "' OR 1=1 --"])
def test_unknown_code_is_told_kindly(code: str) -> None:
    answer = Client().get(reverse("certificates:verify", args=[code]), follow=True)
    assert answer.status_code == 404
    assert "Puede ser un error al copiarlo" in answer.content.decode()


def test_codes_cannot_be_tried_by_the_dozen(
    certificate: Certificate, stopped_clock: Any
) -> None:
    """Then not even a true one is answered, until the minute is over."""
    client = Client()
    unknown = reverse("certificates:verify", args=[NOBODYS])
    statuses = [client.get(unknown).status_code for _ in range(MISSES_OF_A_NETWORK + 2)]
    assert statuses == [404] * (MISSES_OF_A_NETWORK + 1) + [429]
    refused = client.get(path_of(certificate))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.get(path_of(certificate)).status_code == 200
    stopped_clock.move_to(NOW + timedelta(minutes=1))
    assert client.get(path_of(certificate)).status_code == 200


def test_codes_that_are_true_are_answered_without_limit(
    certificate: Certificate, stopped_clock: object
) -> None:
    """Whoever checks the certificates of a whole year is no stranger."""
    client = Client()
    for _ in range(MISSES_OF_A_NETWORK * 2):
        assert client.get(path_of(certificate)).status_code == 200
