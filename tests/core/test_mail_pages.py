"""«Correos»: what left, what did not, and what a person decides about it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Environment
from courses.services import switch_environment
from otec_portal.core import outbox
from otec_portal.core.models import (
    AuditEntry,
    MailFailure,
    MailState,
    OutgoingEmail,
    TrainingBody,
    TransitionLog,
)
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory, UserFactory
from tests.factories.courses import TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


FATES: dict[str, dict[str, Any]] = {
    "sent": {"sent_at": NOW},
    "uncertain": {"handed_at": NOW, "failure": MailFailure.DIED},
    "refused": {"failure": MailFailure.RECIPIENT},
    "retrying": {"failure": MailFailure.LATER, "last_error": "451 4.7.1 x"},
}


def a_mail(body: TrainingBody | None, state: str = "queued", **more: Any) -> Any:
    fate = FATES.get(state, {})
    given = {"training_body": body, "region": "ML", "plain": True, **fate, **more}
    return OutgoingEmailFactory(state=state, **given)


def secret(body: TrainingBody, state: str) -> Any:
    return a_mail(body, state, plain=False, settled=True)


def page(client: Client, mail: Any) -> str:
    answer = client.get(reverse("mail", args=[mail.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, deed: str, mail: Any) -> str:
    url = reverse(deed, args=[mail.public_id])
    return client.post(url, follow=True).content.decode()


def test_list_says_state_recipient_next_try_and_error_in_spanish(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F6: backoff, the next try shown; no word of SMTP's."""
    a_mail(our_body, "retrying", due_at=NOW + timedelta(hours=1), to="eva@x.example")
    shown = admin.client.get(reverse("mails")).content.decode()
    assert "Se reintentará" in shown
    assert "eva@x.example" in shown
    assert "15-06-2026 12:00" in shown
    assert MailFailure.LATER.label in shown
    assert "4.7.1" not in shown


def test_list_of_a_regional_admin_has_what_is_of_their_regions_alone(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    a_mail(our_body, subject="Del Maule")
    elsewhere = a_mail(our_body, subject="De Magallanes", region="MA")
    whole = a_mail(our_body, subject="De la entidad", region="")
    shown = regional_admin.client.get(reverse("mails")).content.decode()
    assert "Del Maule" in shown
    assert "De Magallanes" not in shown
    assert "De la entidad" not in shown
    for mail in (elsewhere, whole):
        url = reverse("mail", args=[mail.public_id])
        assert regional_admin.client.get(url).status_code == 404


def test_mail_of_nobodys_body_is_on_no_page(admin: SignedIn) -> None:
    """A password is its owner's affair."""
    mail = a_mail(None)
    url = reverse("mail", args=[mail.public_id])
    assert admin.client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("estado=to_decide", {"uncertain", "refused"}),
        ("estado=sent", {"sent"}),
        ("texto=REFUSED@", {"refused"}),
        ("texto=nadie", set()),
        ("estado=none", set()),
        ("", {"sent", "uncertain", "refused", "queued"}),
    ],
)
def test_list_is_narrowed_by_state_and_words(
    admin: SignedIn, our_body: TrainingBody, asked: str, found: set[str]
) -> None:
    for state in ("sent", "uncertain", "refused", "queued"):
        a_mail(our_body, state, to=f"{state}@otec.example")
    decided = {"decided_at": NOW, "decided_by": UserFactory()}
    a_mail(our_body, "refused", **decided, to="otro@otec.example")
    listed = admin.client.get(f"{reverse('mails')}?{asked}").context["list"].page
    assert {one.state for one in listed} == found


def test_list_costs_the_same_with_more_mails(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    a_mail(our_body)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as made:
            admin.client.get(reverse("mails"))
        costs.append(len(made))
        for _ in range(20):
            a_mail(our_body)
    assert costs[0] == costs[1]


def test_mail_sent_shows_what_was_sent(admin: SignedIn, our_body: TrainingBody) -> None:
    mail = a_mail(our_body, text="Hola Ana:\n\nPide un token nuevo.")
    outbox.send_due(now=NOW)
    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert "<p>Pide un token nuevo.</p>" in page(admin.client, mail)


@pytest.mark.parametrize("state", ["queued", "sent", "refused", "uncertain"])
def test_mail_with_a_link_that_lets_in_shows_no_words(
    admin: SignedIn, our_body: TrainingBody, state: str
) -> None:
    link = "https://portal.example/entrar/abc/"
    mail = (
        a_mail(our_body, text=link, plain=False)
        if state == "queued"
        else secret(our_body, state)
    )
    shown = page(admin.client, mail)
    assert link not in shown
    assert "Lleva un enlace que deja entrar" in shown
    assert "Reenviar" not in shown


@pytest.mark.parametrize("state", ["sent", "uncertain", "refused"])
def test_mail_resent_is_a_new_row_that_names_the_old_one(
    admin: SignedIn, our_body: TrainingBody, state: str
) -> None:
    mail = a_mail(our_body, state)
    assert "Lo reenviamos" in press(admin.client, "resend_mail", mail)
    assert "ya se reenvió" in press(admin.client, "resend_mail", mail)
    again = OutgoingEmail.objects.get(resend_of=mail)
    assert (again.to, again.subject, again.text) == (mail.to, mail.subject, mail.text)
    assert again.state == MailState.QUEUED
    assert again.message_id != mail.message_id
    mail.refresh_from_db()
    assert mail.decided_by == admin.membership.user
    assert mail.state == state
    entry = AuditEntry.objects.get(action="core.mail_resent")
    assert entry.data == {"to": mail.to}
    assert "Reenvío de" in page(admin.client, again)


@pytest.mark.parametrize("state", ["queued", "sending", "retrying", "withdrawn"])
def test_mail_that_is_still_on_its_way_is_not_resent(
    admin: SignedIn, our_body: TrainingBody, state: str
) -> None:
    mail = a_mail(our_body, state)
    assert "no se reenvía" in press(admin.client, "resend_mail", mail)
    assert OutgoingEmail.objects.count() == 1


def test_mail_with_a_link_that_lets_in_is_not_resent_but_made_anew(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = a_mail(our_body, "refused", plain=False, settled=True, page="/usuarios/")
    said = press(admin.client, "resend_mail", mail)
    assert "envía un enlace nuevo" in said
    assert 'href="/usuarios/">Ir a su página' in said
    assert OutgoingEmail.objects.count() == 1


def test_mail_uncertain_taken_as_sent_was_sent_when_it_was_handed_over(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = a_mail(our_body, "uncertain", handed_at=NOW - timedelta(hours=3))
    assert "Lo dimos por enviado" in press(admin.client, "take_mail_as_sent", mail)
    assert "ya no es dudoso" in press(admin.client, "take_mail_as_sent", mail)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at) == (MailState.SENT, NOW - timedelta(hours=3))
    log = TransitionLog.objects.get()
    assert (log.transition, log.by) == ("deliver", admin.membership.user.full_name)


@pytest.mark.parametrize("state", ["queued", "sending", "refused", "withdrawn"])
def test_mail_that_is_not_uncertain_is_not_taken_as_sent(
    admin: SignedIn, our_body: TrainingBody, state: str
) -> None:
    mail = a_mail(our_body, state)
    assert "ya no es dudoso" in press(admin.client, "take_mail_as_sent", mail)
    mail.refresh_from_db()
    assert (mail.state, mail.decided_at) == (state, None)


def test_mail_refused_is_dealt_with_once(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = a_mail(our_body, "refused")
    assert "Qué hacer" in page(admin.client, mail)
    assert "Lo dimos por resuelto" in press(admin.client, "dismiss_mail", mail)
    assert "no espera" in press(admin.client, "dismiss_mail", mail)
    assert "Qué hacer" not in page(admin.client, mail)
    assert AuditEntry.objects.filter(action="core.mail_dismissed").count() == 1


def test_mail_to_sence_resent_names_who_pressed_the_button(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, production=True)
    mail = to_sence(our_body, action.public_id)
    press(admin.client, "resend_mail", mail)
    again = OutgoingEmail.objects.get(resend_of=mail)
    assert again.released_by == admin.membership.user
    assert again.action == action.public_id


def to_sence(body: TrainingBody, action: UUID | None) -> Any:
    """A mail that somebody let go to SENCE."""
    released = {"released_by": UserFactory(), "action": action}
    return a_mail(body, "sent", to="ana@sence.cl", **released)


def test_mail_to_sence_of_an_action_that_is_back_in_test_is_not_resent(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Released anew: what held when it left the first time need not hold any more."""
    action = TrainingActionFactory(course__training_body=our_body, production=True)
    mail = to_sence(our_body, action.public_id)
    switch_environment(action, to=Environment.TEST, by=admin.membership.user, at=NOW)
    assert "solo se escribe por una acción en producción" in press(
        admin.client, "resend_mail", mail
    )
    assert OutgoingEmail.objects.count() == 1


def test_mail_to_sence_of_nobody_knows_which_action_is_not_resent(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    press(admin.client, "resend_mail", to_sence(our_body, None))
    assert OutgoingEmail.objects.count() == 1


def test_mail_that_was_so_for_a_day_alone_is_not_resent(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: sent again it would say yesterday's, and nothing would withdraw it."""
    mail = a_mail(our_body, "sent", expires_at=NOW)
    shown = page(admin.client, mail)
    assert "Reenviar" not in shown
    assert "No se reenvía, porque decía lo que era cierto ese día" in shown
    assert "lo que era cierto ese día" in press(admin.client, "resend_mail", mail)
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize("state", ["queued", "sending", "retrying"])
def test_mail_of_a_day_that_is_on_its_way_says_nothing_of_resending(
    admin: SignedIn, our_body: TrainingBody, state: str
) -> None:
    mail = a_mail(our_body, state, expires_at=NOW)
    assert "reenvía" not in page(admin.client, mail)


def test_mail_of_a_day_that_did_not_arrive_is_said_so_once_by_somebody(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = a_mail(our_body, "uncertain", expires_at=NOW)
    shown = page(admin.client, mail)
    assert "Reenviar" not in shown
    assert "Dar por enviado" in shown
    assert "Si presionas «No llegó», lo que decía y siga pendiente va en" in shown
    said = press(admin.client, "mail_not_arrived", mail)
    assert "Anotamos que no llegó" in said
    assert "No llegó, dijo quien lo resolvió" in said
    assert "Qué hacer" not in said
    assert "No le llegó a nadie" in said
    assert "ya no es dudoso" in press(admin.client, "mail_not_arrived", mail)
    mail.refresh_from_db()
    assert (mail.state, mail.decided_by) == (MailState.REFUSED, admin.membership.user)
    log = TransitionLog.objects.get()
    assert (log.transition, log.by) == ("miss", admin.membership.user.full_name)
    entry = AuditEntry.objects.get(action="core.mail_not_arrived")
    assert (entry.user, entry.at) == (admin.membership.user, NOW)


def test_mail_that_can_be_resent_has_no_other_way_of_not_arriving(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = a_mail(our_body, "uncertain")
    assert "No llegó</button>" not in page(admin.client, mail)
    assert "reenvíalo" in press(admin.client, "mail_not_arrived", mail)
    mail.refresh_from_db()
    assert (mail.state, mail.decided_at) == (MailState.UNCERTAIN, None)


@pytest.mark.parametrize(
    ("more", "told", "kept_quiet"),
    [
        ({"page": "/usuarios/"}, "envía el correo de nuevo desde su página", "«Reenv"),
        ({}, "«Reenviar» lo envía otra vez a esta misma dirección", "desde su página"),
        (
            {"expires_at": NOW},
            "o en unos minutos si su dirección cambia",
            "desde su página",
        ),
    ],
)
def test_mail_refused_for_its_address_promises_what_there_is(
    admin: SignedIn,
    our_body: TrainingBody,
    more: dict[str, Any],
    told: str,
    kept_quiet: str,
) -> None:
    refused = {"plain": False, "settled": True} if "page" in more else {}
    shown = page(admin.client, a_mail(our_body, "refused", **refused, **more))
    assert told in shown
    assert kept_quiet not in shown


def items(who: SignedIn) -> dict[str, Any]:
    shown = who.client.get(reverse("home")).context["items"]
    return {item.kind: item for item in shown}


def test_home_tells_of_refused_and_uncertain_mail_until_somebody_decides(
    admin: SignedIn,
    regional_admin: SignedIn,
    facilitator: SignedIn,
    rival: SignedIn,
    our_body: TrainingBody,
) -> None:
    """F6: refusals shown to people who can act."""
    mail = a_mail(our_body, "refused")
    a_mail(our_body, "uncertain", region="MA")
    a_mail(our_body, "retrying")
    kind = "core.mail_to_decide"
    assert items(admin)[kind].count == 2
    assert items(regional_admin)[kind].count == 1
    assert kind not in items(facilitator)
    assert kind not in items(rival)
    press(admin.client, "resend_mail", mail)
    assert items(admin)[kind].count == 1
    assert kind not in items(regional_admin)


@pytest.mark.parametrize(
    ("make", "why"), [(secret, "su enlace dejó de servir"), (a_mail, "dejó de valer")]
)
def test_mail_that_was_withdrawn_says_why(
    make: Any, why: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    mail = make(our_body, "withdrawn")
    listed = admin.client.get(reverse("mails")).content.decode()
    for shown in (listed, page(admin.client, mail)):
        assert "Se retiró antes de salir" in shown
        assert why in shown


def test_search_without_result_is_not_a_portal_without_mail(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    assert "Aquí aparecen los enlaces" in admin.client.get(reverse("mails")).text
    a_mail(our_body, "sent")
    for asked in ({"texto": "nadie"}, {"estado": "refused"}):
        text = admin.client.get(reverse("mails"), asked).text
        assert "Ningún correo coincide" in text
        assert "Quitar los filtros" in text
