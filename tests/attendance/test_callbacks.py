"""What a callback may do: stored first, decided once, never more than it says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import (
    Clock,
    Decision,
    Flag,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
    TokenState,
)
from attendance.services.sessions import request_close, start
from courses.models import Enrolment
from otec_portal.core.models import OutgoingEmail, TransitionLog
from tests.factories import NOW, SESSION_MAX
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import (
    KINDS,
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    state_of,
    urlencoded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    """Handed out at NOW, waiting for SENCE."""
    return start(enrolment, now=NOW).session


def outcomes() -> list[str]:
    return list(Decision.objects.order_by("pk").values_list("outcome", flat=True))


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


def test_start_confirmed_opens_the_session(session: SenceSession) -> None:
    """A1: one receipt, session open, 303."""
    answer = post("start_confirmed", start_confirmed(session, IdSesionSence="S-9"))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/sence/regreso/")
    assert not answer.cookies  # a cookie of this answer could sign the person out
    session.refresh_from_db()
    assert (session.state, session.sence_id) == (SessionState.OPEN, "S-9")
    assert (session.opened_at, session.opened_clock) == (NOW, Clock.SENCE)
    assert session.expires_at == NOW + SESSION_MAX
    receipt = Receipt.objects.get()
    assert (receipt.session_id, receipt.kind) == (session.nonce, "start_confirmed")
    assert (receipt.decision.outcome, receipt.decision.flags) == (Outcome.APPLIED, [])
    log = TransitionLog.objects.get()
    assert (log.transition, log.target_id) == ("open", session.pk)


def test_start_confirmed_of_an_action_with_its_own_maximum_runs_that_long(
    enrolment: Enrolment,
) -> None:
    enrolment.action.session_max_minutes = 45
    enrolment.action.save()
    opened = open_it(start(enrolment, now=NOW).session)
    assert opened.expires_at == NOW + 45 * MINUTE


def test_start_confirmed_five_times_opens_once(session: SenceSession) -> None:
    """A2: one transition, one mark, the same page each time."""
    answers = [post("start_confirmed", start_confirmed(session)) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {303}
    assert outcomes() == [Outcome.APPLIED] + [Outcome.REPEATED] * 4
    assert TransitionLog.objects.count() == 1
    assert Receipt.objects.count() == 5
    assert not OutgoingEmail.objects.exists()


def test_close_confirmed_without_sences_id_closes(session: SenceSession) -> None:
    """A14: a close has no IdSesionSence: it correlates by IdSesionAlumno."""
    ask_to_close(open_it(session))
    closed_at = NOW + 2 * MINUTE
    fields = close_confirmed(session, at=closed_at)
    assert "IdSesionSence" not in fields
    assert post("close_confirmed", fields).status_code == 303
    session.refresh_from_db()
    assert (session.state, session.closed_at) == (SessionState.CLOSED, closed_at)
    assert session.closed_clock == Clock.SENCE


def test_close_confirmed_five_times_closes_once(session: SenceSession) -> None:
    """A2"""
    ask_to_close(open_it(session))
    for _ in range(5):
        post("close_confirmed", close_confirmed(session, at=NOW + MINUTE))
    assert outcomes()[1:] == [Outcome.APPLIED] + [Outcome.REPEATED] * 4
    closes = TransitionLog.objects.filter(transition="close")
    assert closes.count() == 1


def test_close_before_start_is_stored_for_review(session: SenceSession) -> None:
    """A7"""
    post("close_confirmed", close_confirmed(session))
    assert state_of(session) == SessionState.STARTING
    assert (Receipt.objects.count(), outcomes()) == (1, [Outcome.OUT_OF_ORDER])
    assert Receipt.objects.awaiting_review().count() == 1


def test_close_confirmed_that_nobody_asked_for_is_out_of_order(
    session: SenceSession,
) -> None:
    """A7: no close form was handed out, so SENCE can't have confirmed it."""
    open_it(session)
    post("close_confirmed", close_confirmed(session, at=NOW + MINUTE))
    assert state_of(session) == SessionState.OPEN
    assert last().outcome == Outcome.OUT_OF_ORDER


def test_close_confirmed_after_a_close_error_closes(session: SenceSession) -> None:
    """A close confirmed for an open session that was handed a close form closes it."""
    ask_to_close(open_it(session))
    post("close_failed", close_failed(session))
    assert state_of(session) == SessionState.OPEN
    post("close_confirmed", close_confirmed(session, at=NOW + MINUTE))
    assert state_of(session) == SessionState.CLOSED


def test_start_failed_ends_the_attempt(session: SenceSession) -> None:
    answer = post("start_failed", start_failed(session, "100"))
    assert answer.status_code == 303
    assert state_of(session) == SessionState.FAILED
    assert (last().outcome, last().codes) == (Outcome.APPLIED, ["100"])
    assert not OperatorAlert.objects.exists()


def test_start_failed_five_times_fails_once(session: SenceSession) -> None:
    """A2: one transition, one mail."""
    for _ in range(5):
        post("start_failed", start_failed(session, "204"))
    assert outcomes() == [Outcome.APPLIED] + [Outcome.REPEATED] * 4
    assert TransitionLog.objects.filter(transition="fail").count() == 1
    assert OperatorAlert.objects.get().times == 1


def test_start_failed_with_two_codes_understands_both(session: SenceSession) -> None:
    """A11"""
    post("start_failed", start_failed(session, "211;204"))
    assert last().codes == ["211", "204"]
    assert {alert.code for alert in OperatorAlert.objects.all()} == {"211", "204"}
    session.token.refresh_from_db()
    assert session.token.state == TokenState.SUSPECT


def test_start_failed_with_sences_id_is_still_an_error(session: SenceSession) -> None:
    """A13: look at GlosaError before IdSesionSence."""
    post("start_failed", start_failed(session, "100", IdSesionSence="S-9"))
    session.refresh_from_db()
    assert (session.state, session.sence_id) == (SessionState.FAILED, "")


def test_start_error_on_the_success_address_is_an_error(session: SenceSession) -> None:
    """A13"""
    post("start_confirmed", start_confirmed(session, GlosaError="100"))
    assert state_of(session) == SessionState.FAILED
    assert last().flags == [Flag.ERROR_ON_SUCCESS]


def test_start_failed_without_a_code_is_an_error(session: SenceSession) -> None:
    """A13: an empty GlosaError on the error address."""
    post("start_failed", start_failed(session, ""))
    assert state_of(session) == SessionState.FAILED
    assert last().flags == [Flag.NO_ERROR_CODE]


def test_start_failed_with_an_unknown_code_keeps_it_and_alerts(
    session: SenceSession,
) -> None:
    """A15"""
    post("start_failed", start_failed(session, "987"))
    assert (last().codes, last().flags) == (["987"], [Flag.UNKNOWN_CODE])
    assert OperatorAlert.objects.get().code == "987"
    assert state_of(session) == SessionState.FAILED


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ({}, [Flag.SENCE_ID_SEEN]),
        ({"environment": "production"}, []),
        ({"stand_in": "http://127.0.0.1:9000"}, []),
    ],
)
def test_sence_id_of_another_session_is_flagged_within_the_same_sence(
    session: SenceSession, values: dict[str, str], flags: list[Flag]
) -> None:
    """Test, production and each stand-in number their sessions by themselves."""
    SenceSessionFactory(closed=True, sence_id="S-1", **values)
    post("start_confirmed", start_confirmed(session, IdSesionSence="S-1"))
    assert (last().outcome, last().flags) == (Outcome.APPLIED, flags)


def test_start_failed_after_it_opened_is_out_of_order(session: SenceSession) -> None:
    open_it(session)
    post("start_failed", start_failed(session, "100"))
    assert (state_of(session), last().outcome) == (
        SessionState.OPEN,
        Outcome.OUT_OF_ORDER,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options", "patch"])
def test_callback_address_by_another_method_is_refused(
    session: SenceSession, kind: str, method: str
) -> None:
    """A23: 405, nothing changes."""
    ask = getattr(Client(), method)
    answer = ask(reverse(f"attendance:{kind}") + f"?IdSesionAlumno={session.nonce}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert not Receipt.objects.exists()
    assert state_of(session) == SessionState.STARTING


def test_start_confirmed_with_stray_spaces_is_understood_and_kept_raw(
    session: SenceSession,
) -> None:
    """A16: the raw payload kept as it came."""
    body = urlencoded(start_confirmed(session)).replace(
        b"LineaCapacitacion=", b"LineaCapacitacion+="
    )
    post("start_confirmed", body)
    assert state_of(session) == SessionState.OPEN
    receipt = Receipt.objects.get()
    assert bytes(receipt.body) == body
    assert receipt.length == len(body)


def test_stale_worker_that_lost_the_race_sees_a_repeated_start(
    session: SenceSession,
) -> None:
    """A3: what it read before the other one wrote must not mislead it."""
    from attendance.models import CallbackKind
    from attendance.services.callbacks import Envelope, store
    from attendance.services.decisions import decide

    def arrive(sence_id: str) -> Receipt:
        body = urlencoded(start_confirmed(session, IdSesionSence=sence_id))
        envelope = Envelope(CallbackKind.START_CONFIRMED, body, "", "", "", "")
        return store(envelope, nonce=session.nonce, session=session, at=NOW)

    stale = [SenceSession.objects.get(pk=session.pk) for _ in range(3)]
    decided = []
    for read_before, sence_id in zip(stale, ["S-1", "S-1", "S-2"], strict=True):
        receipt = arrive(sence_id)
        decided.append(decide(receipt=receipt, session=read_before, now=NOW))
    assert [(one.outcome, one.flags) for one in decided] == [
        (Outcome.APPLIED, []),
        (Outcome.REPEATED, []),
        (Outcome.QUARANTINED, [Flag.SENCE_ID_DIFFERS]),
    ]
