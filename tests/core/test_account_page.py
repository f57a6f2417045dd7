""" "Mi cuenta": name, e-mail, sessions."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from otec_portal.core.models import AuditEntry, MailState, OutgoingEmail, Role, User
from tests.factories import NOW, PASSWORD
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
ACCOUNT = "/mi-cuenta/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user() -> User:
    made: User = MembershipFactory(role=Role.FACILITATOR).user
    return made


def sign_in(user: User, **headers: str) -> Client:
    client = Client(**headers)  # type: ignore[arg-type]
    client.post("/ingresar/", {"username": user.rut, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def test_name_changed_is_kept_and_audited(user: User) -> None:
    before = user.full_name
    sign_in(user).post(ACCOUNT, {"full_name": "Ana María Soto"})
    user.refresh_from_db()
    assert user.full_name == "Ana María Soto"
    entry = AuditEntry.objects.get(action="core.renamed")
    assert entry.data == {"before": before}


def test_name_left_as_it_is_writes_nothing(user: User) -> None:
    sign_in(user).post(ACCOUNT, {"full_name": user.full_name})
    assert not AuditEntry.objects.filter(action="core.renamed").exists()


def test_name_left_empty_is_refused_and_not_shown_as_mine(user: User) -> None:
    page = sign_in(user).post(ACCOUNT, {"full_name": ""})
    assert page.context["form"].errors["full_name"]
    assert user.full_name in page.content.decode()


# ---- e-mail


def ask(client: Client, email: str) -> str:
    client.post(reverse("change_email"), {"email": email})
    text = OutgoingEmail.objects.filter(to=email.lower()).latest("pk").text
    found = re.search(r"https://portal\.example(/mi-cuenta/correo/\S+)", text)
    assert found
    return found[1]


def test_email_changes_once_its_mailbox_was_opened(user: User) -> None:
    old = user.email
    link = ask(sign_in(user), "Nueva@otec.example")
    user.refresh_from_db()
    assert user.email == old
    stranger = Client()
    page = stranger.get(link)
    assert "nueva@otec.example será el correo" in page.content.decode()
    user.refresh_from_db()
    assert user.email == old  # a GET never writes
    assert stranger.post(link)["Location"] == "/ingresar/"
    user.refresh_from_db()
    assert user.email == "nueva@otec.example"
    assert AuditEntry.objects.filter(action="core.email_changed").exists()
    assert "ya no le escribiremos" in OutgoingEmail.objects.get(to=old).text


def test_email_changes_only_after_the_password_is_given_again(
    user: User, stopped_clock: Traveller
) -> None:
    """An unattended browser is not enough to take an account over."""
    client = sign_in(user)
    stopped_clock.shift(timedelta(minutes=5, seconds=1))
    new = {"email": "nueva@otec.example"}
    for answer in (
        client.post(reverse("change_email"), new),
        client.get(reverse("change_email")),
    ):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not OutgoingEmail.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("change_email"), new)
    assert OutgoingEmail.objects.get().to == "nueva@otec.example"


def test_email_asked_for_before_another_is_worth_nothing(user: User) -> None:
    client = sign_in(user)
    stale = ask(client, "primera@otec.example")
    link = ask(client, "segunda@otec.example")
    first = OutgoingEmail.objects.get(to="primera@otec.example")
    assert first.state == MailState.WITHDRAWN
    assert Client().post(stale).status_code == 410
    Client().post(link)
    user.refresh_from_db()
    assert user.email == "segunda@otec.example"


def test_email_asked_for_before_another_password_is_worth_nothing(user: User) -> None:
    """Who got in before the password changed must not keep a way back."""
    client = sign_in(user)
    link = ask(client, "ladron@otec.example")
    new = "Otra-frase-larga-7"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    user.refresh_from_db()
    assert user.check_password(new)
    assert Client().post(link).status_code == 410


def test_email_link_used_once_is_worth_nothing(user: User) -> None:
    link = ask(sign_in(user), "nueva@otec.example")
    Client().post(link)
    assert Client().get(link).status_code == 410
    assert Client().post(link).status_code == 410


@pytest.mark.parametrize(
    ("days", "status"), [(3, 200), (4, 410)], ids=["in time", "late"]
)
def test_email_link_holds_for_three_days(
    days: int, status: int, user: User, stopped_clock: Traveller
) -> None:
    link = ask(sign_in(user), "nueva@otec.example")
    stopped_clock.shift(timedelta(days=days))
    assert Client().get(link).status_code == status


def test_email_link_made_up_is_refused() -> None:
    answer = Client().get(reverse("confirm_new_email", args=["made:up"]))
    assert answer.status_code == 410
    assert "ya no sirve" in answer.content.decode()


def test_email_of_somebody_else_is_told_to_its_mailbox_alone(user: User) -> None:
    other = UserFactory(email="ocupado@otec.example")
    client = sign_in(user)
    page = client.post(reverse("change_email"), {"email": other.email}, follow=True)
    assert "Escribimos a ocupado@otec.example" in page.content.decode()
    link = ask(client, other.email)
    page = client.post(link, follow=True)
    assert "Otra cuenta ya usa este correo." in page.content.decode()
    user.refresh_from_db()
    assert user.email != other.email


@pytest.mark.parametrize("email", ["", "not an address"])
def test_email_that_is_none_is_refused(email: str, user: User) -> None:
    page = sign_in(user).post(reverse("change_email"), {"email": email})
    assert page.context["form"].errors["email"]


def test_email_that_i_have_already_is_refused(user: User) -> None:
    page = sign_in(user).post(reverse("change_email"), {"email": user.email.upper()})
    assert page.context["form"].errors["email"] == ["Ese ya es el correo de tu cuenta."]


# ---- sessions


def test_sessions_are_listed_with_browser_address_and_times(
    user: User, stopped_clock: Traveller
) -> None:
    sign_in(user, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    stopped_clock.shift(timedelta(hours=1))
    here = sign_in(user)
    sessions = here.get(ACCOUNT).context["sessions"]
    assert [one["current"] for one in sessions] == [True, False]
    other = sessions[1]
    assert other["browser"] == "Firefox en Linux"
    assert other["row"].ip == "192.0.2.7"
    assert other["row"].created_at == NOW


def test_session_of_mine_ended_is_out_at_once(user: User) -> None:
    here, there = sign_in(user), sign_in(user)
    other = here.get(ACCOUNT).context["sessions"][1]["row"]
    here.post(reverse("end_sessions"), {"session": other.pk})
    assert is_in(here)
    assert not is_in(there)
    assert len(here.get(ACCOUNT).context["sessions"]) == 1


def test_sessions_all_others_ended_leaves_this_one(user: User) -> None:
    others = [sign_in(user) for _ in range(3)]
    here = sign_in(user)
    here.post(reverse("end_sessions"), {"session": "others"})
    assert is_in(here)
    assert not any(is_in(one) for one in others)


@pytest.mark.parametrize(
    "wanted", ["", "x", "-1", "0", "99999999", pytest.param("9" * 5000, id="9…"), "²"]
)
def test_session_nobody_has_is_not_there(wanted: str, user: User) -> None:
    answer = sign_in(user).post(reverse("end_sessions"), {"session": wanted})
    assert answer.status_code == 404


def test_session_of_somebody_else_is_not_there(user: User) -> None:
    """C1."""
    victim = MembershipFactory(role=Role.FACILITATOR).user
    theirs = sign_in(victim)
    row = UserSession.objects.get(user=victim)
    answer = sign_in(user).post(reverse("end_sessions"), {"session": row.pk})
    assert answer.status_code == 404
    assert is_in(theirs)


def test_session_seen_is_noted_to_five_minutes(
    user: User, stopped_clock: Traveller
) -> None:
    client = sign_in(user)
    client.get(ACCOUNT)
    cache.clear()  # its notes last five minutes
    stopped_clock.shift(timedelta(minutes=5))
    client.get(ACCOUNT)
    row = UserSession.objects.get(user=user)
    assert row.last_seen_at == NOW + timedelta(minutes=5)


def test_session_of_a_server_without_addresses_is_still_listed(user: User) -> None:
    """A server behind a socket sees none."""
    client = sign_in(user, REMOTE_ADDR="")
    assert client.get(ACCOUNT).context["sessions"][0]["row"].ip == "0.0.0.0"
