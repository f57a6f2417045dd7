"""From the personal link to the closed session, and what the operator sees of it."""

import re

import pytest
from playwright.sync_api import expect

from attendance.models import Receipt, SenceSession, SessionState
from tests.browser.conftest import Sence
from tests.browser.pages import Operator, Participant
from tests.browser.watch import Watch
from tests.factories import SECRET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST_EVERY_MS = 10_000
HIDE = "Object.defineProperty(document, 'hidden', { value: true, configurable: true })"


def test_journey_from_the_link_to_the_close_is_registered(
    participant: Participant,
) -> None:
    """A1: start, clock, course, close, history."""
    participant.opens_the_personal_link()
    participant.starts()
    course = participant.page.get_by_role("link", name="Ir al curso")
    expect(course).to_have_attribute("href", "https://aula.otec.example/curso")
    expect(participant.history).to_have_count(1)
    expect(participant.history.first).to_contain_text("Abierta")
    participant.closes()
    expect(participant.history).to_have_count(1)
    expect(participant.history.first).to_contain_text("Cerrada")
    expect(participant.history.first).to_contain_text("Vinculada")
    session = SenceSession.objects.get()
    assert session.state == SessionState.CLOSED
    assert session.opened_at
    assert session.closed_at
    assert session.closed_at > session.opened_at


def test_participant_closed_may_start_again(participant: Participant) -> None:
    participant.opens_the_personal_link()
    participant.starts()
    participant.closes()
    participant.starts()
    expect(participant.history).to_have_count(2)


def test_operator_while_it_runs_sees_the_session_live(
    participant: Participant, operator: Operator
) -> None:
    """The home page shows who is in without anybody reloading it."""
    operator.page.clock.install()
    operator.opens("/")
    expect(operator.page.get_by_text("Nadie está conectado")).to_be_visible()
    participant.opens_the_personal_link()
    participant.starts()
    operator.waits_until_the_page_asks_again()
    expect(operator.live_rows).to_have_count(1)
    expect(operator.live_rows).to_contain_text("Abierta")
    expect(operator.live_rows).to_contain_text("Vinculada")
    operator.live_rows.get_by_role("link").click()
    expect(operator.fact("Nivel")).to_contain_text("Vinculada")
    expect(operator.messages).to_have_count(2)
    participant.closes()
    operator.waits_until_the_page_asks_again()
    expect(operator.fact("Estado")).to_contain_text("Cerrada")
    expect(operator.messages).to_have_count(4)
    expect(operator.messages).to_contain_text(
        [re.compile("Enviado"), re.compile("Recibido")] * 2
    )


def test_list_of_sessions_renews_itself_while_somebody_looks(
    participant: Participant, operator: Operator
) -> None:
    """Issue 2: live, and told once; a hidden tab asks for nothing."""
    page = operator.page
    page.clock.install()
    operator.opens("/sesiones/?state=now")
    told = page.locator("[data-live-said]")
    expect(page.get_by_text("Nada coincide con la búsqueda")).to_be_visible()
    page.evaluate(HIDE)
    participant.opens_the_personal_link()
    participant.starts()
    page.clock.run_for(2 * LIST_EVERY_MS)
    expect(page.get_by_text("Nada coincide con la búsqueda")).to_be_visible()
    expect(told).to_have_text("")
    page.evaluate("delete document.hidden")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    rows = page.get_by_role("region", name="Sesiones SENCE").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(told).to_have_text("1 sesión en la lista; 1 en curso en esta página.")
    participant.closes()
    page.clock.run_for(LIST_EVERY_MS)
    expect(rows).to_have_count(0)
    expect(told).to_have_text("0 sesiones en la lista; 0 en curso en esta página.")
    expect(page).to_have_url(re.compile(r"/sesiones/\?state=now$"))


def test_operator_signed_out_meanwhile_is_sent_to_sign_in(operator: Operator) -> None:
    """Not the form to sign in inside of a list."""
    page = operator.page
    page.clock.install()
    operator.opens("/sesiones/")
    page.context.clear_cookies()
    page.clock.run_for(LIST_EVERY_MS)
    expect(page).to_have_url(re.compile("/ingresar/"))


def test_secrets_on_no_page_are_shown(
    participant: Participant, operator: Operator
) -> None:
    """C4: neither the nonce nor the token, before, during and after a session."""
    participant.opens_the_personal_link()
    seen = [participant.page.content()]
    participant.starts()
    seen.append(participant.page.content())
    participant.closes()
    seen.append(participant.page.content())
    session = participant.session
    for path in ("/", "/sesiones/", f"/sesiones/{session.public_id}/", "/alertas/"):
        operator.opens(path)
        seen.append(operator.page.content())
    assert len(seen) == 7
    for html in seen:
        assert session.nonce not in html
        assert SECRET not in html
    masked = f"••••{SECRET[-4:]}"
    operator.opens_the_session(session)
    assert masked in operator.page.content()


def test_same_answer_twice_makes_one_transition(
    participant: Participant, sence: Sence, watch: Watch
) -> None:
    """A2: SENCE's page posts the answer a second time, from a frame."""
    watch.expect("X-Frame-Options|frame-ancestors|chrome-error")
    sence.is_told(times=2)
    participant.opens_the_personal_link()
    participant.starts()
    assert Receipt.objects.count() == 2
    expect(participant.history).to_have_count(1)
    outcomes = set(Receipt.objects.values_list("decision__outcome", flat=True))
    assert outcomes == {"applied", "repeated"}
