"""How a session ends from our side: its limits on the clock, and the close."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, transaction

from attendance.models import RUNNING, Handover, SenceSession, SessionState, Step
from attendance.services.decisions import decide
from attendance.services.limits import (
    SENCE_TAKES,
    SWEEP_AFTER,
    end_if_over,
    settle_all,
)
from attendance.services.sessions import (
    NotRunning,
    live_session,
    request_close,
    settle,
    start,
)
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.factories import NOW, SESSION_MAX, TICK
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.sence_messages import start_confirmed, state_of, urlencoded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("life", "field", "over"),
    [
        ({}, "start_by", SessionState.ABANDONED),
        ({"opened": True}, "expires_at", SessionState.EXPIRED),
        ({"closing": True}, "expires_at", SessionState.EXPIRED),
    ],
)
def test_session_at_its_very_limit_is_within_and_after_it_over(
    life: dict[str, bool], field: str, over: SessionState
) -> None:
    """A9: limits go by the clock, not by whether a job has run yet."""
    session = SenceSessionFactory(**life)
    limit = getattr(session, field)
    before = session.state
    assert not settle(session, now=limit)
    assert live_session(session.enrolment, now=limit) == session
    assert state_of(session) == before
    assert settle(session, now=limit + TICK)
    assert state_of(session) == over
    assert live_session(session.enrolment, now=limit) is None
    assert TransitionLog.objects.get().at == limit + TICK


@pytest.mark.parametrize("life", ["", "opened", "closing", "closed", "failed"])
@pytest.mark.parametrize("late", [-TICK, 0 * TICK, TICK])
@pytest.mark.parametrize("field", ["start_by", "expires_at"])
def test_session_stands_at_the_same_place_for_sql_and_for_a_row(
    life: str, late: timedelta, field: str
) -> None:
    """A list must not show what the page of the session denies."""
    session = SenceSessionFactory(**({life: True} if life else {}))
    now = (getattr(session, field) or session.start_by) + late
    every = SenceSession.objects
    state = session.state_at(now)
    found = {
        SessionState.ABANDONED: every.unanswered(now).exists(),
        SessionState.EXPIRED: every.overdue(now).exists(),
        SessionState.OPEN: every.running(now).exists(),
    }
    expected = SessionState.OPEN if state in RUNNING else state
    assert [place for place, there in found.items() if there] == (
        [expected] if expected in found else []
    )


@pytest.mark.parametrize(
    ("life", "field", "over"),
    [
        ({}, "start_by", SessionState.ABANDONED),
        ({"closing": True}, "expires_at", SessionState.EXPIRED),
    ],
)
def test_sweep_waits_some_seconds_for_an_answer_on_its_way(
    life: dict[str, bool], field: str, over: SessionState
) -> None:
    """A9: what arrived in time may still be on its way into the database."""
    session = SenceSessionFactory(**life)
    before = session.state
    limit = getattr(session, field) + SWEEP_AFTER
    assert settle_all(now=limit) == 0
    assert state_of(session) == before
    assert settle_all(now=limit + TICK) == 1
    assert state_of(session) == over
    assert settle_all(now=limit + TICK) == 0
    assert TransitionLog.objects.get().at == limit + TICK


def test_answer_that_came_at_the_limit_and_is_stored_after_a_sweep_counts(
    stopped_clock: time_machine.Traveller,
) -> None:
    """A1: between its arrival and its storing the job ran."""
    session = SenceSessionFactory()
    came_at = session.start_by
    body = urlencoded(start_confirmed(session))
    assert settle_all(now=came_at + SWEEP_AFTER) == 0
    receipt = ReceiptFactory(session=session, received_at=came_at, body=body)
    decide(
        receipt=receipt,
        session=session,
        now=came_at + SWEEP_AFTER,
    )
    assert state_of(session) == SessionState.OPEN


@pytest.mark.parametrize("state", [SessionState.CLOSING, SessionState.CLOSED])
def test_session_closing_without_a_close_form_is_refused_by_the_database(
    state: SessionState,
) -> None:
    life = "closing" if state == SessionState.CLOSING else "closed"
    with pytest.raises(IntegrityError, match="close_handed"), transaction.atomic():
        SenceSessionFactory(**{life: True}, close_handed_at=None)
    assert SenceSessionFactory(expired=True, close_handed_at=None).is_over


def test_session_past_its_limit_is_ended_by_who_looks_first() -> None:
    session = SenceSessionFactory(opened=True)
    after = session.expires_at + TICK
    assert live_session(session.enrolment, now=after) is None
    assert state_of(session) == SessionState.EXPIRED


def test_session_settled_by_a_stale_row_is_told_apart() -> None:
    """Who comes second must not think that it is over when it went on."""
    session = SenceSessionFactory()
    stale = SenceSession.objects.get(pk=session.pk)
    after = session.start_by + TICK
    session.advance(
        "open",
        at=session.start_by,
        opened_at=session.start_by,
        opened_clock="sence",
        expires_at=session.start_by + SESSION_MAX,
        sence_id="S",
    )
    settled = settle(stale, now=after)
    assert state_of(session) == SessionState.OPEN
    assert stale.state == SessionState.OPEN
    assert not settled


def test_live_sessions_of_one_enrolment_are_never_two(enrolment: Enrolment) -> None:
    SenceSessionFactory(enrolment=enrolment, opened=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SenceSessionFactory(enrolment=enrolment)


def test_close_hands_out_its_form_with_sences_own_identifier() -> None:
    session = SenceSessionFactory(opened=True, sence_id="S-77")
    form = request_close(session, now=NOW)
    assert form.url == "https://sistemas.sence.cl/rcetest/Registro/CerrarSesion"
    assert form.fields["IdSesionSence"] == "S-77"
    assert form.fields["IdSesionAlumno"] == session.nonce
    assert form.fields["UrlRetoma"] == "https://portal.example/sence/cierre/"
    assert form.fields["UrlError"] == "https://portal.example/sence/cierre/error/"
    session.refresh_from_db()
    assert (session.state, session.close_handed_at) == (SessionState.CLOSING, NOW)


def test_close_asked_for_again_is_the_same_form() -> None:
    """A21: back, refresh: no second attempt."""
    session = SenceSessionFactory(opened=True)
    first = request_close(session, now=NOW).fields
    assert request_close(session, now=NOW + TICK).fields == first
    assert TransitionLog.objects.count() == 1
    assert Handover.objects.filter(step=Step.CLOSE).count() == 2


@pytest.mark.parametrize("life", ["", "closed", "expired", "failed", "abandoned"])
def test_close_of_what_does_not_run_is_refused(life: str) -> None:
    session = SenceSessionFactory(**({life: True} if life else {}))
    with pytest.raises(NotRunning) as refused:
        request_close(session, now=NOW)
    assert refused.value.code == "not_running"
    assert not Handover.objects.exists()


def test_close_at_the_very_limit_is_let_through_and_after_it_refused() -> None:
    session = SenceSessionFactory(opened=True)
    assert request_close(session, now=session.expires_at)
    other = SenceSessionFactory(opened=True)
    with pytest.raises(NotRunning):
        request_close(other, now=other.expires_at + TICK)
    assert state_of(other) == SessionState.EXPIRED


def test_close_of_a_frozen_action_is_still_possible() -> None:
    """What SENCE has open must be closable, whatever happened here."""
    session = SenceSessionFactory(opened=True, enrolment__action__frozen_at=NOW)
    assert request_close(session, now=NOW).session.state == SessionState.CLOSING


@pytest.fixture
def no_room_for_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form can't be kept: the database fails at that very statement."""

    def fail(**values: object) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(Handover.objects, "create", fail)


@pytest.mark.usefixtures("no_room_for_forms")
def test_close_whose_form_can_not_be_kept_moves_nothing() -> None:
    """No session is closing without a form that was handed out."""
    session = SenceSessionFactory(opened=True)
    with pytest.raises(OperationalError):
        request_close(session, now=NOW)
    kept = SenceSession.objects.get()
    assert (kept.state, kept.close_handed_at) == (SessionState.OPEN, None)
    assert not TransitionLog.objects.exists()


@pytest.mark.usefixtures("no_room_for_forms")
def test_start_whose_form_can_not_be_kept_leaves_no_attempt(
    enrolment: Enrolment,
) -> None:
    with pytest.raises(OperationalError):
        start(enrolment, now=NOW)
    assert not SenceSession.objects.exists()


@pytest.mark.parametrize(
    ("life", "field"),
    [
        ({}, "start_by"),
        ({"opened": True}, "expires_at"),
        ({"closing": True}, "expires_at"),
    ],
)
def test_limit_put_off_since_a_row_was_read_is_the_one_that_holds(
    life: dict[str, bool], field: str
) -> None:
    """The job read it before the participant pressed start again in another tab."""
    session = SenceSessionFactory(**life)
    stale = SenceSession.objects.get(pk=session.pk)
    after = getattr(session, field) + TICK
    SenceSession.objects.filter(pk=session.pk).update(**{field: after})
    assert not end_if_over(stale, now=after)
    assert not stale.is_over
    assert state_of(session) == session.state
    assert not TransitionLog.objects.exists()
    assert end_if_over(stale, now=after + TICK)


def test_start_pressed_in_an_older_moment_brings_no_limit_nearer(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tabs put the limit off; the one with the older clock writes last."""
    session = SenceSessionFactory(enrolment=enrolment)
    first = session.start_by - 2 * TICK
    later = session.start_by + SENCE_TAKES

    def other_tab(state: SenceSession, now: datetime) -> SessionState:
        SenceSession.objects.filter(pk=session.pk).update(start_by=later)
        return SessionState(state.state)

    monkeypatch.setattr(SenceSession, "state_at", other_tab)
    start(enrolment, now=first)
    session.refresh_from_db()
    assert session.start_by == later


@pytest.mark.parametrize("ending", ["fail", "abandon"])
def test_start_that_fails_in_the_moment_of_another_press_is_begun_anew(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Nothing runs: nobody is told that something does."""
    session = SenceSessionFactory(enrolment=enrolment)
    told = SenceSession.state_at

    def answered(one: SenceSession, now: datetime) -> SessionState:
        if SenceSession.objects.filter(pk=session.pk, state="starting").exists():
            SenceSession.objects.get(pk=session.pk).advance(ending, at=now)
        return told(one, now)

    monkeypatch.setattr(SenceSession, "state_at", answered)
    form = start(enrolment, now=session.start_by - TICK)
    assert form.session != session
    assert SenceSession.objects.live().get() == form.session
