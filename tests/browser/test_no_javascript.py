"""The whole journey with JavaScript off."""

import pytest
from playwright.sync_api import ViewportSize, expect

from courses.models import Enrolment
from tests.browser.conftest import MakeContext, Sence
from tests.browser.pages import CLOSE, CONTINUE, START, Participant, scrolls_sideways
from tests.browser.stage import ago
from tests.factories.attendance import SenceSessionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BACK = "Volver a la plataforma"


@pytest.fixture
def participant(new_context: MakeContext, enrolment: Enrolment) -> Participant:
    """The participant at a browser that runs no script on any page."""
    return Participant(new_context(java_script_enabled=False).new_page(), enrolment)


def test_journey_without_javascript_is_registered(
    participant: Participant, sence: Sence
) -> None:
    """B7: a visible button takes the place of what a script would send."""
    page = participant.page
    participant.opens_the_personal_link()
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("button", name=CONTINUE)).to_be_in_viewport()
    assert sence.attempts == 0
    page.get_by_role("button", name=CONTINUE).click()
    participant.types_the_clave()
    page.get_by_role("button", name=BACK).click()
    participant.is_in()
    expect(page.get_by_text("Este reloj no avanza solo")).to_be_visible()
    page.get_by_role("button", name=CLOSE).click()
    expect(page.get_by_role("button", name=CONTINUE)).to_be_in_viewport()
    page.get_by_role("button", name=CONTINUE).click()
    participant.types_the_clave()
    page.get_by_role("button", name=BACK).click()
    participant.is_told("Tu sesión quedó cerrada")
    expect(participant.history.first).to_contain_text("Vinculada")


def test_history_on_a_telephone_without_javascript_has_pages(
    new_context: MakeContext, enrolment: Enrolment
) -> None:
    """At 360 px, by links and a button alone: the oldest session is in reach."""
    for days in range(12, 0, -1):
        SenceSessionFactory(enrolment=enrolment, closed=True, started_at=ago(days=days))
    phone = new_context(
        java_script_enabled=False, viewport=ViewportSize(width=360, height=640)
    )
    participant = Participant(phone.new_page(), enrolment)
    participant.opens_the_personal_link()
    expect(participant.history).to_have_count(10)
    page = participant.page
    page.get_by_role("link", name="Página siguiente").click()
    expect(participant.history).to_have_count(2)
    assert not scrolls_sideways(page)
    page.get_by_label("Registros por página").select_option("25")
    page.get_by_role("button", name="Ir", exact=True).click()
    expect(participant.history).to_have_count(12)
    assert not scrolls_sideways(page)
