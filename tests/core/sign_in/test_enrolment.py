"""Enrolling a second factor: the secret, the first code, what it ends."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from time_machine import Traveller

from otec_portal.core.models import AuditEntry, OutgoingEmail, Role
from tests.authenticator import code_of
from tests.core.sign_in.steps import (
    ENROL,
    LOGIN,
    STEP,
    OnCommit,
    answer_code,
    enrol,
    is_in,
    sign_in,
    user_as,
)
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def test_enrolment_gives_codes_and_opens_the_portal(
    stopped_clock: Traveller, django_capture_on_commit_callbacks: OnCommit
) -> None:
    user = user_as(Role.NATIONAL_ADMIN)
    client = sign_in(user)
    with django_capture_on_commit_callbacks(execute=True):
        enrol(client)
    page = client.get("/mi-cuenta/codigos/")
    assert len(page.context["unused_codes"]) == 10
    assert is_in(client)
    deeds = AuditEntry.objects.values_list("action", flat=True)
    assert list(deeds) == ["core.second_factor_enrolled"]
    assert OutgoingEmail.objects.get(to=user.email).subject.startswith("Activaste")


def test_enrolment_right_after_signing_in_asks_for_no_password_again() -> None:
    assert sign_in(user_as(Role.NATIONAL_ADMIN)).get(ENROL).status_code == 200


def test_enrolment_long_after_signing_in_asks_for_the_password(
    stopped_clock: Traveller,
) -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    stopped_clock.shift(timedelta(minutes=6))
    asked = client.get(ENROL)
    assert asked["Location"].startswith("/mi-cuenta/confirmar/")
    form = client.get(asked["Location"])
    assert "Confirma que eres tú" in form.content.decode()
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert wrong.context["form"].errors["password"] == ["La contraseña no es correcta."]
    back = client.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == ENROL
    assert client.get(ENROL).status_code == 200


def test_enrolment_with_a_wrong_code_keeps_the_same_secret(
    stopped_clock: Traveller,
) -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    secret = client.get(ENROL).context["form"].secret
    again = client.post(ENROL, {"code": "000000"})
    assert again.context["form"].errors["code"]
    assert again.context["form"].secret == secret
    assert not is_in(client)


def test_enrolment_page_shows_qr_and_secret_for_typing() -> None:
    page = sign_in(user_as(Role.NATIONAL_ADMIN)).get(ENROL)
    text = page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in text
    assert page.context["form"].secret in text
    assert "no-store" in page["Cache-Control"]
    assert "issuer=Portal%20OTEC" in page.context["totp_url"]


def test_secret_waiting_for_its_first_code_is_encrypted_in_the_session() -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    secret = client.get(ENROL).context["form"].secret
    assert secret not in str(dict(client.session.items()))


def test_code_of_the_enrolment_opens_nothing_else(stopped_clock: Traveller) -> None:
    """C8: a code used once to enrol does not sign in."""
    user = user_as(Role.NATIONAL_ADMIN)
    secret = enrol(sign_in(user))
    cache.clear()
    client = sign_in(user)
    assert answer_code(client, code_of(secret, at=NOW)) == 200
    assert not is_in(client)
    assert answer_code(client, code_of(secret, at=NOW + STEP)) == 302
    assert is_in(client)


def test_enrolment_ends_sessions_that_began_without_it(
    stopped_clock: Traveller,
) -> None:
    """Who had only the password does not get in when its owner enrols."""
    user = user_as(Role.NATIONAL_ADMIN)
    waiting = sign_in(user)
    assert waiting.get("/")["Location"] == ENROL
    owner = sign_in(user)
    enrol(owner)
    assert waiting.get("/")["Location"].startswith(LOGIN)
    assert not is_in(waiting)
    assert is_in(owner)
