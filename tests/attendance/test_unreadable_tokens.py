"""A token that no key opens takes away itself alone, never the training body."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from attendance.models import Handover, OperatorAlert, Receipt, SenceToken
from attendance.readiness import preflight
from attendance.sence.outgoing import NotSendable
from attendance.services.sessions import request_close, start
from attendance.services.tokens import TokenRefused, add_token
from courses.models import Enrolment
from otec_portal.core.models import OutgoingEmail, TrainingBody
from otec_portal.home import what_needs_me
from tests.conftest import SignedIn
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import post, start_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
OTHER = "0000c0de-1111-4222-8333-abcdefab9876"
UNREADABLE = "No se puede leer"


@pytest.fixture
def lost(our_body: TrainingBody, settings: Settings) -> SenceToken:
    """The only token, written with a key that nobody has any more."""
    settings.ENCRYPTION_KEYS = ["a key that was lost"]
    token: SenceToken = SenceTokenFactory(training_body=our_body, label="Perdido")
    settings.ENCRYPTION_KEYS = ["the key of today"]
    return token


@pytest.fixture
def enrolment(lost: SenceToken, our_body: TrainingBody) -> Enrolment:
    enrolled: Enrolment = EnrolmentFactory(action__course__training_body=our_body)
    return enrolled


def test_unreadable_token_on_every_page_is_told_and_the_page_is_there(
    admin: SignedIn, lost: SenceToken, enrolment: Enrolment
) -> None:
    said = f"••••{SECRET[-4:]}"
    one = reverse("attendance:token", args=[lost.public_id])
    for path in ("/tokens/", one):
        page = admin.client.get(path)
        assert page.status_code == 200
        assert UNREADABLE in page.content.decode()
        assert said in page.content.decode()
    revoke = reverse("attendance:revoke_token", args=[lost.public_id])
    assert said in admin.client.get(revoke).content.decode()
    action = reverse("courses:action", args=[enrolment.action.public_id])
    assert "no puede leer el token Perdido" in admin.client.get(action).content.decode()
    assert admin.client.get("/").status_code == 200
    session = SenceSessionFactory(enrolment=enrolment)
    page = admin.client.get(reverse("attendance:session", args=[session.public_id]))
    assert page.status_code == 200


@pytest.mark.parametrize("another", [True, False])
@pytest.mark.parametrize("state", ["in_force", "suspect"])
def test_unreadable_token_needs_a_person(
    admin: SignedIn, lost: SenceToken, state: str, another: bool
) -> None:
    """On the home page, once, with what is at stake; not as one that SENCE refused."""
    SenceToken.objects.filter(pk=lost.pk).update(state=state)
    if another:
        SenceTokenFactory(training_body=lost.training_body, secret=OTHER)
    (item,) = (
        one
        for one in what_needs_me(admin.membership, now=NOW)
        if one.kind.endswith("tokens")
    )
    assert item.title == "1 token SENCE no se puede leer"
    assert ("Nadie puede iniciar sesión" in item.next_step) != another
    assert item.url == reverse("attendance:tokens")
    assert [one.text for one in item.examples] == [str(lost)]


def test_revoked_token_that_is_unreadable_needs_nobody(
    admin: SignedIn, lost: SenceToken
) -> None:
    SenceTokenFactory(training_body=lost.training_body, secret=OTHER)
    SenceToken.objects.filter(pk=lost.pk).update(state="revoked", revoked_at=NOW)
    kinds = [one.kind for one in what_needs_me(admin.membership, now=NOW)]
    assert "attendance.lost_tokens" not in kinds


def test_readable_token_is_not_called_unreadable(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    SenceTokenFactory(training_body=our_body)
    assert UNREADABLE not in admin.client.get("/tokens/").content.decode()


def test_unreadable_token_in_the_admin_is_listed_and_revoked(
    lost: SenceToken, staff: Client
) -> None:
    url = reverse("admin:attendance_sencetoken_changelist")
    assert "Perdido" in staff.get(url).content.decode()
    staff.post(url, {"action": "revoke", "_selected_action": [lost.pk]})
    lost.refresh_from_db(fields=["state"])
    assert lost.state == "revoked"


def test_start_passes_over_an_unreadable_token_and_alerts_once(
    enrolment: Enrolment, lost: SenceToken, admin: SignedIn
) -> None:
    SenceTokenFactory(training_body=lost.training_body, secret=OTHER, state="suspect")
    assert start(enrolment, now=NOW).fields["Token"] == OTHER
    start(Enrolment.objects.get(pk=enrolment.pk), now=NOW)
    alert = OperatorAlert.objects.get()
    assert (alert.cause, alert.action) == (f"unreadable:token{lost.pk}", None)
    assert alert.about_tokens
    assert "Perdido" in OutgoingEmail.objects.get().text


def test_start_without_any_readable_token_is_refused_in_words(
    enrolment: Enrolment,
) -> None:
    with pytest.raises(NotSendable) as refused:
        start(enrolment, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["no_token"]
    assert not Handover.objects.exists()
    causes = set(OperatorAlert.objects.values_list("cause", flat=True))
    assert {one.split(":")[0] for one in causes} == {"unreadable", "preflight"}


def test_start_in_the_browser_without_a_readable_token_gets_a_page(
    enrolment: Enrolment, participant_client: Client
) -> None:
    url = reverse("attendance:start", args=[enrolment.public_id])
    answer = participant_client.post(url)
    assert answer.status_code == 409
    assert "ya avisamos a tu OTEC" in answer.content.decode()


def test_close_with_a_token_become_unreadable_takes_the_next(
    enrolment: Enrolment, lost: SenceToken
) -> None:
    session = SenceSessionFactory(enrolment=enrolment, opened=True)
    assert session.token == lost
    other = SenceTokenFactory(training_body=lost.training_body, secret=OTHER)
    session.refresh_from_db()
    assert request_close(session, now=NOW).fields["Token"] == OTHER
    session.refresh_from_db()
    assert session.token == other


@pytest.mark.parametrize("another", [True, False])
def test_preflight_names_the_unreadable_token(
    enrolment: Enrolment, lost: SenceToken, another: bool
) -> None:
    if another:
        SenceTokenFactory(training_body=lost.training_body, secret=OTHER)
    found = {one.code: one for one in preflight(enrolment.action, today=NOW.date())}
    assert "Perdido" in found["unreadable_token"].sentence
    assert ("no_token" in found) != another


def test_token_is_added_beside_an_unreadable_one(
    lost: SenceToken, our_body: TrainingBody
) -> None:
    add_token(training_body=our_body, label="2026", secret=SECRET, by=None, at=NOW)
    with pytest.raises(TokenRefused):
        add_token(training_body=our_body, label="x", secret=SECRET, by=None, at=NOW)


def test_callback_is_kept_without_any_key_and_with_the_tokens_last_characters(
    enrolment: Enrolment, settings: Settings
) -> None:
    """A1: the receipt comes before all else, whatever the settings are like."""
    session = SenceSessionFactory(enrolment=enrolment)
    settings.ENCRYPTION_KEYS = []
    fields = start_confirmed(session, ZonaHoraria=SECRET[-4:])
    assert post("start_confirmed", fields).status_code == 303
    assert SECRET[-4:].encode() in bytes(Receipt.objects.get().body)


def test_start_without_any_key_gets_a_page(
    enrolment: Enrolment, participant_client: Client, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = []
    url = reverse("attendance:start", args=[enrolment.public_id])
    assert participant_client.post(url).status_code == 409
