"""An answer that came in time counts, whoever looks before it is decided (F5)."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from attendance.models import Decision, Outcome, Receipt, SenceSession, SessionState
from attendance.services.callbacks import decide_pending
from attendance.services.limits import UNDECIDED_FOR
from attendance.services.sessions import (
    AlreadyRunning,
    NotRunning,
    StartRefused,
    live_session,
    request_close,
    start,
)
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.factories import NOW, TICK
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.sence_messages import close_confirmed, start_confirmed, state_of, urlencoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
SECONDS = timedelta(seconds=5)


@pytest.fixture
def pending(enrolment: Enrolment) -> SenceSession:
    """A start whose answer came five seconds before the limit, undecided as yet."""
    session: SenceSession = SenceSessionFactory(enrolment=enrolment)
    body = urlencoded(start_confirmed(session))
    received_at = session.start_by - SECONDS
    ReceiptFactory(
        session=session, body=body, length=len(body), received_at=received_at
    )
    return session


def test_start_that_came_in_time_opens_when_the_button_is_pressed_after_the_limit(
    pending: SenceSession, enrolment: Enrolment
) -> None:
    after = pending.start_by + SECONDS
    with pytest.raises(AlreadyRunning):
        start(enrolment, now=after)
    assert state_of(pending) == SessionState.OPEN
    assert Decision.objects.get().outcome == Outcome.APPLIED
    assert TransitionLog.objects.get().at == after
    assert decide_pending(now=after + UNDECIDED_FOR) == 0
    assert SenceSession.objects.count() == 1


def test_close_that_came_in_time_closes_when_somebody_looks_after_the_limit(
    enrolment: Enrolment,
) -> None:
    session = SenceSessionFactory(enrolment=enrolment, closing=True)
    limit = session.expires_at
    body = urlencoded(close_confirmed(session, at=limit - SECONDS))
    ReceiptFactory(
        session=session, kind="close_confirmed", body=body, received_at=limit
    )
    assert live_session(enrolment, now=limit + SECONDS) is None
    assert state_of(session) == SessionState.CLOSED
    assert Decision.objects.get().outcome == Outcome.APPLIED


def test_answer_that_came_after_the_limit_is_late_whoever_looks(
    enrolment: Enrolment,
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    body = urlencoded(start_confirmed(session))
    after = session.start_by + TICK
    ReceiptFactory(session=session, body=body, received_at=after)
    assert start(enrolment, now=after).session != session
    assert state_of(session) == SessionState.ABANDONED
    assert Decision.objects.get().outcome == Outcome.LATE


@pytest.fixture
def undecidable(pending: SenceSession, settings: Settings) -> Receipt:
    settings.SENCE_SESSION_MAX = 10**12  # seconds: a limit that no date can hold
    return Receipt.objects.get()


def test_start_beside_an_answer_that_can_not_be_decided_waits_for_it(
    undecidable: Receipt, enrolment: Enrolment, pending: SenceSession
) -> None:
    latest = undecidable.received_at + UNDECIDED_FOR
    with pytest.raises(StartRefused) as refused:
        start(enrolment, now=latest)
    assert refused.value.code == "undecided"
    assert state_of(pending) == SessionState.STARTING
    assert start(enrolment, now=latest + TICK).session != pending
    assert state_of(pending) == SessionState.ABANDONED


def test_close_beside_an_answer_that_can_not_be_decided_waits_for_it(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SenceSessionFactory(enrolment=enrolment, closing=True)
    body = urlencoded(close_confirmed(session))
    limit = session.expires_at
    ReceiptFactory(
        session=session, kind="close_confirmed", body=body, received_at=limit
    )

    def fail(enrolment: Enrolment) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("attendance.services.decisions.recount", fail)
    with pytest.raises(NotRunning):
        request_close(session, now=limit + SECONDS)
    assert state_of(session) == SessionState.CLOSING
    monkeypatch.undo()
    assert decide_pending(now=NOW + timedelta(days=1)) == 1
    assert state_of(session) == SessionState.CLOSED
