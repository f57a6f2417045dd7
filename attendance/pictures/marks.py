"""What a session is in a picture."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from attendance.credit import Interval


class Kind(StrEnum):
    """What became of a session."""

    COUNTS = "counts"  # start and end confirmed, in production
    UNCOUNTED = "uncounted"  # confirmed, but of the test environment
    SIMULATED = "simulated"  # confirmed, but by a simulator
    RUNNING = "running"  # until now
    STARTING = "starting"  # SENCE has not answered yet
    EXPIRED = "expired"  # until it could last; nobody confirmed its end
    FAILED = "failed"  # refused, or given up on the way


class Mark(NamedTuple):
    """A session; those that never opened are a moment, without length."""

    span: Interval
    kind: Kind
    key: str = ""  # by which its page is found


def spans(marks: Iterable[Mark], *kinds: Kind) -> list[Interval]:
    """Return where those of `kinds` lie."""
    return [mark.span for mark in marks if mark.kind in kinds]
