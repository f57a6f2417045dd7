"""What a link opens, to whom and until when; every download is written down."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from courses.models import ActionState, TrainingAction
from liquidation import links
from liquidation.models import (
    Dispatch,
    PacketAnswer,
    PacketLink,
    PacketState,
    Placement,
    Way,
)
from otec_portal.core import sealed
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.logs import mask
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.packets import PacketLinkFactory
from tests.liquidation.sending import MAULE, PDF, ZIP, ready, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def _at(link: PacketLink, name: str = "link") -> str:
    return reverse(f"liquidation:{name}", args=[links.signed(link)])


def _text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def dispatch(our_body: TrainingBody, settings: Settings) -> Dispatch:
    """A packet that went by link."""
    settings.MAIL_LIMIT = 1024
    return sent(our_body)


@pytest.fixture
def link(dispatch: Dispatch) -> PacketLink:
    assert dispatch.office_link
    return dispatch.office_link


@pytest.fixture
def company(our_body: TrainingBody) -> PacketLink:
    """The link of a packet's company; the packet lacks nothing and is built."""
    made: PacketLink = PacketLinkFactory(packet=ready(our_body).packet)
    return made


def test_office_sees_the_index_without_an_account(
    client: Client, link: PacketLink
) -> None:
    answer = client.get(_at(link))
    assert answer.status_code == 200
    for told in ("Factura de la OTEC", "Comprobante de pago", link.packet.company.name):
        assert told in _text(answer)
    assert answer["Cache-Control"].count("no-store") == 1
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(("name", "content"), [("link_pdf", PDF), ("link_zip", ZIP)])
def test_every_download_is_written_down(
    client: Client, link: PacketLink, name: str, content: bytes
) -> None:
    answer = client.get(_at(link, name))
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Length"] == str(len(content))
    entry = AuditEntry.objects.get(action="liquidation.packet_downloaded_by_link")
    assert (entry.user, entry.data["who"]) == (None, link.name)


def test_office_answers_with_its_link(client: Client, link: PacketLink) -> None:
    told = {"verdict": "liquidated", "who": "Luis Rojas, jefe", "remarks": ""}
    answer = client.post(_at(link), told, follow=True)
    assert "Luis Rojas, jefe" in _text(answer)
    assert TrainingAction.objects.get().decision == ActionState.LIQUIDATED
    again = client.post(_at(link), told)
    assert again.status_code == 422
    assert PacketAnswer.objects.count() == 1


@pytest.mark.parametrize("field", ["verdict", "who", "remarks"])
def test_answer_that_says_too_little_is_refused_beside_its_field(
    client: Client, link: PacketLink, field: str
) -> None:
    told = {"verdict": "observed", "who": "Luis Rojas", "remarks": "Falta el timbre."}
    answer = client.post(_at(link), told | {field: ""})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not PacketAnswer.objects.exists()


@pytest.mark.parametrize("name", ["link", "link_pdf", "link_zip"])
def test_link_that_is_over_says_whom_to_ask(
    client: Client,
    link: PacketLink,
    name: str,
    stopped_clock: time_machine.Traveller,
) -> None:
    """D6"""
    stopped_clock.move_to(link.expires_at)
    answer = client.get(_at(link, name))
    assert answer.status_code == 410
    assert link.packet.training_body.name in _text(answer)
    assert not AuditEntry.objects.filter(
        action="liquidation.packet_downloaded_by_link"
    ).exists()


def test_link_that_was_revoked_opens_nothing(client: Client, link: PacketLink) -> None:
    PacketLink.objects.update(revoked_at=NOW, revoked_by=UserFactory())
    assert client.get(_at(link)).status_code == 410
    assert client.post(_at(link), {"verdict": "liquidated"}).status_code == 410
    assert not PacketAnswer.objects.exists()


def test_address_that_was_altered_opens_nothing(
    client: Client, link: PacketLink
) -> None:
    """D6"""
    other = PacketLinkFactory()
    forged = f"{other.public_id.hex}:{links.signed(link).split(':')[1]}"
    for text in (link.public_id.hex, forged, f"{links.signed(link)}x", "x"):
        answer = client.get(reverse("liquidation:link", args=[text]))
        assert answer.status_code == 404


def test_guessing_addresses_is_slowed_down(client: Client, link: PacketLink) -> None:
    for _ in range(31):
        answer = client.get(reverse("liquidation:link", args=["x"]))
    assert answer.status_code == 404
    assert client.get(_at(link)).status_code == 429


def test_address_of_a_link_stands_in_no_log(link: PacketLink) -> None:
    line = f"GET {_at(link, 'link_zip')} HTTP/1.1"
    assert mask(line) == "GET /l/… HTTP/1.1"


def test_company_sees_what_is_missing_and_whose_it_is(
    client: Client, company: PacketLink
) -> None:
    Placement.objects.filter(kind="payment").update(until=NOW)
    shown = _text(client.get(_at(company)))
    assert "Falta el comprobante de pago" in shown
    assert "De la empresa" in shown
    assert client.get(_at(company, "link_pdf")).status_code == 404


def test_company_brings_its_documents_under_the_same_checks(
    client: Client, company: PacketLink
) -> None:
    """D1, H5: the good one is kept, the other refused in words beside its name."""
    files = [
        SimpleUploadedFile("transferencia.pdf", pdf()),
        SimpleUploadedFile("virus.pdf", b"MZ\x90"),
    ]
    answer = client.post(_at(company, "link_papers"), {"documents": files})
    assert answer.status_code == 422
    assert "no es un PDF ni una imagen" in _text(answer)
    paper = company.papers.get()
    assert (paper.name, paper.by, paper.link) == ("transferencia.pdf", None, company)
    company.packet.refresh_from_db()
    assert company.packet.state == PacketState.DRAFT  # until somebody confirms it


def test_company_downloads_and_gets_the_ready_mail(
    client: Client, company: PacketLink
) -> None:
    page = client.get(_at(company))
    letter = page.context["desk"].letter.text
    assert "Por encargo" not in letter
    assert f"{company.packet.company.name} (RUT" in letter
    assert page.context["desk"].mailto.startswith(f"mailto:{MAULE}?subject=")
    answer = client.get(_at(company, "link_zip"))
    assert b"".join(answer.streaming_content) == ZIP  # type: ignore[attr-defined]


def test_company_says_that_it_sent_and_the_page_says_so(
    client: Client, company: PacketLink
) -> None:
    desk = client.get(_at(company)).context["desk"]
    told = {"build": str(desk.build.public_id)}
    answer = client.post(_at(company, "link_sent"), told, follow=True)
    assert "Ya se envió" in _text(answer)
    assert Dispatch.objects.get().way == Way.BY_COMPANY
    assert client.post(_at(company, "link_sent"), told).status_code == 422


def test_company_that_is_late_says_why(
    client: Client, company: PacketLink, stopped_clock: time_machine.Traveller
) -> None:
    PacketLink.objects.update(expires_at=NOW + timedelta(days=90))
    stopped_clock.move_to(NOW + timedelta(days=60))
    desk = client.get(_at(company)).context["desk"]
    told = {"build": str(desk.build.public_id)}
    refused = client.post(_at(company, "link_sent"), told)
    assert "late_reason" in refused.context["form"].errors
    client.post(_at(company, "link_sent"), told | {"late_reason": "El pago tardó."})
    assert Dispatch.objects.get().late_reason == "El pago tardó."


def test_company_never_answers_for_the_office(
    client: Client, company: PacketLink, link: PacketLink
) -> None:
    told = {"verdict": "liquidated", "who": "Yo"}
    assert client.post(_at(company), told).status_code == 404
    for name in ("link_sent", "link_papers"):
        assert client.post(_at(link, name), told).status_code == 404
    assert not PacketAnswer.objects.exists()


def test_opening_is_written_down_once_a_day(client: Client, link: PacketLink) -> None:
    for _ in range(3):
        client.get(_at(link))
    assert AuditEntry.objects.filter(action="liquidation.link_opened").count() == 1


def test_file_that_is_gone_is_said_and_not_written_down(
    client: Client, link: PacketLink
) -> None:
    """F7"""
    assert link.build
    sealed.forget(link.build.pdf_key)
    answer = client.get(_at(link, "link_pdf"))
    assert answer.status_code == 503
    assert "El archivo no se pudo abrir" in _text(answer)
    deeds = AuditEntry.objects.values_list("action", flat=True)
    assert "liquidation.packet_downloaded_by_link" not in deeds
