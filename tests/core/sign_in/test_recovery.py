"""Recovery codes, another telephone, and secrets at rest."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.urls import reverse
from pytest_django import Settings
from time_machine import Traveller

from otec_portal.core.encryption import UnreadableSecret
from otec_portal.core.models import OutgoingEmail, Role, User
from otec_portal.core.sign_in.adapters import SecondFactorAdapter
from otec_portal.core.sign_in.second_factor import SESSION_KEY
from tests.conftest import SignedIn
from tests.core.sign_in.steps import (
    ENROL,
    LOGIN,
    STEP,
    OnCommit,
    answer_code,
    enrol,
    enrolled,
    is_in,
    sign_in,
    user_as,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(stopped_clock: Traveller) -> User:
    user = user_as(Role.NATIONAL_ADMIN)
    enrolled(user)
    return user


@pytest.fixture
def with_codes(owner: User, stopped_clock: Traveller) -> tuple[User, list[str]]:
    Authenticator.objects.all().delete()
    client = sign_in(owner)
    enrol(client)
    codes = client.get("/mi-cuenta/codigos/").context["unused_codes"]
    stopped_clock.shift(10 * STEP)
    return owner, codes


def test_recovery_code_signs_in_once(with_codes: tuple[User, list[str]]) -> None:
    user, codes = with_codes
    first = sign_in(user)
    assert answer_code(first, codes[3]) == 302
    assert is_in(first)
    again = sign_in(user)
    assert answer_code(again, codes[3]) == 200
    assert answer_code(again, codes[4]) == 302
    left = first.get("/mi-cuenta/codigos/").context["unused_codes"]
    assert left == [code for code in codes if code not in codes[3:5]]


def test_recovery_codes_can_be_downloaded_as_text(
    with_codes: tuple[User, list[str]],
) -> None:
    user, codes = with_codes
    client = sign_in(user)
    answer_code(client, codes[0])
    answer = client.get(reverse("mfa_download_recovery_codes"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert 'filename="codigos-de-respaldo.txt"' in answer["Content-Disposition"]
    text = answer.content.decode()
    assert [line for line in text.splitlines() if line.isdigit()] == codes[1:]


def test_recovery_codes_generated_anew_replace_the_old(
    with_codes: tuple[User, list[str]], django_capture_on_commit_callbacks: OnCommit
) -> None:
    user, codes = with_codes
    client = sign_in(user)
    answer_code(client, codes[0])
    page = client.get(reverse("mfa_generate_recovery_codes"))
    assert "9 códigos" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    told = OutgoingEmail.objects.filter(to=user.email)
    assert told.filter(subject__startswith="Códigos de respaldo nuevos").exists()
    assert is_in(client)  # the session stays bound to the telephone
    new = client.get("/mi-cuenta/codigos/").context["unused_codes"]
    assert not set(new) & set(codes)
    other = sign_in(user)
    assert answer_code(other, codes[5]) == 200
    assert answer_code(other, new[0]) == 302


def test_another_telephone_needs_enrolling_anew_at_once(
    with_codes: tuple[User, list[str]],
) -> None:
    """The telephone is lost: in by a recovery code, off with the old, on with a new."""
    user, codes = with_codes
    client = sign_in(user)
    answer_code(client, codes[0])
    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "Cambiar de teléfono" in page
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/")["Location"] == ENROL
    assert not Authenticator.objects.filter(user=user).exists()
    told = OutgoingEmail.objects.filter(to=user.email)
    assert told.filter(subject__startswith="Se quitó").exists()


def test_second_factor_nobody_asks_for_can_be_put_on_and_off(
    stopped_clock: Traveller,
) -> None:
    client = sign_in(user_as(Role.FACILITATOR))
    enrol(client)
    assert is_in(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert is_in(client)


def test_secrets_at_rest_are_ciphertext(with_codes: tuple[User, list[str]]) -> None:
    """C12."""
    for row in Authenticator.objects.all():
        for name in {"secret", "seed"} & set(row.data):
            assert row.data[name].startswith("gAAAA")


def test_secrets_after_key_rotation_are_rewrapped(
    settings: Settings, stopped_clock: Traveller
) -> None:
    """C12: rotate, read with both, rewrap, read with the new key alone."""
    settings.ENCRYPTION_KEYS = ["old"]
    user = user_as(Role.NATIONAL_ADMIN)
    client = sign_in(user)
    enrol(client)
    codes = client.get("/mi-cuenta/codigos/").context["unused_codes"]
    settings.ENCRYPTION_KEYS = ["new", "old"]
    told = StringIO()
    call_command("rewrap_secrets", stdout=told)
    assert "mfa.Authenticator: 2 rows" in told.getvalue()
    settings.ENCRYPTION_KEYS = ["new"]
    assert answer_code(sign_in(user), codes[0]) == 302


def test_secret_whose_key_was_thrown_away_is_an_error(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["old"]
    ciphertext = SecondFactorAdapter().encrypt("x")
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(UnreadableSecret):
        SecondFactorAdapter().decrypt(ciphertext)


def test_session_bound_to_another_authenticator_is_ended(admin: SignedIn) -> None:
    session = admin.client.session
    session[SESSION_KEY] = session[SESSION_KEY] + 1
    session.save()
    answer = admin.client.get(reverse("account"))
    assert answer["Location"].startswith(LOGIN)
    assert "mi-cuenta" in answer["Location"]
    page = admin.client.get(answer["Location"]).content.decode()
    assert "Ingresa otra vez con tu segundo factor" in page
