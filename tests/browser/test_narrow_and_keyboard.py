"""The participant's journey on the narrowest screens, and with the keyboard alone."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from attendance.models import Decision, Flag, Outcome
from courses.models import Enrolment
from tests.browser.conftest import MakeContext
from tests.browser.pages import (
    CLOSE,
    CONTINUE,
    ENTER,
    START,
    Keyboard,
    Operator,
    Participant,
    scrolls_sideways,
)
from tests.factories import NOW, PASSWORD
from tests.factories.attendance import ReceiptFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONES = {
    "360 px": ViewportSize(width=360, height=640),
    "320 px, or 400 % of 1280": ViewportSize(width=320, height=512),
}


@pytest.fixture(params=PHONES)
def page(request: pytest.FixtureRequest, new_context: MakeContext) -> Page:
    return new_context(viewport=PHONES[request.param]).new_page()


def fits(page: Page) -> None:
    assert not scrolls_sideways(page), page.url


def test_journey_on_a_narrow_screen_never_scrolls_sideways(
    participant: Participant,
) -> None:
    """H2: and the button that closes is in reach without any scrolling."""
    page = participant.page
    participant.opens_the_personal_link()
    fits(page)
    page.route("**/autosubmit.js", lambda route: route.fulfill(body=""))
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("button", name=CONTINUE)).to_be_in_viewport()
    fits(page)
    page.unroute_all()
    page.get_by_role("button", name=CONTINUE).click()
    participant.types_the_clave()
    participant.is_in()
    fits(page)
    expect(page.get_by_role("button", name=CLOSE)).to_be_in_viewport(ratio=1)
    page.mouse.wheel(0, 10_000)
    expect(page.get_by_role("button", name=CLOSE)).to_be_in_viewport(ratio=1)
    participant.closes()
    fits(page)
    page.get_by_role("link", name="Mis cursos").click()
    expect(participant.heading).to_have_text("Mis cursos")
    fits(page)


def test_journey_with_the_keyboard_alone_is_registered(
    participant: Participant,
) -> None:
    """H2: on every stop the focus has its ring, and nothing covers it."""
    keyboard = Keyboard(participant.page)
    participant.opens_the_personal_link()
    keyboard.presses(START)
    expect(participant.clave_field).to_be_visible()
    keyboard.types(participant.clave_field, participant.clave)
    participant.page.keyboard.press("Enter")
    participant.is_in()
    keyboard.presses(CLOSE)
    expect(participant.clave_field).to_be_visible()
    keyboard.types(participant.clave_field, participant.clave)
    participant.page.keyboard.press("Enter")
    participant.is_told("Tu sesión quedó cerrada")
    keyboard.presses("Mis cursos")
    keyboard.presses(participant.enrolment.action.course.name)
    participant.is_told("Tu sesión quedó cerrada")


def test_first_tab_offers_to_skip_to_the_content(participant: Participant) -> None:
    """H2: from there the next stop is inside the page's own part."""
    page = participant.page
    keyboard = Keyboard(page)
    participant.opens_the_personal_link()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Saltar al contenido")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    keyboard.goes_to(page.get_by_role("main").get_by_role("link").first)


def test_operator_with_the_keyboard_alone_signs_in_and_finds_a_session(
    participant: Participant, operator: Operator, enrolment: Enrolment
) -> None:
    """H2."""
    participant.opens_the_personal_link()
    participant.starts()
    page = operator.page
    page.set_viewport_size(ViewportSize(width=320, height=512))
    keyboard = Keyboard(page)
    keyboard.presses("Salir")
    keyboard.types(page.get_by_label("RUT"), operator.user.rut)
    keyboard.types(page.get_by_label("Contraseña"), PASSWORD)
    keyboard.presses(ENTER)
    keyboard.presses("Sesiones SENCE")
    keyboard.presses(enrolment.participant.full_name)
    expect(operator.fact("Estado")).to_contain_text("Abierta")
    keyboard.goes_to(page.get_by_text("Campos").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("RutOtec")).to_be_visible()


def test_card_of_a_session_with_every_flag_keeps_them_beside_their_label(
    operator: Operator, enrolment: Enrolment
) -> None:
    """H2: the label spans all that stands beside it, however many there are."""
    receipt = ReceiptFactory(session__enrolment=enrolment)
    Decision.objects.create(
        receipt=receipt, outcome=Outcome.QUARANTINED, flags=list(Flag), at=NOW
    )
    page = operator.page
    page.set_viewport_size(PHONES["360 px"])
    operator.opens("/sesiones/")
    tags = operator.main.locator("td[data-label=Advertencias] .badge")
    expect(tags).to_have_count(len(Flag))
    edges = {tag.bounding_box()["x"] for tag in tags.all()}  # type: ignore[index]
    label = operator.main.locator("td[data-label=Advertencias]").bounding_box()
    assert label is not None
    assert len(edges) == 1
    assert edges.pop() > label["x"] + label["width"] / 3
    fits(page)
