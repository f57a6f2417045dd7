"""Which answers are the same one, and which wait for a person (A2, A6, A8)."""

from datetime import datetime, timedelta

import pytest
import time_machine

from attendance.models import (
    Clock,
    Decision,
    Flag,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
    Verdict,
)
from attendance.selectors import first_outcome
from attendance.services.reviews import may_accept, review
from attendance.services.sessions import request_close
from courses.models import TrainingAction
from courses.services import ActionClosed
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    state_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
SECOND = timedelta(seconds=1)
LIMIT = NOW + timedelta(hours=3)
LATER = LIMIT + timedelta(hours=2)


def last() -> Decision:
    return Decision.objects.latest("pk")


def outcomes() -> list[str]:
    return list(Decision.objects.order_by("pk").values_list("outcome", flat=True))


def written(at: datetime) -> str:
    fields = close_confirmed(SenceSession.objects.get(), at=at)
    return fields["FechaHora"]


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(0, Outcome.REPEATED), (1, Outcome.OUT_OF_ORDER)]
)
def test_start_again_is_repeated_only_at_the_same_time(
    seconds: int, outcome: Outcome
) -> None:
    session = SenceSessionFactory()
    post("start_confirmed", start_confirmed(session))
    again = start_confirmed(session, FechaHora=written(NOW + seconds * SECOND))
    post("start_confirmed", {**again, "Extra": "1"})  # other bytes
    assert outcomes() == [Outcome.APPLIED, outcome]


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(1, Outcome.REPEATED), (2, Outcome.LATE)]
)
def test_close_again_is_repeated_only_at_the_same_time(
    seconds: int, outcome: Outcome
) -> None:
    session = SenceSessionFactory(closing=True)
    post("close_confirmed", close_confirmed(session, at=NOW + SECOND))
    again = close_confirmed(session, at=NOW + seconds * SECOND)
    post("close_confirmed", {**again, "Extra": "1"})
    assert outcomes() == [Outcome.APPLIED, outcome]
    closed = SenceSession.objects.get()
    assert closed.closed_at == NOW + SECOND


@pytest.mark.parametrize("kind", ["close_confirmed", "close_failed"])
@pytest.mark.parametrize(("sence_id", "same"), [("S-7", True), ("S-8", False)])
def test_close_with_another_sence_id_is_quarantined(
    kind: str, sence_id: str, same: bool
) -> None:
    """A14: it may be absent; present, it is the one of the start."""
    session = SenceSessionFactory(closing=True, sence_id="S-7")
    fields = close_failed if kind == "close_failed" else close_confirmed
    post(kind, fields(session, at=NOW + SECOND, IdSesionSence=sence_id))
    assert (last().outcome == Outcome.APPLIED) is same
    assert (Flag.SENCE_ID_DIFFERS in last().flags) is not same
    assert (state_of(session) == SessionState.CLOSING) is not same


def test_copy_of_a_quarantined_answer_asks_nobody_again_and_is_not_believed() -> None:
    session = SenceSessionFactory()
    for _ in range(3):
        post("start_confirmed", start_confirmed(session, RunAlumno="12345678-5"))
    assert outcomes() == [Outcome.QUARANTINED, Outcome.COPIED, Outcome.COPIED]
    assert Receipt.objects.awaiting_review().count() == 1
    assert OperatorAlert.objects.get().times == 1
    copy = Receipt.objects.latest("pk")
    assert not copy.believed
    assert first_outcome(copy) == Outcome.QUARANTINED


def test_copy_of_a_late_close_asks_nobody_again() -> None:
    session = SenceSessionFactory(expired=True)
    for _ in range(2):
        post("close_confirmed", close_confirmed(session, at=NOW + SECOND))
    assert outcomes() == [Outcome.LATE, Outcome.COPIED]


def test_copy_of_an_applied_error_after_the_close_is_repeated() -> None:
    session = SenceSessionFactory(closing=True)
    error = close_failed(session, at=NOW + SECOND)
    post("close_failed", error)
    post("close_confirmed", close_confirmed(session, at=NOW + SECOND))
    post("close_failed", error)
    assert outcomes() == [Outcome.APPLIED, Outcome.APPLIED, Outcome.REPEATED]


def test_close_out_of_order_counts_once_a_close_was_asked_for(
    stopped_clock: time_machine.Traveller,
) -> None:
    """The same bytes judged anew where they now may move something."""
    session = SenceSessionFactory(opened=True)
    undated = close_confirmed(session, FechaHora="")
    post("close_confirmed", undated)
    request_close(session, now=NOW + SECOND)
    stopped_clock.move_to(NOW + 2 * SECOND)
    post("close_confirmed", undated)
    assert outcomes() == [Outcome.OUT_OF_ORDER, Outcome.APPLIED]


@pytest.mark.parametrize("glosa", [";", " , ", "\u200b"])
@pytest.mark.parametrize("kind", ["start_confirmed", "close_confirmed"])
def test_error_that_names_nothing_on_the_success_address_is_an_error(
    kind: str, glosa: str
) -> None:
    """A13"""
    closing = kind == "close_confirmed"
    session = SenceSessionFactory(closing=closing)
    post(kind, {**start_confirmed(session), "GlosaError": glosa})
    expected = SessionState.OPEN if closing else SessionState.FAILED
    assert state_of(session) == expected
    assert last().flags == [Flag.ERROR_ON_SUCCESS, Flag.NO_ERROR_CODE]
    assert Receipt.objects.errors().count() == 1


def test_late_close_with_such_an_error_can_not_be_accepted() -> None:
    session = SenceSessionFactory(expired=True)
    post("close_confirmed", close_confirmed(session, GlosaError=";"))
    assert not may_accept(Receipt.objects.get())


@pytest.mark.parametrize(
    ("behind", "flags", "clock"),
    [
        (timedelta(), [], Clock.SENCE),
        (timedelta(seconds=7), [], Clock.SENCE),
        (timedelta(minutes=5), [], Clock.SENCE),
        (timedelta(minutes=5, seconds=1), [Flag.TIME_BEFORE_FORM], Clock.PORTAL),
    ],
)
def test_start_by_a_clock_that_is_behind_goes_by_it_up_to_five_minutes(
    behind: timedelta, flags: list[Flag], clock: Clock
) -> None:
    """It may seem to lie before the form was handed out."""
    session = SenceSessionFactory(started_at=NOW)
    stated = NOW - behind
    post("start_confirmed", start_confirmed(session, FechaHora=written(stated)))
    session.refresh_from_db()
    assert (last().flags, session.opened_clock) == (flags, clock)
    assert session.opened_at == (NOW if flags else stated)


@pytest.mark.parametrize(
    ("stated", "counted", "clock"),
    [
        (NOW, LIMIT, Clock.MAXIMUM),
        (NOW + SECOND, NOW + SECOND, Clock.SENCE),
        (LIMIT, LIMIT, Clock.SENCE),
        (LIMIT + SECOND, LIMIT, Clock.MAXIMUM),
    ],
)
def test_late_close_delivered_much_later_counts_to_the_time_that_sence_states(
    stopped_clock: time_machine.Traveller,
    stated: datetime,
    counted: datetime,
    clock: Clock,
) -> None:
    """A8: never more than SENCE itself says; what is odd stands with the answer."""
    session = SenceSessionFactory(closing=True)
    stopped_clock.move_to(LATER)
    post("close_confirmed", close_confirmed(session, at=stated))
    odd = Flag.TIME_BEFORE_START if stated == NOW else Flag.TIME_OFF
    assert (last().outcome, last().flags) == (Outcome.LATE, [odd])
    receipt = Receipt.objects.get()
    review(receipt, verdict=Verdict.ACCEPTED, note="", by=UserFactory(), at=LATER)
    session.refresh_from_db()
    assert (session.closed_at, session.closed_clock) == (counted, clock)


@pytest.mark.parametrize("verdict", Verdict)
def test_late_close_of_a_frozen_action_is_not_accepted_and_may_be_dismissed(
    verdict: Verdict,
) -> None:
    """What was certified is frozen."""
    session = SenceSessionFactory(expired=True)
    post("close_confirmed", close_confirmed(session, at=NOW + SECOND))
    receipt = Receipt.objects.get()
    TrainingAction.objects.update(frozen_at=NOW)
    given = {"verdict": verdict, "note": "", "by": UserFactory(), "at": NOW}
    if verdict == Verdict.ACCEPTED:
        with pytest.raises(ActionClosed):
            review(receipt, **given)
        assert Receipt.objects.awaiting_review().get() == receipt
    else:
        review(receipt, **given)
    assert state_of(session) == SessionState.EXPIRED


def test_late_start_failure_is_copied_without_a_second_alert() -> None:
    session = SenceSessionFactory(abandoned=True)
    for _ in range(2):
        post("start_failed", start_failed(session, "204"))
    assert outcomes() == [Outcome.LATE, Outcome.COPIED]
    assert OperatorAlert.objects.get().times == 1
