"""What whoever holds a certificate sees of it, from any browser."""

from datetime import timedelta
from unittest import mock

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, expect

from certificates.models import Certificate
from certificates.services.documents import make
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.certificates.desk import annulled, replaced
from tests.factories.certificates import EmittedCertificateFactory

LONG_NAME = "Gestión integral de riesgos psicosociales y prevención en faenas " * 3
PDF = "application/pdf"


def certificate(stage: Stage, people: int = 3, **fields: object) -> Certificate:
    """A certificate of our training body, printed."""
    now = timezone.now()
    made: Certificate = EmittedCertificateFactory(
        at=now,
        action__course__training_body=stage.body,
        action__course__name=LONG_NAME[:200],
        action__starts_on=now.date() - timedelta(days=40),
        action__ends_on=now.date() - timedelta(days=10),
        action__people=people,
        **fields,
    )
    make(made, now=now)
    return made


def opens(stage: Stage, one: Certificate) -> None:
    stage.opens(reverse("certificates:verify", args=[one.code]))


def chooses(stage: Stage, content: bytes) -> None:
    """Choose a file to compare; the page tells what became of it."""
    file = FilePayload(name="certificado.pdf", mimeType=PDF, buffer=content)
    stage.page.get_by_label("Elige el PDF").set_input_files(file)
    expect(stage.page.get_by_role("status")).not_to_be_empty()


@state
def verification_asked(stage: Stage) -> None:
    stage.opens("/v/")


@state
def verification_asked_with_a_code_too_short(stage: Stage) -> None:
    stage.opens("/v/?codigo=ABCD")
    stage.is_refused()


@state
def verification_of_an_unknown_code(stage: Stage) -> None:
    stage.opens("/v/AAAA22223333/", status=404)
    stage.is_headed("No hay un certificado con ese código")


@state
def verification_tried_too_often(stage: Stage) -> None:
    stage.patches.enter_context(
        mock.patch("certificates.views.verification.over_limit", return_value=True)
    )
    stage.opens("/v/AAAA22223333/", status=429)


@state
def verification_of_one_in_force(stage: Stage) -> None:
    opens(stage, certificate(stage))
    stage.sees("Auténtico y vigente")


@state
def verification_of_many_people(stage: Stage) -> None:
    opens(stage, certificate(stage, people=300))
    stage.page.get_by_text("Ver los 300 porcentajes").click()


@state
def verification_of_one_annulled(stage: Stage) -> None:
    one = certificate(stage)
    annulled(one)
    opens(stage, one)
    stage.sees("todavía no hay otro que lo reemplace")


@state
def verification_of_one_replaced(stage: Stage) -> None:
    one = certificate(stage)
    replaced(one, at=timezone.now())
    opens(stage, one)
    stage.sees("Anulado y reemplazado")


@state
def verification_of_one_without_its_file(stage: Stage) -> None:
    opens(stage, replaced(certificate(stage), at=timezone.now()))
    stage.sees("se está preparando")


@state
def verification_with_the_same_file(stage: Stage) -> None:
    one = certificate(stage)
    opens(stage, one)
    chooses(stage, bytes(one.file.content))


@state
def verification_with_the_same_file_annulled(stage: Stage) -> None:
    one = certificate(stage)
    annulled(one)
    opens(stage, one)
    chooses(stage, bytes(one.file.content))


@state
def verification_with_another_file(stage: Stage) -> None:
    opens(stage, certificate(stage))
    chooses(stage, b"%PDF-1.7 something else")


@state
def verification_with_its_file_compared_by_hand(stage: Stage) -> None:
    opens(stage, certificate(stage))
    stage.page.get_by_text("Comparar la huella a mano").click()
