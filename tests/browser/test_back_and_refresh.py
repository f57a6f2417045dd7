"""Back, refresh, a tab closed and restored: no second attempt, the state of now."""

import re

import pytest
from playwright.sync_api import Error, expect

from attendance.models import Handover, Receipt, SenceSession
from tests.browser.conftest import Sence
from tests.browser.pages import CONTINUE, START, Participant
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_back_from_sence_leads_to_the_course_and_sends_nothing(
    participant: Participant, sence: Sence
) -> None:
    """A21, A22: the page that sent the form has left no trace in the history."""
    participant.opens_the_personal_link()
    participant.goes_to_start()
    participant.page.go_back()
    expect(participant.page).to_have_url(re.compile("/mi-curso/[^/]+/$"))
    participant.is_told("Falta que inicies sesión en SENCE")
    assert sence.attempts == 1
    assert Handover.objects.count() == 1
    participant.starts()
    assert SenceSession.objects.count() == 1


def test_back_to_the_handover_page_sends_nothing_again(
    participant: Participant, sence: Sence, watch: Watch
) -> None:
    """A21: that page is in the history where its script did not arrive.

    It is never kept (no-store), so Chromium asks before it posts again.
    """
    watch.expect("ERR_FAILED|ERR_CACHE_MISS")
    participant.opens_the_personal_link()
    page = participant.page
    page.route("**/autosubmit.js", lambda route: route.abort())
    page.get_by_role("button", name=START).click()
    page.get_by_role("button", name=CONTINUE).click()
    expect(participant.clave_field).to_be_visible()
    page.unroute_all()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    assert sence.attempts == 1
    assert Handover.objects.count() == 1


def test_refresh_on_the_page_of_return_changes_nothing(
    participant: Participant,
) -> None:
    """A21: it is a GET of our own, so the answer is not posted again."""
    participant.opens_the_personal_link()
    participant.starts()
    expect(participant.page).to_have_url(re.compile("/sence/regreso/"))
    for _ in range(3):
        participant.page.reload()
        participant.is_in()
    assert Receipt.objects.count() == 1
    expect(participant.history).to_have_count(1)


def test_back_to_the_page_of_return_after_the_close_shows_the_closed_session(
    participant: Participant, sence: Sence
) -> None:
    """A21, A22: an old page of the history tells how it stands now."""
    participant.opens_the_personal_link()
    participant.starts()
    returned = participant.page.url
    participant.closes()
    before = sence.attempts
    participant.page.goto(returned)
    participant.is_told("Tu sesión quedó cerrada")
    assert sence.attempts == before


def test_tab_closed_and_restored_shows_the_current_state(
    participant: Participant,
) -> None:
    """A22: wherever on the way it was closed."""
    participant.opens_the_personal_link()
    context = participant.page.context
    participant.goes_to_start()
    participant.page.close()
    participant.page = context.new_page()
    participant.opens_the_course()
    participant.is_told("Falta que inicies sesión en SENCE")
    participant.starts()
    returned = participant.page.url
    participant.page.close()
    participant.page = context.new_page()
    participant.page.goto(returned)
    participant.is_in()
    participant.page.close()
    participant.page = context.new_page()
    participant.opens_the_personal_link()
    participant.is_in()
    assert SenceSession.objects.count() == 1
