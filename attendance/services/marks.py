"""The moment of a confirmed start or close, and by whose clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from attendance.models import Clock, Flag, SenceSession
from attendance.sence.incoming import Incoming
from attendance.sence.times import (
    TOLERANCE,
    Doubt,
    Reading,
    read_time,
    stated_time,
)

WHOLE_SECOND: Final = timedelta(seconds=1)  # SENCE states no fractions
# SENCE's clock may be behind ours by as much as by which it may differ at all [choice]
LAG: Final = TOLERANCE + WHOLE_SECOND


@dataclass(frozen=True)
class Mark:
    """When it was, whose clock says so, and what an operator should know of it."""

    at: datetime
    clock: Clock
    flags: tuple[Flag, ...]


def mark_of_start(
    incoming: Incoming, *, received_at: datetime, session: SenceSession
) -> Mark:
    """Return the mark of a start that SENCE confirmed for `session`.

    Nobody can have started before the form was handed out: such a time is not taken
    [choice], beyond what SENCE's clock may be behind.
    """
    reading = read_time(
        incoming,
        received_at=received_at,
        after=session.started_at - LAG,
        too_early=Doubt.BEFORE_FORM,
    )
    return _mark(reading)


def mark_of_close(
    incoming: Incoming, *, received_at: datetime, session: SenceSession
) -> Mark:
    """Return the mark of a close that SENCE confirmed for `session`.

    It lies at the session's maximum at most, whenever the answer came: what is past
    the maximum was never attendance.
    """
    mark = _mark(read_time(incoming, received_at=received_at, after=session.opened_at))
    limit = session.expires_at
    if limit is None or mark.at <= limit:
        return mark
    return Mark(limit, Clock.MAXIMUM, mark.flags)


def mark_of_late_close(
    incoming: Incoming, *, received_at: datetime, session: SenceSession
) -> Mark:
    """Return the mark of a close that a person accepts after `session` expired.

    The answer may have been on its way for long: SENCE's own time goes where it lies
    within the session, however far from the receipt (docs/adr/0017) [choice].
    """
    mark = mark_of_close(incoming, received_at=received_at, session=session)
    stated, _ = stated_time(incoming, received_at)
    start, limit = session.opened_at, session.expires_at
    if stated and start and limit and start < stated <= limit:
        return Mark(stated, Clock.SENCE, mark.flags)
    return mark


def _mark(reading: Reading) -> Mark:
    clock = Clock.SENCE if reading.by_sence else Clock.PORTAL
    return Mark(reading.at, clock, tuple(Flag(doubt) for doubt in reading.doubts))
