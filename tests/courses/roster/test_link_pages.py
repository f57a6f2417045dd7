"""Personal links on the screen: sent, printed, replaced, never shown."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses import links
from courses.access import personal_link
from courses.models import (
    LinkDelivery,
    TrainingAction,
)
from otec_portal.core import outbox
from otec_portal.core.models import AuditEntry, OutgoingEmail
from tests.conftest import SignedIn
from tests.courses.roster.desk import at, no_store, send, text
from tests.factories import NOW
from tests.factories.courses import EnrolmentFactory

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def client(admin: SignedIn) -> Client:
    return admin.client


def test_links_are_sent_and_none_is_shown(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    EnrolmentFactory(action=action, participant__email="")
    answer = send(client, action)
    page = text(answer)
    assert "El correo sale" in page
    assert "Sin correo registrado: Ñusta Belén" in page
    assert personal_link(enrolment) not in page
    assert "Por salir" in page
    assert OutgoingEmail.objects.get().to == enrolment.participant.email


@pytest.mark.parametrize("way", ["mail", "sheet"])
def test_links_of_an_annulled_action_are_not_handed_out(
    client: Client, action: TrainingAction, way: str
) -> None:
    EnrolmentFactory(action=action)
    TrainingAction.objects.filter(pk=action.pk).update(decision="annulled")
    answer = send(client, action, way)
    assert "anulada" in text(answer)
    assert "Enviar por correo" not in text(answer)
    assert not LinkDelivery.objects.exists()


def test_link_whose_mail_could_not_leave_is_told(
    client: Client, action: TrainingAction, settings: Any
) -> None:
    """F6: «Por salir» for ever would tell nobody to look."""
    EnrolmentFactory(action=action)
    send(client, action)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    outbox.send_due(now=NOW)
    for name in ("links", "roster"):
        page = text(client.get(at(name, action.public_id)))
        assert "No ha podido salir" in page
        assert "Por salir" not in page
        tried = timezone.localtime(OutgoingEmail.objects.get().due_at)
        assert f"{tried:%H:%M}" in page


def test_links_sent_to_the_chosen_alone(client: Client, action: TrainingAction) -> None:
    chosen, _ = (EnrolmentFactory(action=action) for _ in range(2))
    stranger = EnrolmentFactory()
    send(client, action, to="chosen", chosen=[chosen.public_id, stranger.public_id])
    assert LinkDelivery.objects.get().enrolment == chosen


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"to": "chosen"}, "to"),
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"shown_at": ""}, "shown_at"),
        ({"shown_at": "ayer"}, "shown_at"),
        ({"shown_at": "2026-06-15T11:00:00"}, "shown_at"),
        ({"shown_at": "0001-01-01T00:00:00+23:59"}, "shown_at"),
        ({"shown_at": "9999-12-31T23:59:59-23:59"}, "shown_at"),
        ({"shown_at": "2126-06-15T11:00:00+00:00"}, "shown_at"),
        ({"after": "x"}, "after"),
        ({"to": "chosen", "chosen": "x"}, "chosen"),
    ],
)
@pytest.mark.parametrize("way", ["mail", "sheet"])
def test_links_asked_for_badly_are_refused(
    client: Client, action: TrainingAction, more: dict[str, str], field: str, way: str
) -> None:
    EnrolmentFactory(action=action)
    answer = send(client, action, way, **more)
    assert answer.status_code == 422
    for words in answer.context["form"].errors[field]:
        assert words in text(answer)
    assert not LinkDelivery.objects.exists()


def test_sheet_has_a_code_a_person_and_is_never_stored(
    client: Client, action: TrainingAction, admin: SignedIn
) -> None:
    """The page that shows credentials: no-store, and known who saw it."""
    enrolment = EnrolmentFactory(action=action)
    answer = send(client, action, "sheet")
    page = text(answer)
    assert no_store(answer)
    assert page.count("<svg viewBox") == 1
    assert enrolment.participant.full_name in page
    assert personal_link(enrolment) in page
    run = enrolment.participant.run
    assert f"••.•••.{run[5:8]}-{run[-1].upper()}" in page
    assert run not in page
    entry = AuditEntry.objects.get(action="courses.links_shown")
    assert entry.user == admin.membership.user


def test_sheet_that_is_full_leads_to_the_next(
    client: Client, action: TrainingAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its button posts the same choice again, behind the last one printed."""
    monkeypatch.setattr(links, "ON_A_SHEET", 1)
    people = EnrolmentFactory.create_batch(3, action=action)
    chosen = [one.public_id for one in people[:2]]
    first = send(client, action, "sheet", to="chosen", chosen=chosen)
    assert "Faltan 1" in text(first)
    carried: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(text(first)):
        carried.setdefault(name, []).append(value)
    second = client.post(at("link_sheet", action.public_id), carried)
    cards = [answer.context["cards"][0] for answer in (first, second)]
    assert {card["enrolment"] for card in cards} == set(people[:2])
    assert "Preparar la hoja siguiente" not in text(second)


def test_people_at_sence_are_not_called_without_an_address(
    client: Client, action: TrainingAction
) -> None:
    EnrolmentFactory(action=action, participant__email="ana@sence.cl")
    page = text(send(client, action))
    assert "no escribe a las direcciones de SENCE: Ñusta Belén" in page
    assert "Sin correo registrado" not in page
    assert "Con correo de SENCE" in page


@pytest.mark.parametrize("name", ["send_links", "link_sheet"])
def test_links_are_never_given_by_a_get(
    client: Client, action: TrainingAction, name: str
) -> None:
    assert client.get(at(name, action.public_id)).status_code == 405


def test_link_is_replaced_after_asking(client: Client, action: TrainingAction) -> None:
    enrolment = EnrolmentFactory(action=action)
    old = personal_link(enrolment)
    url = at("regenerate_link", enrolment.public_id)
    assert "deja de servir al instante" in text(client.get(url))
    assert Client().get(old).status_code == 302
    answer = client.post(url, follow=True)
    assert "ya no sirve" in text(answer)
    assert Client().get(old).status_code == 404
    assert "en cola" not in text(answer)
    assert not OutgoingEmail.objects.exists()
    client.post(
        at("send_links", action.public_id),
        {"to": "everyone", "shown_at": NOW.isoformat()},
    )
    answer = client.post(url, follow=True)
    assert "El correo con ese enlace que estaba en cola se retiró." in text(answer)


def test_link_on_a_sheet_after_a_mail_says_both(
    client: Client, action: TrainingAction
) -> None:
    EnrolmentFactory(action=action)
    chosen = {"to": "everyone", "shown_at": NOW.isoformat()}
    client.post(at("send_links", action.public_id), chosen)
    outbox.send_due(now=NOW)
    client.post(at("link_sheet", action.public_id), chosen)
    shown = text(client.get(at("roster", action.public_id)))
    assert "En hoja" in shown
    assert "Por correo, " in shown
