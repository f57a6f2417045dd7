"""How much of a participant's marks is attendance. Pure: no Django, no clock.

Instants are whole seconds since the epoch (UTC), so neither midnight nor a change of
clocks in Chile makes an hour longer or shorter. Source of the rules: seed 004,
"Revisión de asistencia de un participante"; domain.md, "Attendance".
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

GRACE = 20 * 60  # seconds after the class's start; at the very end still within
GRACE_MINUTES = GRACE // 60  # as it is told
HUNDRED = 100  # whole per cent


class Interval(NamedTuple):
    """From `start` (within) to `end` (no longer within), seconds since the epoch."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is; 0 where it ends before it starts."""
        return max(0, self.end - self.start)


@dataclass(frozen=True)
class Credit:
    """What counts of one participant's marks; no second stands in it twice.

    `in_classes` has one entry per class, in the order the classes were given.
    """

    in_classes: tuple[tuple[Interval, ...], ...]
    outside: tuple[Interval, ...]

    @property
    def class_seconds(self) -> int:
        """Seconds credited in classes."""
        return sum(total(spans) for spans in self.in_classes)

    @property
    def outside_seconds(self) -> int:
        """Seconds of the marks that touch no class."""
        return total(self.outside)


class Timetable:
    """The classes of an action, ready to credit many participants.

    At every instant the class begun last has the floor: of two at the same time, a
    mark belongs to it.
    """

    def __init__(self, classes: Sequence[Interval], *, grace: int = GRACE) -> None:
        self.classes = tuple(classes)
        self.grace = grace
        self.spans = merge(self.classes)
        self._begun_last_first = sorted(
            (number for number, one in enumerate(self.classes) if one.seconds),
            key=lambda number: (self.classes[number], number),
            reverse=True,
        )
        self._floor = self._who_has_the_floor()

    @property
    def held_seconds(self) -> int:
        """Seconds in which at least one class was held."""
        return total(self.spans)

    def credit(self, marks: Iterable[Interval]) -> Credit:
        """Credit `marks`, in whatever order and however they are cut up.

        Marks that meet or overlap are one. What touches no class counts in full; what
        touches one counts within classes alone.
        """
        merged = merge(marks)
        own: dict[int, list[Interval]] = {}
        touching = set()
        for mark, entry, both in _meetings(merged, self._floor):
            own.setdefault(self._floor[entry][0], []).append(both)
            touching.add(mark)
        outside = (one for at, one in enumerate(merged) if at not in touching)
        return Credit(self._with_grace(own, merged), tuple(outside))

    def _who_has_the_floor(self) -> list[tuple[int, Interval]]:
        taken: list[Interval] = []
        floor = []
        for number in self._begun_last_first:
            one = self.classes[number]
            floor += [(number, span) for span in subtract([one], taken)]
            taken = merge([*taken, one])
        return sorted(floor, key=lambda entry: entry[1])

    def _with_grace(
        self, own: dict[int, list[Interval]], marks: Sequence[Interval]
    ) -> tuple[tuple[Interval, ...], ...]:
        """Count from the class's start for who first came in within the grace.

        Up to the first of the merged `marks` that meets the class, whichever class had
        the floor then: what lies between that mark and another is a re-entry's gap.
        """
        credited: dict[int, list[Interval]] = {}
        everything = [span for spans in own.values() for span in spans]
        for number in self._begun_last_first:
            spans = own.get(number, [])
            start = self.classes[number].start
            if spans and 0 < spans[0].start - start <= self.grace:
                before = Interval(start, entry_to(self.classes[number], marks))
                taken = [
                    one
                    for one in everything
                    if one.start < before.end and one.end > before.start
                ]
                missed = subtract([before], taken)
                spans = merge([*missed, *spans])
                everything += missed
            credited[number] = spans
        return tuple(
            tuple(credited.get(number, ())) for number in range(len(self.classes))
        )


def entry_to(held: Interval, marks: Sequence[Interval]) -> int:
    """Return when the first of `marks` (merged) that meets the class `held` began.

    The class's end where none does.
    """
    after = bisect_right(marks, held.start, key=lambda mark: mark.end)
    return min(held.end, marks[after].start) if after < len(marks) else held.end


def whole_seconds(start: datetime, end: datetime) -> Interval:
    """Return the interval between two aware instants, each cut to its second."""
    return Interval(int(start.timestamp()), int(end.timestamp()))


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same seconds as disjoint intervals in order; empty ones vanish."""
    merged: list[Interval] = []
    for one in sorted(one for one in intervals if one.seconds):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def intersect(these: Sequence[Interval], those: Sequence[Interval]) -> list[Interval]:
    """Return the seconds that are in both; each side is disjoint and in order."""
    common = []
    left = right = 0
    while left < len(these) and right < len(those):
        one, other = these[left], those[right]
        both = Interval(max(one.start, other.start), min(one.end, other.end))
        if both.seconds:
            common.append(both)
        if one.end < other.end:
            left += 1
        else:
            right += 1
    return common


def subtract(these: Iterable[Interval], those: Iterable[Interval]) -> list[Interval]:
    """Return the seconds of `these` that are not in `those`, disjoint and in order."""
    kept = merge(these)
    if not kept:
        return []
    gone = merge(those)
    first, last = kept[0].start, kept[-1].end
    edges = [Interval(first, first), *gone, Interval(last, last)]
    gaps = [Interval(one.end, after.start) for one, after in pairwise(edges)]
    return intersect(kept, merge(gaps))


def total(intervals: Iterable[Interval]) -> int:
    """Return how many seconds disjoint `intervals` have together."""
    return sum(one.seconds for one in intervals)


def share(credited: int, required: int) -> int | None:
    """Return `credited` of `required` seconds in whole per cent, rounded down.

    At most 100, at least 0; None where nothing is required: there is no percentage.
    """
    if required <= 0:
        return None
    return min(HUNDRED, max(0, credited) * HUNDRED // required)


def _meetings(
    marks: Sequence[Interval], floor: Sequence[tuple[int, Interval]]
) -> Iterator[tuple[int, int, Interval]]:
    """Yield where marks and the floor meet: (which mark, which entry, the seconds).

    Each is disjoint and in order: one walk over both.
    """
    at = entry = 0
    while at < len(marks) and entry < len(floor):
        mark, span = marks[at], floor[entry][1]
        both = Interval(max(mark.start, span.start), min(mark.end, span.end))
        if both.seconds:
            yield at, entry, both
        if mark.end < span.end:
            at += 1
        else:
            entry += 1
