"""Late, unknown and undecided callbacks: evidence is kept, nothing comes alive (A8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from attendance.models import (
    Decision,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.services.callbacks import (
    KEPT_OF_STRANGERS,
    PENDING_AFTER,
    decide_pending,
)
from attendance.services.limits import SWEEP_AFTER, UNDECIDED_FOR, settle_all
from attendance.tasks import settle_overdue_sessions
from otec_portal.core.models import TransitionLog
from tests.factories import NOW, SECRET, TICK
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    state_of,
    urlencoded,
)

pytestmark = pytest.mark.django_db
MESSAGES: dict[str, Callable[[SenceSession], dict[str, str]]] = {
    "start_confirmed": start_confirmed,
    "start_failed": start_failed,
    "close_confirmed": close_confirmed,
    "close_failed": close_failed,
}


def test_start_confirmed_at_its_very_limit_opens(
    stopped_clock: time_machine.Traveller,
) -> None:
    """At the very limit still within."""
    session = SenceSessionFactory()
    stopped_clock.move_to(session.start_by)
    post("start_confirmed", start_confirmed(session))
    assert state_of(session) == SessionState.OPEN


@pytest.mark.parametrize("job_ran", [False, True])
def test_start_confirmed_after_its_limit_is_late(
    stopped_clock: time_machine.Traveller, job_ran: bool
) -> None:
    """A8: whether or not the job has run; never revived silently."""
    session = SenceSessionFactory()
    after = session.start_by + (SWEEP_AFTER if job_ran else 0 * TICK) + TICK
    stopped_clock.move_to(after)
    assert settle_all(now=after) == job_ran
    answer = post("start_confirmed", start_confirmed(session))
    assert answer.status_code == 303
    assert state_of(session) == SessionState.ABANDONED
    assert Decision.objects.get().outcome == Outcome.LATE
    assert Receipt.objects.awaiting_review().count() == 1


@pytest.mark.parametrize("job_ran", [False, True])
def test_close_confirmed_after_the_maximum_is_late(
    stopped_clock: time_machine.Traveller, job_ran: bool
) -> None:
    """A8: evidence kept, "tardío", human review."""
    session = SenceSessionFactory(closing=True)
    after = session.expires_at + (SWEEP_AFTER if job_ran else 0 * TICK) + TICK
    stopped_clock.move_to(after)
    assert settle_all(now=after) == job_ran
    post("close_confirmed", close_confirmed(session, at=after))
    assert state_of(session) == SessionState.EXPIRED
    assert Decision.objects.get().outcome == Outcome.LATE


def test_close_confirmed_at_the_very_maximum_closes(
    stopped_clock: time_machine.Traveller,
) -> None:
    session = SenceSessionFactory(closing=True)
    stopped_clock.move_to(session.expires_at)
    post("close_confirmed", close_confirmed(session, at=session.expires_at))
    assert state_of(session) == SessionState.CLOSED


@pytest.mark.parametrize("life", ["closed", "failed", "abandoned", "expired"])
@pytest.mark.parametrize("kind", MESSAGES)
def test_callback_for_a_session_that_is_over_never_moves_it(
    stopped_clock: object, life: str, kind: str
) -> None:
    """A8: stored, decided, no transition, whatever came."""
    session = SenceSessionFactory(**{life: True})
    answer = post(kind, MESSAGES[kind](session))
    assert answer.status_code == 303
    assert state_of(session) == life
    assert not TransitionLog.objects.exists()
    outcome = Decision.objects.get().outcome
    assert outcome == Outcome.LATE


def test_callback_with_an_unknown_id_is_kept_and_answered_neutrally(
    stopped_clock: object,
) -> None:
    """A4: no change, counted, a neutral page."""
    session = SenceSessionFactory()
    answer = post("start_confirmed", start_confirmed(session, IdSesionAlumno="unknown"))
    assert answer.status_code == 404
    receipt = Receipt.objects.get()
    assert receipt.session_id == "unknown"
    assert not Decision.objects.exists()
    assert state_of(session) == SessionState.STARTING
    told = answer.content.decode()
    assert session.enrolment.participant.last_names not in told


def test_callback_with_a_tampered_id_moves_nothing(stopped_clock: object) -> None:
    """A4: one character is enough."""
    session = SenceSessionFactory()
    last = "x" if session.nonce[-1] != "x" else "y"
    for nonce in (session.nonce[:-1] + last, session.nonce + "a", session.nonce[:-1]):
        fields = start_confirmed(session, IdSesionAlumno=nonce)
        assert post("start_confirmed", fields).status_code == 404
    assert state_of(session) == SessionState.STARTING


def test_callback_with_the_id_in_another_case_is_unknown(stopped_clock: object) -> None:
    """A4"""
    session = SenceSessionFactory(nonce="aBcDeF")
    fields = start_confirmed(session, IdSesionAlumno="AbCdEf")
    assert post("start_confirmed", fields).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"IdSesionAlumno=", b"IdSesionAlumno=%00", b"a" * 200, b"\xff\xfe"]
)
def test_callback_without_a_usable_id_is_refused_and_not_kept(body: bytes) -> None:
    """A4"""
    assert post("start_confirmed", body).status_code == 400
    assert not Receipt.objects.exists()


def test_callback_of_a_stranger_is_kept_up_to_16_kib() -> None:
    body = b"IdSesionAlumno=unknown&a=" + b"x" * 100_000
    assert post("start_confirmed", body).status_code == 404
    receipt = Receipt.objects.get()
    assert len(receipt.body) == KEPT_OF_STRANGERS == 16_384
    assert receipt.length == len(body)


def test_callback_of_a_stranger_keeps_no_token_either() -> None:
    """B5"""
    post("start_confirmed", f"IdSesionAlumno=u&Token={SECRET}".encode())
    assert SECRET.encode() not in bytes(Receipt.objects.get().body)


def pending(session: SenceSession) -> Receipt:
    """A receipt whose process died before it could decide."""
    body = urlencoded(start_confirmed(session))
    receipt: Receipt = ReceiptFactory(session=session, body=body, length=len(body))
    return receipt


def test_receipt_left_undecided_is_decided_later_as_of_its_arrival() -> None:
    """F5: nothing lost, and the limits go by when it came."""
    session = SenceSessionFactory()
    pending(session)
    assert decide_pending(now=NOW + PENDING_AFTER - TICK) == 0
    much_later = NOW + UNDECIDED_FOR
    assert session.start_by + SWEEP_AFTER < much_later
    assert settle_all(now=much_later) == 0
    assert decide_pending(now=much_later) == 1
    assert decide_pending(now=much_later) == 0
    session.refresh_from_db()
    assert (session.state, session.opened_at) == (SessionState.OPEN, NOW)
    # both say when it was decided, not when it came
    assert Decision.objects.get().at == much_later
    assert TransitionLog.objects.get().at == much_later


def test_receipt_decided_late_that_came_after_the_limit_ends_the_session() -> None:
    """As of its arrival; the log says when that was found out."""
    session = SenceSessionFactory(closing=True)
    body = urlencoded(close_confirmed(session))
    came_at = session.expires_at + TICK
    ReceiptFactory(
        session=session, kind="close_confirmed", received_at=came_at, body=body
    )
    much_later = came_at + timedelta(days=2)
    assert decide_pending(now=much_later) == 1
    assert Decision.objects.get().outcome == Outcome.LATE
    log = TransitionLog.objects.get()
    assert (log.transition, log.at) == ("expire", much_later)


def test_receipt_undecided_for_too_long_holds_its_session_no_more() -> None:
    session = SenceSessionFactory()
    pending(session)
    assert settle_all(now=NOW + UNDECIDED_FOR) == 0
    assert settle_all(now=NOW + UNDECIDED_FOR + TICK) == 1


def test_receipt_of_a_stranger_is_never_pending() -> None:
    ReceiptFactory(session=None, session_id="unknown")
    assert decide_pending(now=NOW + PENDING_AFTER) == 0


def test_receipt_that_can_not_be_decided_does_not_keep_back_the_others(
    caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    """F5: what breaks one must not stop the queue; it stays, and is told of."""
    settings.SENCE_SESSION_MAX = 10**12  # seconds: a limit that no date can hold
    broken = SenceSessionFactory()
    sound = SenceSessionFactory(enrolment__action__session_max_minutes=180)
    pending(broken)
    pending(sound)
    assert decide_pending(now=NOW + PENDING_AFTER) == 1
    assert [state_of(broken), state_of(sound)] == ["starting", "open"]
    assert "still undecided" in caplog.text


def test_receipt_that_stays_undecided_is_tried_for_ever_and_told_of_once(
    settings: Settings,
) -> None:
    """F5: nothing is lost for being old."""
    maximum, settings.SENCE_SESSION_MAX = settings.SENCE_SESSION_MAX, 10**12
    session = SenceSessionFactory()
    pending(session)
    decide_pending(now=NOW + UNDECIDED_FOR - TICK)
    assert not OperatorAlert.objects.exists()
    decide_pending(now=NOW + UNDECIDED_FOR)
    decide_pending(now=NOW + 2 * UNDECIDED_FOR)
    assert OperatorAlert.objects.get().times == 1
    settings.SENCE_SESSION_MAX = maximum
    assert decide_pending(now=NOW + timedelta(days=31)) == 1
    assert state_of(session) == SessionState.OPEN


def test_task_that_ends_sessions_first_decides_what_came_in_time(
    stopped_clock: time_machine.Traveller,
) -> None:
    """After a night without workers an answer that came in time still counts."""
    session = SenceSessionFactory()
    pending(session)
    stopped_clock.move_to(NOW + timedelta(hours=2))
    assert settle_overdue_sessions() == 0
    assert state_of(session) == SessionState.OPEN


def test_callback_whose_token_can_not_be_read_is_kept_and_decided(
    stopped_clock: object, settings: Settings
) -> None:
    """C12: a key thrown away too early must not cost evidence."""
    session = SenceSessionFactory()
    settings.ENCRYPTION_KEYS = ["another"]
    assert post("start_confirmed", start_confirmed(session)).status_code == 303
    assert Receipt.objects.count() == 1
    assert Decision.objects.get().outcome == Outcome.APPLIED
