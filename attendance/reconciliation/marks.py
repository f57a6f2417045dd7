"""Marks of both sides, and what becomes of them. Pure.

Instants are whole seconds since the epoch. What SENCE shows by the clock on the wall
is every instant at which that clock showed it (times.instants): the nearest counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a mark of ours and one of SENCE's stand to each other."""

    EQUAL = "equal"
    DIFFERENT = "different"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    GONE = "gone"  # SENCE had it, and its last whole list has it no longer


class Reason(StrEnum):
    """Why two records differ, as far as can be guessed."""

    NONE = ""
    TEST = "test"
    RUNNING = "running"
    NO_CLOSE = "no_close"
    NO_CLOSE_THERE = "no_close_there"
    CLOCK = "clock"
    START = "start"
    END = "end"
    OTHER_ACTION = "other_action"
    NO_ANSWER = "no_answer"
    NOT_ENROLLED = "not_enrolled"
    LEFT_OUT = "left_out"
    ADJUSTED = "adjusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ours:
    """A session that SENCE confirmed; `end` is None where it was never closed.

    `counts` says that it was held in production; `code` is the action it was sent
    for, where that is another than it is compared for; `running`: it may yet be closed.
    """

    key: int
    run: str
    start: int
    end: int | None
    counts: bool = True
    code: str = ""
    running: bool = False


@dataclass(frozen=True)
class Theirs:
    """A mark in SENCE's export; `ends` is empty where it shows no end."""

    key: int
    run: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """What became of one mark; `detail` is the code of another action."""

    kind: Kind
    ours: Ours | None
    theirs: Theirs | None
    reason: Reason = Reason.NONE
    detail: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What else is known of the people, by RUN: it explains what SENCE alone has.

    `elsewhere`: starts of sessions in other actions, with their codes; `attempts`:
    from when until when SENCE could have confirmed a start, and did not.
    """

    enrolled: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    attempts: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)


def apart(ours: int, theirs: tuple[int, ...]) -> int:
    """Return by how many seconds SENCE's is later, at the nearest of its instants."""
    return min((one - ours for one in theirs), key=lambda gap: (abs(gap), gap))


def gaps(ours: Ours, theirs: Theirs) -> tuple[int, int | None]:
    """Return how far apart their starts are, and their ends where both have one."""
    start = apart(ours.start, theirs.starts)
    if ours.end is None or not theirs.ends:
        return start, None
    return start, apart(ours.end, theirs.ends)
