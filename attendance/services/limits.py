"""The limits of sessions on the clock: who ends one, and when."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from attendance.models import Receipt, SenceSession, SessionState
from attendance.models.session_states import overdue_at, unanswered_at
from otec_portal.core.workflow import TransitionRefused

logger = logging.getLogger(__name__)

# three tries for the Clave, three minutes in all (seeds/003)
SENCE_TAKES: Final = timedelta(minutes=3)
# how long the background job waits after a limit: what arrived in time is stored by
# then, as nothing but the database lies between the two
SWEEP_AFTER: Final = timedelta(seconds=45)
# after that a receipt which can't be decided holds nothing up, and operators hear of it
UNDECIDED_FOR: Final = timedelta(minutes=30)
_ENDINGS = {
    SessionState.ABANDONED: ("abandon", unanswered_at),
    SessionState.EXPIRED: ("expire", overdue_at),
}


def end_if_over(
    session: SenceSession, *, now: datetime, as_of: datetime | None = None
) -> bool:
    """End `session` if its time was over `as_of` a moment; say whether it was.

    That moment is `now`, at which it is logged, unless an older receipt is judged.
    Limits go by the clock, not by whether a job has run: at the very limit a session
    is still within.
    """
    moment = as_of or now
    reached = session.state_at(moment)
    if reached == session.state:
        return False
    ending, over_at = _ENDINGS[reached]
    try:
        # asked once more of the row: its limit may have been put off since it was read
        session.advance(ending, at=now, only_if=over_at(moment))
    except TransitionRefused:
        session.refresh_from_db()
        return session.is_over
    return True


def settle_all(*, now: datetime) -> int:
    """End every session whose time was over SWEEP_AFTER before `now`; return how many.

    An answer may be on its way into the database in the moment of the limit: whoever
    asks for the session goes by the limit itself, only this job can wait. One whose
    answer is kept and not decided yet waits for the decision, for UNDECIDED_FOR.
    """
    sessions = SenceSession.objects
    limit = now - SWEEP_AFTER
    over = sessions.unanswered(limit) | sessions.overdue(limit)
    undecided = Receipt.objects.filter(
        session=OuterRef("nonce"), decision=None, received_at__gte=now - UNDECIDED_FOR
    )
    settled = over.exclude(Exists(undecided))
    return sum(_end_alone(session, now=now) for session in settled.iterator())


def _end_alone(session: SenceSession, *, now: datetime) -> bool:
    """Do as `end_if_over`; one that can't be ended keeps back none behind it."""
    try:
        return end_if_over(session, now=now)
    except Exception:
        logger.exception("session %s can't be ended", session.pk)
        return False
