"""The operator's pages: the very mail, one press, what left, the answer recorded."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from liquidation.models import (
    AnswerEvidence,
    Audience,
    Dispatch,
    Packet,
    PacketBuild,
    PacketLink,
    PacketState,
    Placement,
)
from otec_portal.core.models import AuditEntry, OutgoingEmail, TrainingBody
from tests.conftest import SignedIn, browser_of
from tests.core.documents import pdf
from tests.factories import NOW
from tests.liquidation.sending import MAULE, ROSA, ready, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def _url(name: str, packet: Packet) -> str:
    return reverse(f"liquidation:{name}", args=[packet.public_id])


def _form(build: PacketBuild, **more: str) -> dict[str, str]:
    return {
        "contact_name": ROSA.name,
        "contact_email": ROSA.email,
        "build": str(build.public_id),
        **more,
    }


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_mail_is_shown_before_it_is_sent(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    build = ready(our_body)
    url = _url("send", build.packet)
    shown = admin.client.post(url, _form(build))
    assert shown.status_code == 200
    preview = shown.context["preview"]
    assert not Dispatch.objects.exists()
    answer = admin.client.post(url, _form(build, confirmar="1"), follow=True)
    assert "El expediente va en camino." in _text(answer)
    mail = OutgoingEmail.objects.get(to=MAULE)
    assert (mail.subject, mail.text) == (preview.letter.subject, preview.letter.text)
    assert mail.released_by == admin.membership.user


def test_mail_without_contact_stands_refused_beside_its_field(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    build = ready(our_body)
    answer = admin.client.post(
        _url("send", build.packet), _form(build, contact_email="", confirmar="1")
    )
    assert answer.status_code == 422
    assert "Escribe el correo del contacto." in _text(answer)


def test_mail_to_another_address_of_sence_is_refused_beside_its_field(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    build = ready(our_body)
    wrong = _form(build, contact_email="ana@sence.cl", confirmar="1")
    answer = admin.client.post(_url("send", build.packet), wrong)
    assert "contact_email" in answer.context["form"].errors
    assert not OutgoingEmail.objects.exists()


def test_packet_that_lacks_something_says_which(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F16: a page of before sends nothing either."""
    build = ready(our_body)
    Placement.objects.filter(kind="payment").update(until=NOW)
    url = _url("send", build.packet)
    assert "Falta el comprobante de pago" in _text(admin.client.get(url))
    answer = admin.client.post(url, _form(build, confirmar="1"))
    assert answer.status_code == 422
    assert "Falta el comprobante de pago" in _text(answer)
    assert not Dispatch.objects.exists()


def test_packet_late_asks_for_its_reason(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: time_machine.Traveller
) -> None:
    build = ready(our_body)
    stopped_clock.move_to(NOW + timedelta(days=60))
    url = _url("send", build.packet)
    client = browser_of(admin.membership.user)
    refused = client.post(url, _form(build, confirmar="1"))
    assert "late_reason" in refused.context["form"].errors
    told = _form(build, late_reason="El pago llegó tarde.", confirmar="1")
    client.post(url, told)
    assert Dispatch.objects.get().late_reason == "El pago llegó tarde."


def test_packet_sent_twice_by_one_page_leaves_once(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    build = ready(our_body)
    url = _url("send", build.packet)
    answers = [admin.client.post(url, _form(build, confirmar="1")) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 422]
    assert Dispatch.objects.count() == 1


def test_page_of_the_way_tells_who_sent_and_how_it_went(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    dispatch = sent(our_body, by=admin.membership.user)
    shown = _text(admin.client.get(_url("delivery", dispatch.build.packet)))
    for told in (
        MAULE,
        ROSA.email,
        admin.membership.user.full_name,
        dispatch.build.pdf_sha256,
        "En cola",
    ):
        assert told in shown


def test_packet_handed_over_writes_to_the_contact(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    build = ready(our_body)
    url = _url("hand_over", build.packet)
    told = {"contact_name": ROSA.name, "contact_email": ROSA.email}
    answer = admin.client.post(url, told, follow=True)
    assert "El enlace va en camino a la empresa." in _text(answer)
    link = PacketLink.objects.get()
    assert (link.audience, link.email) == (Audience.COMPANY, ROSA.email)
    mail = OutgoingEmail.objects.get(to=ROSA.email)
    assert mail.secret
    assert "/l/" in mail.text
    assert "/l/" not in _text(answer)


def test_link_revoked_stands_so(admin: SignedIn, our_body: TrainingBody) -> None:
    build = ready(our_body)
    told = {"contact_name": ROSA.name, "contact_email": ROSA.email}
    admin.client.post(_url("hand_over", build.packet), told)
    link = PacketLink.objects.get()
    for _ in range(2):
        address = reverse("liquidation:revoke_link", args=[link.public_id])
        answer = admin.client.post(address, follow=True)
    assert "Revocado el" in _text(answer)
    assert AuditEntry.objects.filter(action="liquidation.link_revoked").count() == 1
    assert OutgoingEmail.objects.get(to=ROSA.email).state == "withdrawn"


def _answer(**more: Any) -> dict[str, Any]:
    return {
        "verdict": "observed",
        "who": "Oficina de partes",
        "answered_on": f"{NOW:%Y-%m-%d}",
        "remarks": "Falta el timbre.",
        "evidence": SimpleUploadedFile("carta.pdf", pdf()),
        **more,
    }


def test_answer_recorded_keeps_its_document(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    packet = sent(our_body).build.packet
    answer = admin.client.post(_url("record_answer", packet), _answer(), follow=True)
    assert "La respuesta quedó registrada." in _text(answer)
    packet.refresh_from_db()
    assert packet.state == PacketState.OBSERVED
    kept = AnswerEvidence.objects.get()
    opened = admin.client.get(
        reverse("liquidation:answer_evidence", args=[kept.public_id])
    )
    assert opened.content == bytes(kept.content)
    deeds = AuditEntry.objects.values_list("action", flat=True)
    assert "liquidation.answer_evidence_opened" in deeds


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", ""),
        ("who", ""),
        ("remarks", ""),
        ("answered_on", f"{NOW + timedelta(days=1):%Y-%m-%d}"),
        ("answered_on", f"{NOW - timedelta(days=1):%Y-%m-%d}"),
        ("evidence", SimpleUploadedFile("carta.pdf", b"MZ no document")),
    ],
)
def test_answer_that_can_not_be_stands_refused_beside_its_field(
    admin: SignedIn, our_body: TrainingBody, field: str, value: Any
) -> None:
    """D1, H5."""
    packet = sent(our_body).build.packet
    refused = admin.client.post(
        _url("record_answer", packet), _answer(**{field: value})
    )
    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    packet.refresh_from_db()
    assert packet.state == PacketState.SENT


def test_packet_over_the_limit_says_that_it_goes_by_link(
    admin: SignedIn, our_body: TrainingBody, settings: Settings
) -> None:
    """F12: said before sending."""
    settings.MAIL_LIMIT = 1024
    build = ready(our_body)
    shown = admin.client.post(_url("send", build.packet), _form(build))
    assert "Irá con un enlace" in _text(shown)
    assert "/l/" not in _text(shown)
