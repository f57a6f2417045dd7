"""C8: signing in with a code, none of which works twice."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from time_machine import Traveller

from otec_portal.core.models import Role, User
from otec_portal.core.sign_in import second_factor
from otec_portal.core.sign_in.second_factor import spend
from tests.at_once import at_once
from tests.authenticator import code_of
from tests.core.sign_in.steps import (
    LOGIN,
    STEP,
    answer_code,
    enrolled,
    is_in,
    sign_in,
    user_as,
)
from tests.factories import NOW, TOTP_SECRET
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(stopped_clock: Traveller) -> User:
    user = user_as(Role.NATIONAL_ADMIN)
    enrolled(user)
    return user


def test_password_alone_opens_nothing(owner: User) -> None:
    """C8."""
    client = sign_in(owner)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert not is_in(client)
    assert client.get("/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    ("drift", "accepted"),
    [(-2, False), (-1, True), (0, True), (1, True), (2, False)],
)
def test_code_of_a_clock_a_step_off_is_taken(
    drift: int, accepted: bool, owner: User
) -> None:
    client = sign_in(owner)
    answer_code(client, code_of(TOTP_SECRET, at=NOW + drift * STEP))
    assert is_in(client) == accepted


def test_code_with_a_blank_in_the_middle_is_taken(owner: User) -> None:
    code = code_of(TOTP_SECRET, at=NOW)
    client = sign_in(owner)
    answer_code(client, f"{code[:3]} {code[3:]}")
    assert is_in(client)


def test_code_used_twice_is_denied(owner: User) -> None:
    """C8."""
    code = code_of(TOTP_SECRET, at=NOW)
    assert answer_code(sign_in(owner), code) == 302
    again = sign_in(owner)
    assert answer_code(again, code) == 200
    assert not is_in(again)


def test_code_used_twice_is_denied_by_another_process_too(
    owner: User, stopped_clock: Traveller
) -> None:
    """C8: where each process has a cache of its own, and after its 30 seconds."""
    code = code_of(TOTP_SECRET, at=NOW)
    assert answer_code(sign_in(owner), code) == 302
    cache.clear()
    again = sign_in(owner)
    assert answer_code(again, code) == 200
    stopped_clock.shift(STEP)  # still accepted by its time
    cache.clear()
    assert answer_code(again, code) == 200
    assert not is_in(again)


def test_code_older_than_one_used_is_denied(owner: User) -> None:
    """Whoever looked over the shoulder can't use what was shown before."""
    assert answer_code(sign_in(owner), code_of(TOTP_SECRET, at=NOW)) == 302
    again = sign_in(owner)
    assert answer_code(again, code_of(TOTP_SECRET, at=NOW - STEP)) == 200
    assert answer_code(again, code_of(TOTP_SECRET, at=NOW + STEP)) == 302


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_code_spent_by_several_processes_at_once_is_new_to_one(
    postgresql: None, stopped_clock: Traveller
) -> None:
    """C8, PostgreSQL: one row decides."""
    authenticator = enrolled(UserFactory())
    code = code_of(TOTP_SECRET, at=NOW)

    def one() -> bool:
        return spend(authenticator, secret=TOTP_SECRET, code=code)

    won = at_once(*[one] * 6)
    assert sorted(won) == [False] * 5 + [True]


@given(code=st.text(max_size=20))
def test_code_of_any_text_never_fails(code: str) -> None:
    """A stranger may type anything."""
    assert second_factor._step_of(code, secret=TOTP_SECRET) in {
        None,
        *yield_hotp_counters_from_time(),
    }


def test_codes_guessed_are_slowed_down(owner: User) -> None:
    client = sign_in(owner)
    for n in range(10):
        assert answer_code(client, f"{n:06}") == 200
    said = client.post(reverse("mfa_authenticate"), {"code": "111111"})
    assert "Espera 15 minutos" in said.context["form"].errors["code"][0]
    assert answer_code(client, code_of(TOTP_SECRET, at=NOW)) == 200
    assert not is_in(client)


def test_code_page_without_a_password_before_leads_to_sign_in() -> None:
    assert Client().get(reverse("mfa_authenticate"))["Location"] == LOGIN


def test_code_field_is_known_to_phones(owner: User) -> None:
    """H6."""
    page = sign_in(owner).get(reverse("mfa_authenticate")).content.decode()
    field = re.search(r"<input[^>]*name=\"code\"[^>]*>", page)
    assert field
    assert 'autocomplete="one-time-code"' in field[0]
    assert 'inputmode="numeric"' in field[0]


def test_user_disabled_between_the_two_steps_does_not_get_in(owner: User) -> None:
    """C9."""
    client = sign_in(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answer_code(client, code_of(TOTP_SECRET, at=NOW))
    assert not is_in(client)


def test_confirmation_may_be_by_code_instead_of_the_password(
    owner: User, stopped_clock: Traveller
) -> None:
    client = sign_in(owner)
    answer_code(client, code_of(TOTP_SECRET, at=NOW))
    stopped_clock.shift(timedelta(minutes=6))
    asked = client.get(reverse("mfa_deactivate_totp"))["Location"]
    (other,) = client.get(asked).context["reauthentication_alternatives"]
    code = code_of(TOTP_SECRET, at=NOW + timedelta(minutes=6))
    back = client.post(other["url"], {"code": code})
    assert back["Location"] == reverse("mfa_deactivate_totp")
    assert client.get(back["Location"]).status_code == 200
