"""What a stored receipt leads to: at most one transition, and the reasons in words.

The table of protocol.md, "What a callback may do" and "States of a session".
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from attendance.models import (
    Decision,
    Flag,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.sence.errors import lookup
from attendance.sence.incoming import Incoming
from attendance.sence.times import read_mark
from attendance.sence.wire import MAX_LENGTHS, Field
from attendance.services import consequences
from attendance.services.cases import Case
from attendance.services.sessions import settle
from otec_portal.core.workflow import TransitionRefused


@transaction.atomic
def decide(receipt: Receipt, incoming: Incoming, session: SenceSession) -> Decision:
    """Decide `receipt` of `session`, once; the transition and its reasons together."""
    case = Case(receipt, incoming, session, incoming.codes)
    _flag_codes(case)
    try:
        outcome = _judge(case)
    except TransitionRefused:
        # who lost a race looks again at where the row stands now
        session.refresh_from_db()
        outcome = _judge(case)
    decision = Decision.objects.create(
        receipt=receipt,
        outcome=outcome,
        flags=list(dict.fromkeys(case.flags)),
        codes=list(case.codes),
        at=case.at,
    )
    consequences.follow(case, outcome)
    return decision


def _flag_codes(case: Case) -> None:
    if case.codes and case.receipt.on_success_address:
        case.flags.append(Flag.ERROR_ON_SUCCESS)
    if case.failed and not case.codes:
        case.flags.append(Flag.NO_ERROR_CODE)
    errors = [lookup(code) for code in case.codes]
    if any(not error.known for error in errors):
        case.flags.append(Flag.UNKNOWN_CODE)
    if case.closing and any(error.lost_on_close for error in errors):
        case.flags.append(Flag.CLOSE_LOST)


def _differs_from_sent(case: Case) -> bool:
    """Flag every value that is not the one sent; say whether there is one (A5, A6)."""
    incoming, session = case.incoming, case.session
    line = incoming.get(Field.LINE)
    found = [
        flag
        for flag, differs in (
            (Flag.RUN_DIFFERS, incoming.run != session.run),
            (
                Flag.ACTION_CODE_DIFFERS,
                incoming.get(Field.ACTION_CODE) != session.action_code,
            ),
            (
                Flag.SENCE_CODE_DIFFERS,
                incoming.get(Field.SENCE_CODE) != session.sence_code,
            ),
            (
                Flag.LINE_DIFFERS,
                line.lstrip("0") != str(session.line),
            ),
            (Flag.DOUBLED_FIELDS, incoming.doubled),
        )
        if differs
    ]
    if not found and not case.failed and not case.closing:
        found = _sence_id_problems(case)
    case.flags.extend(found)
    return bool(found)


def _sence_id_problems(case: Case) -> list[Flag]:
    sence_id = case.incoming.get(Field.SENCE_ID)
    too_long = len(sence_id) > MAX_LENGTHS[Field.SENCE_ID]
    if not sence_id or too_long or "\0" in sence_id:
        return [Flag.NO_SENCE_ID]
    if case.session.sence_id not in {"", sence_id}:
        return [Flag.SENCE_ID_DIFFERS]
    return []


def _judge(case: Case) -> Outcome:
    """Quarantine it, or make the transition that its address asks for."""
    if _differs_from_sent(case):
        return Outcome.QUARANTINED
    settle(case.session, now=case.at)
    return _STEPS[case.closing, case.failed](case)


def _start_confirmed(case: Case) -> Outcome:
    session = case.session
    if session.state == SessionState.STARTING:
        mark = read_mark(case.incoming, received_at=case.at)
        sence_id = case.incoming.get(Field.SENCE_ID)
        others = SenceSession.objects.exclude(pk=session.pk)
        if others.filter(sence_id=sence_id).exists():
            case.flags.append(Flag.SENCE_ID_SEEN)
        session.advance(
            "open",
            at=case.at,
            sence_id=sence_id,
            opened_at=mark.at,
            opened_clock=mark.clock,
            expires_at=mark.at + session.enrolment.action.session_limit(),
        )
        case.flags.extend(mark.flags)
        return Outcome.APPLIED
    never = {SessionState.FAILED, SessionState.ABANDONED}
    return Outcome.LATE if session.state in never else Outcome.REPEATED


def _start_failed(case: Case) -> Outcome:
    if case.session.state == SessionState.STARTING:
        case.session.advance("fail", at=case.at)
        return Outcome.APPLIED
    if case.session.state == SessionState.FAILED and _seen_before(case):
        return Outcome.REPEATED
    return Outcome.LATE if _is_over(case.session) else Outcome.OUT_OF_ORDER


def _close_confirmed(case: Case) -> Outcome:
    session = case.session
    if session.state == SessionState.CLOSED:
        return Outcome.REPEATED
    if _is_over(session):
        return Outcome.LATE
    if session.close_handed_at is None:
        return Outcome.OUT_OF_ORDER
    mark = read_mark(case.incoming, received_at=case.at, after=session.opened_at)
    session.advance(
        "close",
        at=case.at,
        only_if=Q(close_handed_at__isnull=False),
        closed_at=mark.at,
        closed_clock=mark.clock,
    )
    case.flags.extend(mark.flags)
    return Outcome.APPLIED


def _close_failed(case: Case) -> Outcome:
    session = case.session
    running = session.state in {SessionState.OPEN, SessionState.CLOSING}
    if running and _seen_before(case):
        return Outcome.REPEATED  # an old error never undoes a close asked for since
    if session.state == SessionState.CLOSING:
        session.advance("reopen", at=case.at)
        return Outcome.APPLIED
    return Outcome.LATE if _is_over(session) else Outcome.OUT_OF_ORDER


def _is_over(session: SenceSession) -> bool:
    return session.state in {
        SessionState.CLOSED,
        SessionState.FAILED,
        SessionState.ABANDONED,
        SessionState.EXPIRED,
    }


def _seen_before(case: Case) -> bool:
    return Decision.objects.filter(
        receipt__session=case.session,
        receipt__kind=case.receipt.kind,
        receipt__body=case.receipt.body,
        outcome=Outcome.APPLIED,
    ).exists()


# which step decides, by `closing` and `failed`
_STEPS: dict[tuple[bool, bool], Callable[[Case], Outcome]] = {
    (False, False): _start_confirmed,
    (False, True): _start_failed,
    (True, False): _close_confirmed,
    (True, True): _close_failed,
}
