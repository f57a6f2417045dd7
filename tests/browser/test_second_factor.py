"""From the invitation to the second factor, with a telephone computed in the test."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from otec_portal.core.models import Membership, OutgoingEmail, Role, TrainingBody
from otec_portal.core.services import people
from tests.authenticator import code_of
from tests.browser.conftest import MakeContext
from tests.factories import PASSWORD
from tests.factories.core import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def boss(our_body: TrainingBody, portal: str, settings: Settings) -> Membership:
    """A national administrator, of whom a second factor is asked."""
    settings.SECOND_FACTOR_REQUIRED = True
    made: Membership = MembershipFactory(training_body=our_body)
    return made


def signs_in(page: Page, rut: str, password: str = PASSWORD) -> None:
    page.goto("/ingresar/")
    page.get_by_label("RUT o correo").fill(rut)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Ingresar").click()


def enrols(page: Page) -> str:
    """Read the secret off the page, as who can't scan does, and type the first code."""
    expect(page.get_by_alt_text("Código QR")).to_be_visible()
    page.get_by_text("No puedo escanearlo").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Código", exact=True).fill(code_of(secret, at=datetime.now(UTC)))
    page.get_by_role("button", name="Activar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Códigos de respaldo")
    return secret


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth"
            " <= document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "320 px"])
def test_admin_enrols_then_signs_in_with_a_recovery_code(
    viewport: dict[str, int] | None, boss: Membership, new_context: MakeContext
) -> None:
    """C8, H2: nothing but the enrolment until it is done."""
    page = new_context(**({"viewport": viewport} if viewport else {})).new_page()
    signs_in(page, boss.user.rut)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Activar el segundo factor"
    )
    page.goto("/sesiones/")
    expect(page).to_have_url(re.compile("/segundo-factor/activar/$"))
    assert fits(page)
    enrols(page)
    assert fits(page)
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    assert download.value.suggested_filename == "codigos-de-respaldo.txt"
    page.get_by_role("link", name="Los guardé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hay pendiente hoy?")
    page.get_by_role("button", name="Salir").click()

    signs_in(page, boss.user.email)
    field = page.get_by_label("Código", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    field.fill("123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no es correcto o ya se usó")
    field.fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hay pendiente hoy?")


def test_invited_person_chooses_a_password_and_comes_in(
    boss: Membership, our_body: TrainingBody, page: Page, portal: str
) -> None:
    people.invite(
        training_body=our_body,
        rut="12345678-5",
        full_name="Ana Soto",
        email="ana@otec.example",
        profile=people.Profile(Role.FACILITATOR),
        by=boss.user,
        at=datetime.now(UTC),
    )
    text = OutgoingEmail.objects.get(to="ana@otec.example").text
    link = next(word for word in text.split() if word.startswith(portal))
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Elige tu contraseña")
    page.get_by_label("Contraseña nueva", exact=True).fill("corta")
    page.get_by_label("Repite").fill("corta")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("demasiado corta")
    new = "una-clave-propia-7"
    page.get_by_label("Contraseña nueva", exact=True).fill(new)
    page.get_by_label("Repite").fill(new)
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("main").get_by_role("link", name="Ingresar").click()
    signs_in(page, "12.345.678-5", new)
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hay pendiente hoy?")


def test_session_in_another_browser_is_ended_from_here(
    boss: Membership, new_context: MakeContext, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    contexts: list[BrowserContext] = [new_context(), new_context()]
    here, there = (context.new_page() for context in contexts)
    for page in (there, here):
        signs_in(page, boss.user.rut)
        expect(page).to_have_url(re.compile(r"\d/$"))
    here.goto("/mi-cuenta/")
    here.get_by_role("button", name=re.compile("^Cerrar Chrome")).click()
    told = here.locator(".messages")
    expect(told).to_contain_text("Cerramos esa sesión.")
    expect(told).to_be_focused()  # what is there from the start is read by focus alone
    there.goto("/mi-cuenta/")
    expect(there).to_have_url(re.compile("/ingresar/"))
