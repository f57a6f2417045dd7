"""Two tabs of one browser on the same course."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from attendance.models import Receipt, SenceSession, SessionState
from otec_portal.core.workflow import TransitionLog
from tests.browser.conftest import Sence
from tests.browser.pages import Participant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other_tab(participant: Participant) -> Participant:
    """The same person, in a second tab of the same browser."""
    participant.opens_the_personal_link()
    second = replace(participant, page=participant.page.context.new_page())
    second.opens_the_course()
    return second


def test_start_in_two_tabs_is_one_session(
    participant: Participant, other_tab: Participant, sence: Sence
) -> None:
    """A10: the second tab gets the same form."""
    participant.goes_to_start()
    other_tab.goes_to_start()
    assert SenceSession.objects.count() == 1
    nonces = {attempt.nonce for attempt in sence.desk.store.attempts(10)}
    assert nonces == {participant.session.nonce}
    assert sence.attempts == 2


def test_start_finished_in_two_tabs_opens_once(
    participant: Participant, other_tab: Participant
) -> None:
    """A2: SENCE's second answer to the same session changes nothing."""
    participant.goes_to_start()
    other_tab.goes_to_start()
    participant.types_the_clave()
    participant.is_in()
    first = participant.session.sence_id
    other_tab.types_the_clave()
    other_tab.is_in()
    session = SenceSession.objects.get()
    assert (session.state, session.sence_id) == (SessionState.OPEN, first)
    assert TransitionLog.objects.filter(state=SessionState.OPEN).count() == 1
    assert Receipt.objects.count() == 2


def test_close_finished_in_two_tabs_closes_once(
    participant: Participant, other_tab: Participant
) -> None:
    """A2: the second tab learns that the session is closed, and nothing breaks."""
    participant.starts()
    other_tab.opens_the_course()
    participant.goes_to_close()
    other_tab.goes_to_close()
    participant.types_the_clave()
    participant.is_told("Tu sesión quedó cerrada")
    other_tab.types_the_clave()
    expect(other_tab.history.first).to_contain_text("Cerrada")
    assert SenceSession.objects.get().state == SessionState.CLOSED
    assert TransitionLog.objects.filter(state=SessionState.CLOSED).count() == 1


def test_close_in_one_tab_shows_in_the_other_on_return(
    participant: Participant, other_tab: Participant
) -> None:
    """A22: whoever comes back to a tab sees how the session stands now."""
    participant.starts()
    other_tab.opens_the_course()
    other_tab.is_in()
    participant.closes()
    other_tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other_tab.is_told("Tu sesión quedó cerrada")


def test_close_pressed_in_a_stale_tab_shows_the_state(
    participant: Participant, other_tab: Participant, sence: Sence
) -> None:
    """The button of a page from before the close leads to no second attempt."""
    participant.starts()
    other_tab.opens_the_course()
    participant.closes()
    before = sence.attempts
    other_tab.page.get_by_role("button", name="Cerrar sesión SENCE").click()
    other_tab.is_told("Tu sesión quedó cerrada")
    assert sence.attempts == before


def test_start_pressed_in_a_stale_tab_shows_the_running_session(
    participant: Participant, other_tab: Participant, sence: Sence
) -> None:
    participant.starts()
    before = sence.attempts
    other_tab.page.get_by_role("button", name="Iniciar sesión SENCE").click()
    other_tab.is_in()
    assert sence.attempts == before
