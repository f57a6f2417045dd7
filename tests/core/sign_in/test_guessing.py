"""C7: guessing is slowed down, and the owner still gets in."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from time_machine import Traveller

from otec_portal.core.models import OutgoingEmail, Role, SignInAttempt, User
from otec_portal.core.sign_in.guessing import (
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_DEVICE,
    WINDOW,
    TooManyAttempts,
    begin,
    forget,
    limits,
)
from otec_portal.core.tasks import forget_attempts
from tests.at_once import at_once
from tests.factories import NOW, PASSWORD
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/ingresar/"
SECOND = timedelta(seconds=1)


def fails(times: int, counters: dict[str, int], *, at: datetime = NOW) -> int:
    """Let that many tries fail; return how many were let through."""
    through = 0
    for _ in range(times):
        try:
            begin(counters, at=at)
        except TooManyAttempts:
            continue
        through += 1
    return through


def test_try_at_the_limit_is_let_through_and_the_next_is_not() -> None:
    assert fails(4, {"a": 3}) == 3
    begin({"b": 3}, at=NOW)


def test_try_right_is_forgiven_and_leaves_earlier_failures_counted() -> None:
    fails(2, {"a": 3})
    for _ in range(5):
        begin({"a": 3}, at=NOW).forgive()
    assert fails(3, {"a": 3}) == 1


@pytest.mark.parametrize(
    ("after", "let_through"), [(WINDOW - SECOND, 0), (WINDOW, 3), (WINDOW + SECOND, 3)]
)
def test_limit_holds_for_its_window_and_not_longer(
    after: timedelta, let_through: int
) -> None:
    fails(3, {"a": 3})
    assert fails(5, {"a": 3}, at=NOW + after) == let_through


def test_try_refused_does_not_make_the_wait_longer() -> None:
    fails(3, {"a": 3})
    fails(20, {"a": 3}, at=NOW + WINDOW / 2)
    assert fails(1, {"a": 3}, at=NOW + WINDOW) == 1


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(), "Espera 15 minutos"),
        (timedelta(seconds=1), "Espera 15 minutos"),
        (timedelta(minutes=14), "Espera 1 minuto "),
        (timedelta(minutes=14, seconds=59), "Espera 1 minuto "),
    ],
)
def test_try_refused_is_told_how_long_to_wait(after: timedelta, words: str) -> None:
    fails(3, {"a": 3})
    with pytest.raises(TooManyAttempts) as refused:
        begin({"a": 3}, at=NOW + after)
    assert refused.value.code == "too_many_attempts"
    assert words in refused.value.message


def test_counters_of_strangers_and_of_a_known_browser_have_nothing_in_common() -> None:
    stranger = limits(account="1", device="", address="192.0.2.1")
    known = limits(account="1", device="mark", address="192.0.2.1")
    assert set(stranger.values()) == {PER_ACCOUNT, PER_ADDRESS}
    assert set(known.values()) == {PER_DEVICE}
    assert not set(stranger) & set(known)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("garbage", "garbage", True),
    ],
)
def test_address_of_ipv6_counts_by_its_network(
    one: str, other: str, same: bool
) -> None:
    names = [set(limits(account="1", device="", address=a)) for a in (one, other)]
    assert (names[0] == names[1]) == same


def test_key_is_a_digest_of_what_was_typed() -> None:
    """Who types the password into the first field finds it in no table."""
    Client().post(LOGIN, {"username": "mi-secreto-77", "password": "x"})
    keys = SignInAttempt.objects.values_list("key", flat=True)
    assert len(keys) == 2
    assert not any("mi-secreto-77" in key for key in keys)


def test_attempts_past_their_window_are_forgotten(stopped_clock: Traveller) -> None:
    fails(2, {"a": 9}, at=NOW - WINDOW - SECOND)
    fails(1, {"a": 9}, at=NOW)
    assert forget_attempts() == 2
    assert SignInAttempt.objects.count() == 1
    assert forget(before=NOW + SECOND) == 1


class TestAnyOrder(TestCase):
    """Whatever comes when, no window ever holds more failures than its limit."""

    @settings(deadline=None)
    @given(st.lists(st.integers(0, 3600), min_size=1, max_size=30))
    def test_failures_in_any_window_stay_within_the_limit(
        self, seconds: list[int]
    ) -> None:
        moments = [NOW + timedelta(seconds=one) for one in sorted(seconds)]
        let_through = [at for at in moments if fails(1, {"a": 3}, at=at)]
        for at in let_through:
            inside = [one for one in let_through if at - WINDOW < one <= at]
            assert len(inside) <= 3


# ---- the whole way


@pytest.fixture
def owner() -> User:
    made: User = MembershipFactory(role=Role.FACILITATOR).user
    return made


def tries(client: Client, user: User, password: str, address: str = "192.0.2.1") -> str:
    """Try to sign in; return "in" or what the page says."""
    answer = client.post(
        LOGIN, {"username": user.rut, "password": password}, REMOTE_ADDR=address
    )
    if answer.status_code == 302:
        return "in"
    return " ".join(answer.context["form"].non_field_errors())


def attack(user: User) -> list[str]:
    """50 wrong passwords, each from an address of its own."""
    return [tries(Client(), user, f"guess-{n}", f"198.51.100.{n}") for n in range(50)]


def test_attack_from_many_addresses_is_slowed_down(
    owner: User, stopped_clock: Traveller
) -> None:
    """C7: after ten, not even the right password helps a stranger."""
    said = attack(owner)
    assert sum("no coinciden" in one for one in said) == PER_ACCOUNT
    assert sum("Espera 15 minutos" in one for one in said) == 50 - PER_ACCOUNT
    assert "Espera" in tries(Client(), owner, PASSWORD, "203.0.113.9")


def test_owner_under_attack_still_gets_in_where_they_were_before(
    owner: User, stopped_clock: Traveller
) -> None:
    """C7: a browser that has signed in before counts by itself."""
    browser = Client()
    assert tries(browser, owner, PASSWORD) == "in"
    browser.post("/salir/")
    attack(owner)
    assert "no coinciden" in tries(browser, owner, "a slip")
    assert tries(browser, owner, PASSWORD) == "in"


def test_owner_under_attack_gets_in_with_a_new_password_from_a_new_browser(
    owner: User, stopped_clock: Traveller
) -> None:
    """C7: the way of the forgotten password stays open."""
    attack(owner)
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": owner.rut})
    mail = OutgoingEmail.objects.get(to=owner.email)
    link = next(word for word in mail.text.split() if "/clave/nueva/" in word)
    form = browser.get(link.removeprefix("https://portal.example"), follow=True)
    new = "otra-clave-bien-larga-5"
    browser.post(
        form.context["action_url"], {"password1": new, "password2": new}, follow=True
    )
    assert tries(browser, owner, new) == "in"
    assert "Espera" in tries(Client(), owner, new)


def test_known_browser_that_guesses_is_slowed_down_too(
    owner: User, stopped_clock: Traveller
) -> None:
    browser = Client()
    tries(browser, owner, PASSWORD)
    browser.post("/salir/")
    said = [tries(browser, owner, f"guess-{n}") for n in range(PER_DEVICE + 2)]
    assert sum("no coinciden" in one for one in said) == PER_DEVICE


def test_device_cookie_of_one_user_says_nothing_of_another(
    owner: User, stopped_clock: Traveller
) -> None:
    browser = Client()
    tries(browser, owner, PASSWORD)
    browser.post("/salir/")
    victim = UserFactory()
    attack(victim)
    assert "Espera" in tries(browser, victim, PASSWORD)


def test_device_cookie_forged_is_none(owner: User, stopped_clock: Traveller) -> None:
    attack(owner)
    browser = Client()
    browser.cookies[f"equipo_{owner.public_id.hex}"] = "forged:1abc:signature"
    assert "Espera" in tries(browser, owner, PASSWORD)


def test_device_cookie_is_out_of_the_reach_of_scripts(owner: User) -> None:
    browser = Client()
    tries(browser, owner, PASSWORD)
    cookie = browser.cookies[f"equipo_{owner.public_id.hex}"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_address_that_tries_many_accounts_is_slowed_down(
    owner: User, stopped_clock: Traveller
) -> None:
    strangers = UserFactory.create_batch(PER_ADDRESS)
    for stranger in strangers:
        assert "no coinciden" in tries(Client(), stranger, "guess", "203.0.113.1")
        # past the minute's limit on the page itself
        stopped_clock.shift(2)
    assert "Espera" in tries(Client(), owner, PASSWORD, "203.0.113.1")
    assert tries(Client(), owner, PASSWORD, "203.0.113.2") == "in"


def test_unknown_account_is_slowed_down_in_the_same_words(
    stopped_clock: Traveller,
) -> None:
    """Nobody learns from a limit who has an account."""
    nobody = User(rut="11111111-1")
    said = attack(nobody)
    assert sum("no coinciden" in one for one in said) == PER_ACCOUNT
    assert "Espera 15 minutos" in said[-1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_do_not_slip_through(postgresql: None) -> None:
    """C7, PostgreSQL: counted first, looked at afterwards."""
    through = at_once(*[lambda: fails(1, {"a": 3})] * 12)
    assert sum(through) <= 3
