"""C8: whoever may emit has a second factor, and no code of it works twice."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from time_machine import Traveller

from otec_portal.core.checks import check_second_factor
from otec_portal.core.encryption import UnreadableSecret, encrypt
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, User
from otec_portal.core.sign_in import second_factor
from otec_portal.core.sign_in.adapters import SecondFactorAdapter
from otec_portal.core.sign_in.second_factor import SESSION_KEY, TOTP, spend
from tests.authenticator import PERIOD, code_of
from tests.conftest import SignedIn
from tests.factories import (
    NOW,
    PASSWORD,
    TOTP_SECRET,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LOGIN = "/ingresar/"
ENROL = "/mi-cuenta/segundo-factor/activar/"
OnCommit = Callable[..., AbstractContextManager[list[object]]]
STEP = timedelta(seconds=PERIOD)


def user_as(role: Role, **more: object) -> User:
    body = {"training_body": None} if role == Role.REGIONAL_OFFICE else {}
    made: User = MembershipFactory(role=role, **body, **more).user
    return made


def sign_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(LOGIN, {"username": user.rut, "password": PASSWORD})
    return client


def enrolled(user: User) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=TOTP, data={"secret": encrypt(TOTP_SECRET)}
    )


def enrol(client: Client, *, at: datetime = NOW) -> str:
    """Scan the QR and type the first code; return the secret."""
    page = client.get(ENROL)
    secret: str = page.context["form"].secret
    answer = client.post(ENROL, {"code": code_of(secret, at=at)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


def answer_code(client: Client, code: str) -> int:
    return client.post(reverse("mfa_authenticate"), {"code": code}).status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


# ---- who must have one


@pytest.mark.parametrize(
    ("role", "required"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, True),
        (Role.FACILITATOR, False),
        (Role.REGIONAL_OFFICE, False),
    ],
)
def test_second_factor_is_for_who_may_emit(role: Role, required: bool) -> None:
    user = user_as(role)
    assert second_factor.standing_of(user).required == required
    answer = sign_in(user).get(reverse("account"))
    assert (answer.status_code == 302) == required


def test_second_factor_is_for_the_installations_staff() -> None:
    assert second_factor.standing_of(UserFactory(is_staff=True)).required


def test_second_factor_for_who_may_emit_in_any_institution_is_required() -> None:
    user = user_as(Role.FACILITATOR)
    MembershipFactory(user=user, role=Role.REGIONAL_ADMIN)
    assert second_factor.standing_of(user).required


@pytest.mark.parametrize(
    "state",
    [{"offered_at": NOW, "offered_name": "Ana"}, {"suspended_at": NOW}],
    ids=["offered", "suspended"],
)
def test_second_factor_for_a_profile_out_of_force_is_not_required(
    state: dict[str, object],
) -> None:
    assert not second_factor.standing_of(user_as(Role.NATIONAL_ADMIN, **state)).required


def test_standing_asks_one_query(django_assert_num_queries: object) -> None:
    user = user_as(Role.NATIONAL_ADMIN)
    with django_assert_num_queries(1):  # type: ignore[operator]
        second_factor.standing_of(user)


PAGES = [
    "home",
    "account",
    "choose_membership",
    "components_gallery",
    "attendance:sessions",
    "attendance:tokens",
    "users",
    "admin:index",
    "admin:core_user_changelist",
    "mfa_view_recovery_codes",
]


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_second_factor_reaches_enrolment_alone(name: str) -> None:
    """C8: Django's admin is no way round."""
    user = MembershipFactory(user__is_staff=True, user__is_superuser=True).user
    client = sign_in(user)
    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.status_code == 302
        assert answer["Location"] == ENROL


def test_staff_without_second_factor_may_leave() -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    assert client.post("/salir/")["Location"] == LOGIN


def test_participants_pages_do_not_ask_the_operator_in_the_same_browser(
    settings: Settings,
) -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    assert client.get("/salud/").status_code == 200
    assert client.get("/mi-curso/").status_code == 403


def test_facilitator_who_becomes_admin_must_enrol_at_once() -> None:
    user = user_as(Role.FACILITATOR)
    client = sign_in(user)
    assert is_in(client)
    MembershipFactory(user=user, role=Role.NATIONAL_ADMIN)
    assert client.get(reverse("account"))["Location"] == ENROL


def test_second_factor_not_required_by_the_setting_is_only_offered(
    settings: Settings,
) -> None:
    """The demo: an invitation instead of a wall."""
    settings.SECOND_FACTOR_REQUIRED = False
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    page = client.get("/")
    assert page.status_code == 200
    assert "Protege tu cuenta con un segundo factor" in page.content.decode()


def test_home_of_who_needs_none_offers_none() -> None:
    page = sign_in(user_as(Role.FACILITATOR)).get("/").content.decode()
    assert "Protege tu cuenta" not in page


def test_second_factor_not_required_is_warned_of_when_deployed(
    settings: Settings,
) -> None:
    """C5."""
    assert check_second_factor(None) == []
    settings.SECOND_FACTOR_REQUIRED = False
    assert [one.id for one in check_second_factor(None)] == ["core.W002"]


# ---- enrolling


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


# ---- signing in with it


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
    ready = Barrier(6, timeout=30)
    won: list[bool] = []

    def one() -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            won.append(spend(authenticator, secret=TOTP_SECRET, code=code))
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
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


# ---- recovery


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


# ---- at rest


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
    assert "mfa.Authenticator: 2 filas" in told.getvalue()
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
