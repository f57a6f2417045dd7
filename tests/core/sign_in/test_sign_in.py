"""One way in: RUT however typed, or e-mail, and a password."""

import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from otec_portal.core import rut
from otec_portal.core.models import Role, User
from otec_portal.core.sign_in.backend import find_user
from otec_portal.core.sign_in.browsers import described
from tests.conftest import SignedIn
from tests.factories import PASSWORD
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[3] / "templates"
LOGIN = "/ingresar/"


def enter(client: Client, typed: str, password: str = PASSWORD, **more: str) -> int:
    answer = client.post(LOGIN, {"username": typed, "password": password, **more})
    return answer.status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


@pytest.fixture
def facilitator_user() -> User:
    """Somebody of whom no second factor is asked."""
    made: User = MembershipFactory(
        role=Role.FACILITATOR,
        user__rut="12345678-5",
        user__email="Ana.Soto@otec.example",
    ).user
    return made


@pytest.mark.parametrize(
    "typed",
    [
        "12345678-5",
        "12.345.678-5",
        "123456785",
        "  12 345 678-5 ",
        "ana.soto@otec.example",
        "ANA.SOTO@OTEC.EXAMPLE",
        " ana.soto@otec.example ",
    ],
)
def test_sign_in_by_rut_or_email_however_typed_lets_in(
    typed: str, facilitator_user: User
) -> None:
    client = Client()
    assert enter(client, typed) == 302
    assert is_in(client)


@given(number=st.integers(7_000_000, 49_999_999), style=st.integers(0, 3))
def test_rut_in_any_usual_form_finds_the_same_user(number: int, style: int) -> None:
    plain = rut.with_check_digit(number)
    typed = [plain, rut.display(plain), plain.replace("-", ""), plain.upper()][style]
    with mock.patch.object(User.objects, "filter") as looked_up:
        find_user(typed)
    looked_up.assert_called_once_with(rut=plain)


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("12345678-5", "wrong"),
        ("ana.soto@otec.example", "wrong"),
        ("11111111-1", PASSWORD),
        ("nobody@otec.example", PASSWORD),
        ("not a rut", PASSWORD),
    ],
)
def test_sign_in_refused_never_says_which_part_is_wrong(
    typed: str, password: str, facilitator_user: User
) -> None:
    page = Client().post(LOGIN, {"username": typed, "password": password})
    (said,) = page.context["form"].non_field_errors()
    assert said.startswith("El RUT o correo y la contraseña no coinciden.")


@pytest.mark.parametrize(
    "typed", ["12345678-5", "ana.soto@otec.example", "11111111-1", "no@otec.example"]
)
def test_sign_in_refused_takes_one_hash_with_or_without_an_account(
    typed: str, facilitator_user: User
) -> None:
    """By the time it takes nobody learns who has an account."""
    with mock.patch(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode",
        autospec=True,
        return_value="md5$salt$digest",
    ) as hashed:
        enter(Client(), typed, "wrong")
    assert hashed.call_count == 1


def test_sign_in_empty_says_what_is_missing_beside_each_field() -> None:
    errors = Client().post(LOGIN, {}).context["form"].errors
    assert set(errors) == {"login", "password"}


def test_sign_in_refused_keeps_what_was_typed_but_the_password() -> None:
    page = Client().post(LOGIN, {"username": "12.345.678-5", "password": "se creto"})
    assert 'value="12.345.678-5"' in page.content.decode()
    assert "se creto" not in page.content.decode()


def test_sign_in_form_is_known_to_password_managers() -> None:
    """H6: paste and password managers work."""
    page = Client().get(LOGIN).content.decode()
    login = re.search(r"<input[^>]*name=\"username\"[^>]*>", page)
    password = re.search(r"<input[^>]*name=\"password\"[^>]*>", page)
    assert login
    assert 'autocomplete="username"' in login[0]
    assert password
    assert 'autocomplete="current-password"' in password[0]
    assert "onpaste" not in page


def test_sign_in_of_a_disabled_user_leads_to_why(facilitator_user: User) -> None:
    """C9; only who knows the password learns of it."""
    facilitator_user.is_active = False
    facilitator_user.save()
    client = Client()
    right = client.post(LOGIN, {"username": "12345678-5", "password": PASSWORD})
    assert right["Location"] == reverse("account_inactive")
    assert (
        "Tu cuenta está desactivada" in client.get(right["Location"]).content.decode()
    )
    assert enter(Client(), "12345678-5", "wrong") == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/sesiones/?state=open", "/sesiones/?state=open"),
        ("https://rival.example/", "/"),
        ("//rival.example/", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_back_to_pages_of_ours_alone(
    asked: str, leads_to: str, facilitator_user: User
) -> None:
    answer = Client().post(
        LOGIN, {"username": "12345678-5", "password": PASSWORD, "next": asked}
    )
    assert answer["Location"] == leads_to


def test_login_page_for_who_is_in_leads_on(facilitator: SignedIn) -> None:
    assert facilitator.client.get(LOGIN)["Location"] == "/"


def test_logout_asks_by_get_and_is_done_by_post(facilitator: SignedIn) -> None:
    assert "¿Salir del portal?" in facilitator.client.get("/salir/").content.decode()
    assert is_in(facilitator.client)
    assert facilitator.client.post("/salir/")["Location"] == LOGIN
    assert not is_in(facilitator.client)


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_set_password",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_request_login_code",
        "mfa_index",
        "mfa_trust",
        "usersessions_list",
    ],
)
def test_page_of_the_library_that_we_do_not_offer_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def _views_of_the_library() -> list[URLPattern]:
    return [
        pattern
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if isinstance(pattern, URLPattern)
        and (pattern.name or "").startswith(("account_", "mfa_"))
    ]


@pytest.mark.parametrize("pattern", _views_of_the_library(), ids=lambda one: one.name)
def test_page_of_the_library_that_we_offer_is_a_template_of_ours(
    pattern: URLPattern,
) -> None:
    view: Any = pattern.callback
    assert (TEMPLATES / view.view_class.template_name).exists()


def test_admin_has_no_way_in_of_its_own(facilitator_user: User) -> None:
    """C8: /administracion/ is no way round."""
    UserFactory(rut="11111111-1", is_staff=True, is_superuser=True)
    client = Client()
    answer = client.post(
        reverse("admin:login"), {"username": "11111111-1", "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)
    assert not is_in(client)


def test_admin_login_for_who_is_no_staff_is_refused(facilitator: SignedIn) -> None:
    assert facilitator.client.get(reverse("admin:login")).status_code == 403


def test_many_sign_ins_from_one_address_in_a_minute_are_told_to_wait(
    settings: Settings, facilitator_user: User
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip", "login_failed": None}
    client = Client()
    answers = [client.post(LOGIN, {}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "Espera unos minutos" in answers[-1].content.decode()


def test_session_ends_with_the_working_day(facilitator_user: User) -> None:
    client = Client()
    enter(client, "12345678-5")
    assert client.session.get_expiry_age() == 12 * 60 * 60


_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/140.0 Safari/537 Edg/140",
            "Edge en Windows",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU like Mac OS X) {_WEBKIT} Version/18 Safari/604",
            "Safari en iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15) {_WEBKIT} Chrome/140 Mobile Safari/537",
            "Chrome en Android",
        ),
        ("curl/8.0 (Linux)", "Navegador en Linux"),
        ("", "Navegador desconocido"),
    ],
)
def test_browser_is_told_in_words(agent: str, words: str) -> None:
    assert described(agent) == words


def test_user_of_two_bodies_signs_in_once(our_body: object) -> None:
    """One account, one password, whatever institutions."""
    first = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    MembershipFactory(user=first.user, role=Role.FACILITATOR)
    client = Client()
    assert enter(client, first.user.email) == 302
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("choose_membership"))
