"""The clock of a running session: the server's time, the warning, the end.

Chromium's own time is moved by Playwright's clock, which stands in for Date, the timers
and performance.now() on the page; the server keeps the real one.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from attendance.models import SenceSession, SessionState
from attendance.services import sessions
from attendance.services.limits import SWEEP_AFTER
from attendance.tasks import settle_overdue_sessions
from courses.models import Enrolment
from otec_portal.core.sence_address import stand_in
from tests import sence_messages
from tests.browser.pages import Operator, Participant
from tests.browser.stage import ago
from tests.factories import SESSION_MAX
from tests.factories.attendance import SenceSessionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTIFY = "Avisarme 10 minutos antes"
WARNING = "Quedan menos de 10 minutos: cierra tu sesión SENCE antes de las"
NOTICES = """async () => {
  const [worker] = await navigator.serviceWorker.getRegistrations();
  const notices = await worker?.getNotifications() ?? [];
  return notices.map(({ title, body, data }) => ({ title, body, data }));
}"""
SHOWN = f"""async () => {{
  const notices = await ({NOTICES})();
  return notices.length && notices;
}}"""
COUNT_SPOKEN = """() => {
  window.spoken = 0;
  new MutationObserver(() => { window.spoken += 1; }).observe(
    document.querySelector('[role="alert"]'),
    { childList: true, characterData: true, subtree: true },
  );
}"""


def open_session(enrolment: Enrolment, **left: float) -> SenceSession:
    """A session of `enrolment` that has so much time left."""
    session: SenceSession = SenceSessionFactory(
        enrolment=enrolment,
        opened=True,
        stand_in=stand_in(),
        started_at=timezone.now() + timedelta(**left) - SESSION_MAX,
    )
    return session


def expires(session: SenceSession, **left: float) -> None:
    """Move the end of `session`, as the server has it."""
    SenceSession.objects.filter(pk=session.pk).update(
        expires_at=timezone.now() + timedelta(**left)
    )


@pytest.mark.parametrize("hours", [-5, 5])
def test_clock_of_a_browser_hours_off_shows_the_servers_time(
    participant: Participant, hours: int
) -> None:
    """And again after a reload."""
    open_session(participant.enrolment, hours=2, minutes=30, seconds=50)
    participant.page.clock.install(time=timezone.now() + timedelta(hours=hours))
    participant.opens_the_personal_link()
    expect(participant.clock).to_have_text(re.compile("^02:30:"))
    participant.page.reload()
    expect(participant.clock).to_have_text(re.compile("^02:30:"))


def test_clock_runs_down_by_the_second(participant: Participant) -> None:
    open_session(participant.enrolment, hours=2, minutes=30, seconds=50)
    participant.page.clock.install()
    participant.opens_the_personal_link()
    participant.page.clock.run_for("00:40")
    expect(participant.clock).to_have_text(re.compile("^02:(30:0|29:)"))


def test_clock_after_sleep_asks_the_server_again(participant: Participant) -> None:
    """The wall clock went on, and what the page measures by stood still."""
    session = open_session(participant.enrolment, hours=2, minutes=30, seconds=50)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    expect(participant.clock).to_have_text(re.compile("^02:30:"))
    expires(session, hours=1, minutes=30, seconds=50)
    page.clock.set_system_time(timezone.now() + timedelta(hours=1))
    page.clock.run_for("00:01")
    expect(participant.clock).to_have_text(re.compile("^01:30:"))


def test_clock_set_wrong_while_it_runs_keeps_the_servers_time(
    participant: Participant,
) -> None:
    open_session(participant.enrolment, hours=2, minutes=30, seconds=50)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    with page.expect_response("**/estado/"):
        page.clock.set_system_time(timezone.now() - timedelta(days=1))
        page.clock.run_for("00:01")
    expect(participant.clock).to_have_text(re.compile("^02:30:"))


def test_ten_minutes_before_the_end_are_told_in_words(participant: Participant) -> None:
    """H3: to eyes and ears; words and an icon appear, not only another colour."""
    open_session(participant.enrolment, minutes=10, seconds=40)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    expect(participant.clock).to_have_text(re.compile("^00:10:"))
    spoken = page.get_by_role("alert")
    icon = page.locator(".clock__warning .icon")
    expect(spoken).to_have_text("")
    expect(icon).to_be_hidden()
    page.clock.run_for("00:45")
    expect(spoken).to_contain_text(WARNING)
    expect(spoken).to_be_in_viewport()
    expect(icon).to_be_visible()


def hour_of(session: SenceSession) -> str:
    """When it ends, as Santiago's clocks show it."""
    return f"{timezone.localtime(session.expires_at):%H:%M}"


def test_warning_names_the_hour_and_is_spoken_once(participant: Participant) -> None:
    """H3: seven minutes later it still says what is so, in the same words."""
    session = open_session(participant.enrolment, minutes=10, seconds=40)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    page.evaluate(COUNT_SPOKEN)
    page.clock.run_for("00:45")
    told = f"{WARNING} {hour_of(session)}."
    expect(page.get_by_role("alert")).to_have_text(told)
    # the server's clock did not move: the page must not ask it in between
    page.route("**/estado/", lambda route: route.fulfill(status=204))
    page.clock.run_for("07:00")
    expect(participant.clock).to_have_text(re.compile("^00:02:"))
    expect(page.get_by_role("alert")).to_have_text(told)
    assert page.evaluate("window.spoken") == 1


@pytest.mark.parametrize("seconds", [5 * 60, 55])
def test_page_opened_in_the_last_ten_minutes_warns_at_once(
    participant: Participant, seconds: int
) -> None:
    """H3: and offers no notice for a moment that is over."""
    session = open_session(participant.enrolment, seconds=seconds)
    participant.opens_the_personal_link()
    told = f"{WARNING} {hour_of(session)}."
    expect(participant.page.get_by_role("alert")).to_have_text(told)
    expect(participant.page.get_by_role("button", name=NOTIFY)).to_be_hidden()


def test_notice_that_was_asked_for_is_shown_at_ten_minutes(
    participant: Participant,
) -> None:
    """By the service worker, which is how a phone lets a page show one."""
    open_session(participant.enrolment, minutes=10, seconds=50)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    ask_for_a_notice(page)
    assert page.evaluate(NOTICES) == []
    page.clock.run_for("00:55")
    expect(page.get_by_role("alert")).to_contain_text(WARNING)
    (notice,) = page.wait_for_function(SHOWN).json_value()
    assert notice["title"] == "Tu sesión SENCE está por terminar"
    assert WARNING in notice["body"]
    assert notice["data"] == page.url


def ask_for_a_notice(page: Page) -> None:
    """Press the button and allow it, as Chromium then asks."""
    page.context.grant_permissions(["notifications"])
    page.get_by_role("button", name=NOTIFY).click()
    expect(page.get_by_role("button", name=NOTIFY)).to_be_hidden()
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.getRegistrations())[0]?.active"
    )


def test_notice_once_allowed_needs_no_asking_again(participant: Participant) -> None:
    """And a reload shows the one notice again, not one more."""
    page = participant.page
    page.context.grant_permissions(["notifications"])
    open_session(participant.enrolment, minutes=5)
    participant.opens_the_personal_link()
    page.wait_for_function(SHOWN)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(WARNING)
    assert len(page.evaluate(NOTICES)) == 1


def test_notice_refused_leaves_the_page_as_useful(participant: Participant) -> None:
    open_session(participant.enrolment, minutes=10, seconds=40)
    page = participant.page
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.clock.install()
    participant.opens_the_personal_link()
    page.get_by_role("button", name=NOTIFY).click()
    expect(page.get_by_role("button", name=NOTIFY)).to_be_hidden()
    page.clock.run_for("00:45")
    expect(page.get_by_role("alert")).to_contain_text(WARNING)
    assert page.evaluate(NOTICES) == []


def test_time_over_shows_the_session_as_expired(
    participant: Participant, operator: Operator
) -> None:
    """The page by the clock, at once; the worker settles the row when it comes."""
    session = open_session(participant.enrolment, seconds=50)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    expect(participant.clock).to_have_text(re.compile("^00:00:"))
    expires(session, seconds=-1)
    page.clock.run_for("00:52")
    participant.is_told("Tu sesión venció sin cierre")
    expect(participant.history.first).to_contain_text("Vencida")
    assert participant.session.state == SessionState.OPEN
    assert settle_overdue_sessions() == 0  # an answer may be on its way
    expires(session, seconds=-1 - SWEEP_AFTER.seconds)
    assert settle_overdue_sessions() == 1
    assert participant.session.state == SessionState.EXPIRED
    page.reload()
    participant.is_told("Tu sesión venció sin cierre")
    operator.opens_the_session(session)
    expect(operator.fact("Estado")).to_contain_text("Vencida")


def test_start_without_an_answer_is_shown_as_abandoned(
    participant: Participant,
) -> None:
    """A9: and the next start needs no waiting for the worker."""
    SenceSessionFactory(enrolment=participant.enrolment, started_at=ago(minutes=16))
    participant.opens_the_personal_link()
    participant.is_told("No recibimos respuesta de SENCE")
    participant.starts()
    expect(participant.history).to_have_text(
        [re.compile("Abierta"), re.compile("Abandonada")]
    )
    assert settle_overdue_sessions() == 0


def test_session_closed_elsewhere_is_noticed_within_a_minute(
    participant: Participant,
) -> None:
    """The page asks for its state; on another phone the session was closed."""
    session = open_session(participant.enrolment, hours=1)
    page = participant.page
    page.clock.install()
    participant.opens_the_personal_link()
    expect(participant.clock).to_be_visible()
    sessions.request_close(session, now=timezone.now())
    fields = sence_messages.close_confirmed(session)
    sence_messages.post("close_confirmed", fields)
    page.clock.run_for("01:01")
    participant.is_told("Tu sesión quedó cerrada")
