"""What a stored receipt leads to: at most one transition, and the reasons in words.

The table of protocol.md, "What a callback may do" and "States of a session".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from attendance.models import (
    RUNNING,
    Decision,
    Flag,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.models.receipts import TO_REVIEW
from attendance.sence.errors import lookup
from attendance.sence.spelling import BLANKED, tells_of
from attendance.sence.wire import MAX_LENGTHS, Field
from attendance.services import consequences
from attendance.services.answers import applied_before, known_answer, says_the_same
from attendance.services.cases import Case
from attendance.services.limits import end_if_over
from attendance.services.marks import mark_of_close, mark_of_start
from attendance.services.totals import recount
from otec_portal.core.workflow import TransitionRefused

PIECE_OF_A_SECRET: Final = 12  # characters: SENCE's own names share no so many with it


def decide(*, receipt: Receipt, session: SenceSession, now: datetime) -> Decision:
    """Decide `receipt` of `session`, once; the transition and its reasons together.

    It is decided as of its arrival, however much later that happens; the decision and
    the log of the transition say `now`. Of two who decide it at once, one does: the
    other's work is undone, and both get the same decision.
    """
    try:
        return _decide(receipt=receipt, session=session, now=now)
    except IntegrityError:
        made = Decision.objects.filter(receipt=receipt).first()
        if made is None:
            raise
        return made


@transaction.atomic
def _decide(*, receipt: Receipt, session: SenceSession, now: datetime) -> Decision:
    case = Case(receipt=receipt, session=session, at=now)
    _flag_codes(case)
    try:
        outcome = _judge(case)
    except TransitionRefused:
        # who lost a race looks again at where the row stands now
        session.refresh_from_db()
        outcome = _judge(case)
    _flag_lost(case)
    if outcome in TO_REVIEW:
        outcome = known_answer(case) or outcome
    if outcome in {Outcome.APPLIED, *TO_REVIEW} and not case.failed:
        _flag_time(case)
    decision = Decision.objects.create(
        receipt=receipt,
        outcome=outcome,
        flags=list(dict.fromkeys(case.flags)),
        codes=list(case.codes),
        at=case.at,
    )
    consequences.mark_token_and_alert(case, outcome)
    return decision


def _flag_codes(case: Case) -> None:
    if case.codes and case.receipt.on_success_address:
        case.flags.append(Flag.ERROR_ON_SUCCESS)
    if case.failed and not any(case.codes):
        case.flags.append(Flag.NO_ERROR_CODE)
    errors = [lookup(code) for code in case.codes if code]
    if any(not error.known for error in errors):
        case.flags.append(Flag.UNKNOWN_CODE)


def _flag_lost(case: Case) -> None:
    """On closing some errors may mean that SENCE dropped the session.

    Not once it confirmed the close: an error that comes after it takes nothing back.
    """
    lost = any(lookup(code).lost_on_close for code in case.codes)
    if case.closing and lost and case.session.state != SessionState.CLOSED:
        case.flags.append(Flag.CLOSE_LOST)


def _cut_short(case: Case) -> bool:
    """Flag what was kept in part: nobody knows what the rest said, an error perhaps."""
    if case.receipt.truncated:
        case.flags.append(Flag.TRUNCATED)
    return case.receipt.truncated


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
    if not found and case.closing:
        found = _another_sence_id(case)
    elif not found and not case.failed:
        found = _sence_id_problems(case)
    case.flags.extend(found)
    return bool(found)


def _sence_id_problems(case: Case) -> list[Flag]:
    sence_id = case.incoming.get(Field.SENCE_ID)
    if not _is_sence_id(sence_id, case):
        return [Flag.NO_SENCE_ID]
    if case.session.sence_id not in {"", sence_id}:
        return [Flag.SENCE_ID_DIFFERS]
    return []


def _is_sence_id(text: str, case: Case) -> bool:
    """Say whether SENCE can have named a session so.

    What holds the token or the nonce, or much of them, is none: it is shown, and sent
    back with the close (B5, C4).
    """
    if not text or len(text) > MAX_LENGTHS[Field.SENCE_ID] or "\0" in text:
        return False
    if len(text) < PIECE_OF_A_SECRET:
        return BLANKED not in text
    return not tells_of(text, case.secrets, piece=PIECE_OF_A_SECRET)


def _another_sence_id(case: Case) -> list[Flag]:
    """A close may come without IdSesionSence, but not with another one (A14)."""
    came = set(case.incoming.all(Field.SENCE_ID)) - {""}
    kept = case.session.sence_id
    return [Flag.SENCE_ID_DIFFERS] if kept and came - {kept} else []


def _flag_time(case: Case) -> None:
    """What is odd about SENCE's time stands with the answer, whatever it led to."""
    mark_of = mark_of_close if case.closing else mark_of_start
    mark = mark_of(case.incoming, received_at=case.received_at, session=case.session)
    case.flags.extend(mark.flags)


def _judge(case: Case) -> Outcome:
    """Quarantine it, or make the transition that its address asks for."""
    if _cut_short(case) or _differs_from_sent(case):
        return Outcome.QUARANTINED
    end_if_over(case.session, as_of=case.received_at, now=case.at)
    return _BY_ADDRESS_AND_FAILURE[case.closing, case.failed](case)


def _start_confirmed(case: Case) -> Outcome:
    session = case.session
    if session.state == SessionState.STARTING:
        mark = mark_of_start(
            case.incoming, received_at=case.received_at, session=session
        )
        sence_id = case.incoming.get(Field.SENCE_ID)
        if _known_elsewhere(session, sence_id):
            case.flags.append(Flag.SENCE_ID_SEEN)
        session.advance(
            "open",
            at=case.at,
            sence_id=sence_id,
            opened_at=mark.at,
            opened_clock=mark.clock,
            expires_at=mark.at + session.enrolment.action.session_limit(),
        )
        return Outcome.APPLIED
    return _again(case)


def _again(case: Case) -> Outcome:
    """The answer that made the mark, once more; or another one, for a person."""
    if says_the_same(case):
        return Outcome.REPEATED
    return Outcome.LATE if case.session.is_over else Outcome.OUT_OF_ORDER


def _known_elsewhere(session: SenceSession, sence_id: str) -> bool:
    """Say whether another session of the same SENCE has this identifier.

    SENCE's test system, its production and each stand-in count for themselves.
    """
    others = SenceSession.objects.exclude(pk=session.pk)
    return others.filter(
        sence_id=sence_id, environment=session.environment, stand_in=session.stand_in
    ).exists()


def _start_failed(case: Case) -> Outcome:
    if case.session.state == SessionState.STARTING:
        case.session.advance("fail", at=case.at)
        return Outcome.APPLIED
    if case.session.state == SessionState.FAILED and applied_before(case):
        return Outcome.REPEATED
    return Outcome.LATE if case.session.is_over else Outcome.OUT_OF_ORDER


def _close_confirmed(case: Case) -> Outcome:
    session = case.session
    if session.is_over:
        return _again(case)
    if session.close_handed_at is None:
        return Outcome.OUT_OF_ORDER
    mark = mark_of_close(case.incoming, received_at=case.received_at, session=session)
    session.advance(
        "close",
        at=case.at,
        closed_at=mark.at,
        closed_clock=mark.clock,
    )
    recount(session.enrolment)
    return Outcome.APPLIED


def _close_failed(case: Case) -> Outcome:
    session = case.session
    if session.state in RUNNING and applied_before(case):
        return Outcome.REPEATED  # an old error never undoes a close asked for since
    if session.state == SessionState.CLOSING:
        session.advance("reopen", at=case.at)
        return Outcome.APPLIED
    if session.state == SessionState.OPEN and session.close_handed_at is not None:
        # the second of two forms failed too: no person has to say what it means
        return known_answer(case) or Outcome.APPLIED
    return Outcome.LATE if session.is_over else Outcome.OUT_OF_ORDER


_BY_ADDRESS_AND_FAILURE: dict[tuple[bool, bool], Callable[[Case], Outcome]] = {
    (False, False): _start_confirmed,
    (False, True): _start_failed,
    (True, False): _close_confirmed,
    (True, True): _close_failed,
}
