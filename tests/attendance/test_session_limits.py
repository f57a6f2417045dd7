"""How a session ends from our side: its limits on the clock, and the close."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from attendance.models import Handover, SenceSession, SessionState, Step
from attendance.services.sessions import (
    NotRunning,
    live_session,
    request_close,
    settle,
    settle_all,
)
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.factories import NOW, SESSION_MAX, SenceSessionFactory

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def state_of(session: SenceSession) -> str:
    return SenceSession.objects.get(pk=session.pk).state


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
    every = SenceSession.objects
    assert not (every.unanswered(limit) | every.overdue(limit)).exists()
    assert not settle(session, now=limit)
    assert settle_all(now=limit) == 0
    assert state_of(session) == before
    assert live_session(session.enrolment, now=limit) == session
    assert settle_all(now=limit + TICK) == 1
    assert state_of(session) == over
    assert settle_all(now=limit + TICK) == 0
    assert live_session(session.enrolment, now=limit) is None
    assert TransitionLog.objects.get().at == limit + TICK


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
