"""A3: two at the same moment, on PostgreSQL: exactly one wins, both see the result."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from attendance.models import (
    AlertSubject,
    Decision,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.services.alerts import Trouble, raise_alert
from attendance.services.callbacks import decide_pending
from attendance.services.decisions import decide
from attendance.services.limits import SWEEP_AFTER, end_if_over, settle_all
from attendance.services.sessions import request_close, start
from courses.models import Enrolment
from otec_portal.core import outbox
from otec_portal.core.models import OutgoingEmail, TransitionLog
from tests.at_once import at_once
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.factories.core import OutgoingEmailFactory, TrainingBodyFactory
from tests.factories.courses import EnrolmentFactory
from tests.sence_messages import close_confirmed, post, start_confirmed, urlencoded

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql", "stopped_clock"),
]
WORKERS = 6
ROUNDS = 5


def the(session: SenceSession) -> SenceSession:
    return SenceSession.objects.get(pk=session.pk)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_start_confirmed_by_several_at_once_opens_once(_round: int) -> None:
    """A3: one transition; every browser is sent on to the same page."""
    session = SenceSessionFactory()
    fields = start_confirmed(session)
    answers = at_once(*[lambda: post("start_confirmed", fields)] * WORKERS)
    assert {answer.status_code for answer in answers} == {303}
    assert the(session).state == SessionState.OPEN
    assert TransitionLog.objects.filter(transition="open").count() == 1
    assert Receipt.objects.count() == WORKERS
    outcomes = sorted(Decision.objects.values_list("outcome", flat=True))
    assert outcomes == [Outcome.APPLIED] + [Outcome.REPEATED] * (WORKERS - 1)
    assert {str(one.flags) for one in Decision.objects.all()} == {"[]"}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_close_confirmed_by_several_at_once_closes_once(_round: int) -> None:
    """A3"""
    session = SenceSessionFactory(closing=True)
    fields = close_confirmed(session, at=NOW + timedelta(seconds=1))
    answers = at_once(*[lambda: post("close_confirmed", fields)] * WORKERS)
    assert {answer.status_code for answer in answers} == {303}
    assert the(session).state == SessionState.CLOSED
    assert TransitionLog.objects.filter(transition="close").count() == 1
    outcomes = sorted(Decision.objects.values_list("outcome", flat=True))
    assert outcomes == [Outcome.APPLIED] + [Outcome.REPEATED] * (WORKERS - 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_start_confirmed_and_failed_at_once_is_one_of_the_two(_round: int) -> None:
    """A3: an answer of either kind wins; the other is kept for review."""
    session = SenceSessionFactory()
    good = start_confirmed(session)
    bad = {**good, "GlosaError": "100"}
    at_once(lambda: post("start_confirmed", good), lambda: post("start_failed", bad))
    assert the(session).state in {SessionState.OPEN, SessionState.FAILED}
    assert TransitionLog.objects.filter(target_id=session.pk).count() == 1
    outcomes = list(Decision.objects.values_list("outcome", flat=True))
    assert outcomes.count(Outcome.APPLIED) == 1
    assert set(outcomes) <= {Outcome.APPLIED, Outcome.LATE, Outcome.OUT_OF_ORDER}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_start_pressed_in_several_tabs_at_once_is_one_attempt(_round: int) -> None:
    """A3, A10: the same form in every tab."""
    enrolment = EnrolmentFactory()

    def press() -> dict[str, str]:
        return start(Enrolment.objects.get(pk=enrolment.pk), now=NOW).fields

    forms = at_once(*[press] * WORKERS)
    assert all(form == forms[0] for form in forms)
    assert SenceSession.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_close_pressed_in_several_tabs_at_once_asks_once(_round: int) -> None:
    """A3"""
    session = SenceSessionFactory(opened=True)
    forms = at_once(*[lambda: request_close(the(session), now=NOW).fields] * WORKERS)
    assert all(form == forms[0] for form in forms)
    assert the(session).state == SessionState.CLOSING
    assert TransitionLog.objects.count() == 1


def behind(first: Callable[[], object], then: Callable[[], object]) -> None:
    """Do `first`; before it is committed begin `then`, which must wait for its row."""
    done, waiting = Event(), Event()

    def lead() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert waiting.wait(30)

    def follow() -> None:
        assert done.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (mine,) = cursor.fetchone()
        Thread(target=watch, args=(mine,)).start()
        then()

    def watch(process: int) -> None:
        try:
            for _ in range(300):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT cardinality(pg_blocking_pids(%s))", [process]
                    )
                    if cursor.fetchone() != (0,):
                        waiting.set()
                        return
                sleep(0.1)
        finally:
            connection.close()

    at_once(lead, follow)


def test_close_confirmed_while_the_job_expires_it_is_late() -> None:
    """A3, A8: a close that lost against the clock is kept as late."""
    session = SenceSessionFactory(closing=True)
    fields = close_confirmed(session, at=NOW)
    after = session.expires_at + 2 * SWEEP_AFTER
    behind(lambda: settle_all(now=after), lambda: post("close_confirmed", fields))
    assert the(session).state == SessionState.EXPIRED
    assert Decision.objects.get().outcome == Outcome.LATE


def test_close_confirmed_before_the_job_expires_it_is_closed() -> None:
    """A3: the job that comes second leaves it as it is."""
    session = SenceSessionFactory(closing=True)
    fields = close_confirmed(session, at=NOW)
    after = session.expires_at + 2 * SWEEP_AFTER
    stale = the(session)
    behind(
        lambda: post("close_confirmed", fields), lambda: end_if_over(stale, now=after)
    )
    assert the(session).state == stale.state == SessionState.CLOSED
    assert Decision.objects.get().outcome == Outcome.APPLIED


def test_overdue_sessions_settled_by_several_jobs_end_once() -> None:
    """F10: two workers, one transition each."""
    sessions = [SenceSessionFactory(opened=True) for _ in range(5)]
    after = sessions[0].expires_at + 2 * SWEEP_AFTER
    at_once(*[lambda: settle_all(now=after)] * WORKERS)
    assert {the(one).state for one in sessions} == {SessionState.EXPIRED}
    assert TransitionLog.objects.count() == 5


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_alert_of_one_cause_by_several_at_once_is_one_and_counts_all(
    _round: int,
) -> None:
    """Once per cause, however many participants strike it at once."""
    body = TrainingBodyFactory()

    def strike() -> None:
        trouble = Trouble(
            training_body=body,
            action=None,
            subject=AlertSubject.TOKENS,
            cause="sence:211:token1",
            title="x",
            next_step="y",
        )
        raise_alert(trouble, at=NOW)

    at_once(*[strike] * WORKERS)
    assert OperatorAlert.objects.get().times == WORKERS


def test_mail_due_sent_by_several_workers_leaves_once(mailoutbox: list[object]) -> None:
    """F10: the claim decides."""
    for _ in range(5):
        OutgoingEmailFactory()
    sent = at_once(*[lambda: outbox.send_due(now=NOW)] * WORKERS)
    assert sum(sent) == 5
    assert len(mailoutbox) == 5
    assert set(OutgoingEmail.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_pending_receipts_decided_by_several_workers_are_decided_once() -> None:
    """F10: a second worker finds the work done, and does not stumble over it."""
    for _ in range(3):
        session = SenceSessionFactory()
        body = urlencoded(start_confirmed(session))
        ReceiptFactory(session=session, body=body, length=len(body))
    later = NOW + timedelta(minutes=2)
    at_once(*[lambda: decide_pending(now=later)] * WORKERS)
    assert Decision.objects.count() == 3
    assert TransitionLog.objects.filter(transition="open").count() == 3


@pytest.mark.parametrize("moves", [True, False])
def test_receipt_decided_by_several_at_once_has_one_decision(moves: bool) -> None:
    """F10: the page that stored it, the job, a second press: all get the same one."""
    session = SenceSessionFactory()
    fields = start_confirmed(session, **({} if moves else {"CodigoCurso": "9999999"}))
    body = urlencoded(fields)
    receipt = ReceiptFactory(session=session, body=body, length=len(body))

    def once() -> int:
        return decide(receipt=receipt, session=the(session), now=NOW).pk

    assert set(at_once(*[once] * WORKERS)) == {Decision.objects.get().pk}
    assert TransitionLog.objects.count() == moves
    assert OperatorAlert.objects.count() == (not moves)
