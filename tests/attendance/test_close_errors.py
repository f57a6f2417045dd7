"""A close that SENCE refused: tried again, refreshed, refused in the same words."""

from datetime import timedelta

import pytest
import time_machine

from attendance.models import Decision, Flag, Outcome, SenceSession, SessionState
from attendance.readiness import refusals
from attendance.selectors import errors_of_today
from attendance.sence.errors import lookup
from attendance.services.callbacks import decide_pending
from attendance.services.sessions import request_close, start
from attendance.token_use import tokens_of, with_results
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    urlencoded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    """Handed out at NOW, waiting for SENCE."""
    return start(enrolment, now=NOW).session


def state_of(session: SenceSession) -> str:
    return SenceSession.objects.get(pk=session.pk).state


def last() -> Decision:
    return Decision.objects.latest("pk")


def open_it(session: SenceSession) -> SenceSession:
    """SENCE confirms the start now."""
    assert post("start_confirmed", start_confirmed(session)).status_code == 303
    session.refresh_from_db()
    assert session.state == SessionState.OPEN
    return session


def ask_to_close(session: SenceSession, *, after: timedelta = MINUTE) -> SenceSession:
    request_close(session, now=NOW + after)
    return session


def test_close_failed_opens_again_and_may_be_tried_again(session: SenceSession) -> None:
    ask_to_close(open_it(session))
    post("close_failed", close_failed(session, "100"))
    assert state_of(session) == SessionState.OPEN
    ask_to_close(SenceSession.objects.get(), after=2 * MINUTE)
    assert state_of(session) == SessionState.CLOSING


def test_close_failed_that_came_before_does_not_open_again(
    session: SenceSession, stopped_clock: time_machine.Traveller
) -> None:
    """A2: refreshing an old error must not undo the close asked for since."""
    ask_to_close(open_it(session))
    old = close_failed(session, "100", at=NOW + MINUTE)
    stopped_clock.move_to(NOW + MINUTE)
    post("close_failed", old)
    ask_to_close(SenceSession.objects.get(), after=2 * MINUTE)
    stopped_clock.move_to(NOW + 3 * MINUTE)
    post("close_failed", old)
    assert (last().outcome, state_of(session)) == (
        Outcome.REPEATED,
        SessionState.CLOSING,
    )


UNDATED = [{"FechaHora": ""}, {"FechaHora": "ahora"}, {}]  # {}: the start's, as printed


@pytest.mark.parametrize("undated", UNDATED)
def test_close_failed_in_the_same_words_after_a_new_close_opens_again(
    session: SenceSession,
    stopped_clock: time_machine.Traveller,
    undated: dict[str, str],
) -> None:
    """SENCE refused twice: without its own time both errors have the same bytes."""
    ask_to_close(open_it(session))
    same = {**close_failed(session, "100"), **undated}
    for minutes in (2, 4):
        stopped_clock.move_to(NOW + minutes * MINUTE)
        post("close_failed", same)
        assert (last().outcome, state_of(session)) == (
            Outcome.APPLIED,
            SessionState.OPEN,
        )
        post("close_failed", same)
        assert (last().outcome, state_of(session)) == (
            Outcome.REPEATED,
            SessionState.OPEN,
        )
        ask_to_close(SenceSession.objects.get(), after=(minutes + 1) * MINUTE)
    assert TransitionLog.objects.filter(transition="reopen").count() == 2


def test_close_failed_that_came_before_the_new_close_and_is_decided_after_it(
    session: SenceSession, stopped_clock: time_machine.Traveller
) -> None:
    """A2: the second tab's copy lost its process; it says nothing of the new close."""
    ask_to_close(open_it(session))
    stopped_clock.move_to(NOW + 2 * MINUTE)
    same = close_failed(session, "100", FechaHora="")
    post("close_failed", same)
    ReceiptFactory(
        session=session,
        kind="close_failed",
        received_at=NOW + 2 * MINUTE,
        body=urlencoded(same),
    )
    ask_to_close(SenceSession.objects.get(), after=3 * MINUTE)
    assert decide_pending(now=NOW + 10 * MINUTE) == 1
    assert (last().outcome, state_of(session)) == (
        Outcome.REPEATED,
        SessionState.CLOSING,
    )


@pytest.mark.parametrize("code", ["301", "304", "305", "310"])
def test_close_failed_that_may_have_lost_the_session_is_flagged(
    session: SenceSession, code: str
) -> None:
    ask_to_close(open_it(session))
    post("close_failed", close_failed(session, code))
    assert Flag.CLOSE_LOST in last().flags


@pytest.mark.parametrize("code", ["301", "304", "305", "310"])
def test_close_failed_after_the_close_was_confirmed_is_not_flagged_as_lost(
    session: SenceSession, code: str
) -> None:
    """SENCE said that it has the close: a late error takes nothing back."""
    ask_to_close(open_it(session))
    post("close_confirmed", close_confirmed(session))
    post("close_failed", close_failed(session, code))
    assert (last().outcome, state_of(session)) == (Outcome.LATE, SessionState.CLOSED)
    assert Flag.CLOSE_LOST not in last().flags


def test_close_failed_of_a_session_that_expired_is_flagged_as_lost(
    session: SenceSession, stopped_clock: time_machine.Traveller
) -> None:
    ask_to_close(open_it(session))
    stopped_clock.move_to(NOW + timedelta(days=1))
    post("close_failed", close_failed(session, "305"))
    assert state_of(session) == SessionState.EXPIRED
    assert Flag.CLOSE_LOST in last().flags


def test_close_refused_reads_as_a_close_wherever_operators_are_told(
    session: SenceSession, admin: SignedIn
) -> None:
    """At home, with the action and with the token: 301 says more of a close."""
    ask_to_close(open_it(session))
    post("close_failed", close_failed(session, "301"))
    of_close = lookup("301").diagnosis_on_close
    assert of_close
    action = session.enrolment.action
    assert [one.error.diagnosis for one in refusals(action, now=NOW)] == [of_close]
    today = errors_of_today(admin.membership, now=NOW)
    assert [one.error.diagnosis for one in today] == [of_close]
    ((_, result),) = with_results(tokens_of(admin.membership), now=NOW)
    assert result is not None
    assert result.words == (of_close,)


def test_refusal_of_the_start_and_of_the_close_are_told_apart(
    session: SenceSession, admin: SignedIn
) -> None:
    ask_to_close(open_it(session))
    post("close_failed", close_failed(session, "301"))
    other = SenceSessionFactory(enrolment__action=session.enrolment.action)
    post("start_failed", start_failed(other, "301"))
    told = {lookup("301").diagnosis, lookup("301").diagnosis_on_close}
    action = session.enrolment.action
    assert {one.error.diagnosis for one in refusals(action, now=NOW)} == told
    today = errors_of_today(admin.membership, now=NOW)
    assert {one.error.diagnosis for one in today} == told
