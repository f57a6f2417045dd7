"""Our marks against SENCE's, mark by mark. Pure: no Django, no clock."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeVar

from attendance.reconciliation.coupling import Couples, align
from attendance.reconciliation.marks import (
    Kind,
    Ours,
    Pair,
    Reason,
    Surroundings,
    Theirs,
    apart,
    gaps,
)

_HOUR: Final = 3600
_SLIP: Final = 15 * 60  # seconds by which a clock that isn't set may be wrong
_ZONES: Final = 5  # hours between the clocks that may be mixed up


def compare(
    ours: Iterable[Ours],
    theirs: Iterable[Theirs],
    *,
    tolerance: int,
    around: Surroundings,
) -> list[Pair]:
    """Return what becomes of every mark: each stands in one pair, in any order given.

    Equal are those whose starts and ends are `tolerance` seconds apart at most: as
    many as can be, then those that are nearest.
    """
    own, other = _by_run(ours), _by_run(theirs)
    found: list[Pair] = []
    for run in sorted(own.keys() | other.keys()):
        found += _compare_one(own[run], other[run], tolerance, around)
    return found


Mark = TypeVar("Mark", Ours, Theirs)


def _by_run(marks: Iterable[Mark]) -> defaultdict[str, list[Mark]]:
    grouped: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        grouped[mark.run].append(mark)
    return grouped


def _compare_one(
    ours: list[Ours], theirs: list[Theirs], tolerance: int, around: Surroundings
) -> list[Pair]:
    same = align(ours, theirs, lambda one, two: _equality(one, two, tolerance))
    found = [Pair(Kind.EQUAL, one, two) for one, two in same]
    ours, theirs = _without(ours, theirs, same)
    near = align(ours, theirs, lambda one, two: _nearness(one, two, tolerance))
    found += [
        Pair(Kind.DIFFERENT, one, two, _why_different(one, two, tolerance))
        for one, two in near
    ]
    ours, theirs = _without(ours, theirs, near)
    found += [
        Pair(Kind.ONLY_OURS, one, None, _why_only_ours(one), one.code) for one in ours
    ]
    return found + [_only_theirs(one, tolerance, around) for one in theirs]


def _without(
    ours: list[Ours], theirs: list[Theirs], couples: Couples
) -> tuple[list[Ours], list[Theirs]]:
    own, other = {one.key for one, _ in couples}, {two.key for _, two in couples}
    return (
        [one for one in ours if one.key not in own],
        [two for two in theirs if two.key not in other],
    )


def _equality(ours: Ours, theirs: Theirs, tolerance: int) -> int | None:
    start, end = gaps(ours, theirs)
    if not ours.counts or end is None:
        return None
    if abs(start) > tolerance or abs(end) > tolerance:
        return None
    return abs(start) + abs(end)


def _nearness(ours: Ours, theirs: Theirs, tolerance: int) -> int | None:
    start, end = gaps(ours, theirs)
    near = abs(start) <= tolerance or (end is not None and abs(end) <= tolerance)
    if near or _overlap(ours, theirs) or _is_shifted(start, end, tolerance):
        return abs(start) + abs(end or 0)
    return None


def _overlap(ours: Ours, theirs: Theirs) -> bool:
    since, until = theirs.starts[0], (theirs.ends or theirs.starts)[-1]
    return since <= (ours.end or ours.start) and ours.start <= until


def _is_shifted(start: int, end: int | None, tolerance: int) -> bool:
    """Say whether both ends are off alike: a clock that is wrong, or another zone."""
    if end is None or abs(start - end) > tolerance:
        return False
    hours = round(start / _HOUR)
    return abs(start) <= _SLIP or (
        abs(hours) <= _ZONES and abs(start - hours * _HOUR) <= tolerance
    )


# ---- why ----


def _why_different(ours: Ours, theirs: Theirs, tolerance: int) -> Reason:
    start, end = gaps(ours, theirs)
    if not ours.counts:
        return Reason.TEST
    if ours.end is None:
        return Reason.RUNNING if ours.running else Reason.NO_CLOSE
    if end is None:
        return Reason.NO_CLOSE_THERE
    if _is_shifted(start, end, tolerance):
        return Reason.CLOCK
    if abs(start) <= tolerance:
        return Reason.END
    return Reason.START if abs(end) <= tolerance else Reason.UNKNOWN


def _why_only_ours(ours: Ours) -> Reason:
    if not ours.counts:
        return Reason.TEST
    if ours.code:
        return Reason.OTHER_ACTION
    if ours.end is None:
        return Reason.RUNNING if ours.running else Reason.NO_CLOSE
    return Reason.UNKNOWN


def _only_theirs(theirs: Theirs, tolerance: int, around: Surroundings) -> Pair:
    reason, detail = Reason.UNKNOWN, ""
    elsewhere = [
        (abs(apart(start, theirs.starts)), code)
        for start, code in around.elsewhere.get(theirs.run, ())
    ]
    if elsewhere and min(elsewhere)[0] <= tolerance:
        reason, detail = Reason.OTHER_ACTION, min(elsewhere)[1]
    elif theirs.run not in around.enrolled:
        reason = Reason.NOT_ENROLLED
    elif any(
        asked - tolerance <= start <= until + tolerance
        for start in theirs.starts
        for asked, until in around.attempts.get(theirs.run, ())
    ):
        reason = Reason.NO_ANSWER
    return Pair(Kind.ONLY_THEIRS, None, theirs, reason, detail)
