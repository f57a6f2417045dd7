"""Passwords: chosen, changed, forgotten; what they end, and who is told."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from otec_portal.core import outbox
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, User
from otec_portal.core.sign_in.links import password_path
from otec_portal.core.sign_in.passwords import (
    OwnDataValidator,
    is_common,
    is_trivial,
)
from tests.factories import NOW, PASSWORD
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NEW = "un-caballo-come-avena-4"
FORGOTTEN = "/clave/olvidada/"
CHANGE = "/mi-cuenta/clave/"


@pytest.fixture
def user() -> User:
    made: User = MembershipFactory(
        role=Role.FACILITATOR, user__full_name="Rosalba Millapán Toro"
    ).user
    return made


def sign_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/ingresar/", {"username": user.rut, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def ask(typed: str) -> str:
    """Ask for a link; return the page that comes."""
    return Client().post(FORGOTTEN, {"email": typed}, follow=True).content.decode()


def link_sent_to(user: User) -> str:
    sent = OutgoingEmail.objects.filter(to=user.email, text__contains="/clave/nueva/")
    found = re.search(
        r"https://portal\.example(/clave/nueva/\S+)", sent.latest("pk").text
    )
    assert found
    return found[1]


def choose(link: str, password: str = NEW, client: Client | None = None) -> Client:
    client = client or Client()
    page = client.get(link, follow=True)
    if "action_url" in page.context and page.context.get("form"):
        client.post(
            page.context["action_url"], {"password1": password, "password2": password}
        )
    return client


@pytest.mark.parametrize("by", ["rut", "email"])
def test_password_forgotten_is_chosen_anew_by_a_link(by: str, user: User) -> None:
    ask(getattr(user, by).upper())
    choose(link_sent_to(user))
    assert is_in(sign_in(user, NEW))
    assert not is_in(sign_in(user))


def test_mail_leaves_by_the_worker_and_on_the_portals_own_address(user: User) -> None:
    Client().post(FORGOTTEN, {"email": user.rut}, HTTP_HOST="evil.example")
    assert mail.outbox == []
    outbox.send_due(now=NOW)
    (sent,) = mail.outbox
    assert sent.to == [user.email]
    assert "https://portal.example/clave/nueva/" in str(sent.body)
    assert "evil" not in str(sent.body)


@pytest.mark.parametrize(
    "typed", ["11111111-1", "nobody@otec.example", "not anything", "x" * 254]
)
def test_password_forgotten_by_nobody_looks_the_same_and_mails_nobody(
    typed: str, user: User
) -> None:
    """It never says whether an account exists."""
    assert ask(typed) == ask(user.rut)
    assert OutgoingEmail.objects.count() == 1


def test_password_forgotten_by_a_disabled_user_mails_nobody(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    ask(user.rut)
    assert not OutgoingEmail.objects.exists()


def test_password_asked_for_again_and_again_is_told_to_wait(user: User) -> None:
    answers = [Client().post(FORGOTTEN, {"email": user.rut}) for _ in range(4)]
    assert [one.status_code for one in answers] == [302, 302, 302, 429]


def test_link_used_once_is_worth_nothing(user: User) -> None:
    ask(user.rut)
    link = link_sent_to(user)
    choose(link)
    page = Client().get(link)
    assert "Este enlace ya no sirve" in page.content.decode()
    choose(link, "la-clave-de-otra-persona-1")
    assert is_in(sign_in(user, NEW))


@pytest.mark.parametrize(
    ("hours", "works"), [(3 * 24, True), (3 * 24 + 1, False)], ids=["last", "late"]
)
def test_link_holds_for_three_days(
    hours: int, works: bool, user: User, stopped_clock: Traveller
) -> None:
    ask(user.rut)
    stopped_clock.shift(hours * 3600)
    choose(link_sent_to(user))
    assert is_in(sign_in(user, NEW)) == works


@pytest.mark.parametrize("link", ["/clave/nueva/1/x/", "/clave/nueva/zz/a-b/"])
def test_link_made_up_is_refused_in_words(link: str) -> None:
    assert "Este enlace ya no sirve" in Client().get(link).content.decode()


def test_link_keeps_its_secret_out_of_the_address_of_the_form(user: User) -> None:
    ask(user.rut)
    link = link_sent_to(user)
    page = Client().get(link, follow=True)
    (shown,) = [url for url, _ in page.redirect_chain]
    assert shown.endswith("/elegir/")
    assert link.rsplit("/", 2)[1] not in page.content.decode()


def test_password_reset_ends_every_session(user: User) -> None:
    before = sign_in(user)
    assert is_in(before)
    ask(user.rut)
    choose(link_sent_to(user))
    assert not is_in(before)


def test_password_reset_is_audited_and_told(user: User) -> None:
    ask(user.rut)
    choose(link_sent_to(user))
    entry = AuditEntry.objects.get(action="core.password_set")
    assert (entry.user, entry.target_id) == (user, str(user.pk))
    told = OutgoingEmail.objects.latest("pk")
    assert told.to == user.email
    assert told.subject == "Elegiste una contraseña nueva en el Portal OTEC"
    assert NEW not in told.text


def test_password_form_tells_managers_whose_it_is(user: User) -> None:
    """H6."""
    ask(user.rut)
    page = Client().get(link_sent_to(user), follow=True).content.decode()
    assert page.count('autocomplete="new-password"') == 2
    assert f'value="{user.rut}" autocomplete="username"' in page


def test_password_changed_keeps_this_session_and_ends_the_others(user: User) -> None:
    here, there = sign_in(user), sign_in(user)
    answer = here.post(
        CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )
    assert answer["Location"] == reverse("account")
    assert is_in(here)
    assert len(here.get(reverse("account")).context["sessions"]) == 1
    assert not is_in(there)
    assert is_in(sign_in(user, NEW))
    told = OutgoingEmail.objects.latest("pk")
    assert told.subject == "Cambió tu contraseña del Portal OTEC"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("corta-12345", "demasiado corta"),
        ("corta", "demasiado corta"),
        ("password1234", "demasiado común"),
        ("contraseña123", "tan usadas"),
        ("chilechile12", "tan usadas"),
        ("santiago2026", "tan usadas"),
        ("836492018374", "completamente numérica"),
        ("rosalba millapan", "se parece demasiado"),
        ("Millapán.Toro.17", "se parece demasiado"),
        ("millapan.toro17", "se parece demasiado"),
        ("toro-sence-2026", "se parece demasiado"),
        ("aaaaaaaaaaaa", "Repite letras"),
    ],
)
def test_password_too_weak_is_refused_in_words(
    password: str, words: str, user: User
) -> None:
    client = sign_in(user)
    page = client.post(
        CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert words in " ".join(page.context["form"].errors["password1"])
    assert "This password" not in page.content.decode()
    repeats = "Repite letras" in page.content.decode()
    assert repeats == (words == "Repite letras")


@pytest.mark.parametrize(
    "password",
    [
        "contraseña123",
        "Contrasena.2026",
        "CHILECHILE12",
        "2026santiago!",
        "ViñaDelMar-21",
        "otec.sence.99",
        "holamiamor2024",
        "colocolo1991campeon",
    ],
)
def test_password_of_common_words_is_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        NEW,
        PASSWORD,
        "ave-trigo-81",
        "chilexq81zrt",
        "1234567890--",
        "luna perro verano oficina",  # FEW and one more
        "santiago" * 500 + "x",
    ],
)
def test_password_of_more_than_common_words_is_not(password: str) -> None:
    assert not is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "zoila.nunez17",
        "Zoila.Ñúñez17",
        "ZOILANUNEZ2026",
        "nunez-zoila-2026-curso",
        "48000061kzoila",
    ],
)
def test_password_of_ones_own_name_is_told_without_its_accents(password: str) -> None:
    zoila = User(
        rut="48000061-k", full_name="Zoila Ñúñez", email="z.nunez@alerces.example"
    )
    with pytest.raises(ValidationError, match="se parece demasiado"):
        OwnDataValidator().validate(password, zoila)
    OwnDataValidator().validate(NEW, zoila)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abababababab",
        "1a2b1a2b1a2b",
        "perro9perro9",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "qwertyuiopas",
        "QWERTYuiop12",
        "1qaz2wsx3edc",
        "12345678901234a",
        "aaabbbcccddde",
        "abcd1234efgh",
    ],
)
def test_password_that_fingers_type_by_themselves_is_trivial(password: str) -> None:
    assert is_trivial(password)


@pytest.mark.parametrize(
    "password",
    [NEW, PASSWORD, "ave-trigo-81", "chilexq81zrt", "defensa-estudio", "kx7#Rm2!vQ9z"],
)
def test_password_with_a_little_order_in_it_is_not_trivial(password: str) -> None:
    assert not is_trivial(password)


def test_password_of_twelve_characters_is_enough(user: User) -> None:
    client = sign_in(user)
    client.post(
        CHANGE,
        {
            "oldpassword": PASSWORD,
            "password1": "ave-trigo-81",
            "password2": "ave-trigo-81",
        },
    )
    assert is_in(sign_in(user, "ave-trigo-81"))


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"oldpassword": "wrong"}, "oldpassword", "No es tu contraseña actual."),
        ({"password2": "otra"}, "password2", "Las contraseñas no son iguales."),
        ({"password1": ""}, "password1", "Este campo es obligatorio."),
    ],
)
def test_password_change_refused_says_why_beside_its_field(
    given: dict[str, str], field: str, words: str, user: User
) -> None:
    right = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    page = sign_in(user).post(CHANGE, {**right, **given})
    assert page.context["form"].errors[field] == [words]


def test_mail_with_the_same_text_is_queued_once(user: User) -> None:
    for _ in range(2):
        Client().post(FORGOTTEN, {"email": user.rut})
    assert OutgoingEmail.objects.count() == 1


def test_staff_of_the_installation_sees_no_text_of_any_mail() -> None:
    """A link in the queue opens an account: nobody reads it there."""
    from otec_portal.core.admin import OutgoingEmailAdmin

    assert "text" in (OutgoingEmailAdmin.exclude or ())
    UserFactory()


@pytest.mark.parametrize("first", [True, False])
def test_first_password_is_not_told_as_a_change(user: User, first: bool) -> None:
    """Who was invited never had one."""
    if first:
        user.set_unusable_password()
        user.save()
    client = choose(password_path(user))
    page = client.get("/ingresar/", follow=True).content.decode()
    told = "Tu contraseña quedó guardada." if first else "Cambiaste tu contraseña."
    assert told in page
    assert ("Cambiaste" in page) is not first


def test_mail_about_a_password_names_the_browser_as_the_account_does(
    user: User,
) -> None:
    linux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537"
    client = sign_in(user)
    client.post(
        CHANGE,
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        headers={"user-agent": linux},
    )
    told = OutgoingEmail.objects.get(subject__contains="contraseña").text
    assert "(Chrome en Linux)" in told
    assert "Mozilla" not in told
