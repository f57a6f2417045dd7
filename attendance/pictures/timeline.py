"""One day of one participant: classes, marks and what is credited of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.credit import Credit, Interval, intersect, merge, subtract
from attendance.pictures.days import HOUR, local, span_of
from attendance.pictures.marks import Kind, Mark, spans

FULL: Final = 100.0  # the drawing's width, in per cent
LEAST_HOURS: Final = 4  # a single short mark still has hours around it
MOST_TICKS: Final = 6  # so many times fit side by side on a phone
STEPS: Final = (1, 2, 3, 4, 6)  # hours from one tick to the next


@dataclass(frozen=True)
class Axis:
    """The part of a day that is drawn: whole hours, around all that happened."""

    span: Interval

    def at(self, instant: int) -> float:
        """Return where `instant` stands, in per cent of the width."""
        inside = min(max(instant, self.span.start), self.span.end)
        return (inside - self.span.start) * FULL / self.span.seconds

    @property
    def ticks(self) -> list[tuple[str, float]]:
        """The hours written below and where they stand; an hour that is twice, twice.

        Real hours apart, so that a day of 23 or 25 hours is drawn as long as it is.
        """
        hours = self.span.seconds // HOUR
        step = next(one for one in STEPS if hours // one < MOST_TICKS) * HOUR
        instants = range(self.span.start, self.span.end + 1, step)
        return [(self._written(one), self.at(one)) for one in instants]

    def _written(self, instant: int) -> str:
        shown = local(instant)
        ends_the_day = not shown.hour and instant == self.span.end
        return "24:00" if ends_the_day else f"{shown:%H:%M}"


@dataclass(frozen=True)
class Piece:
    """A stretch of a day in one of the drawing's bands."""

    name: str  # what it shows: a class, a Kind, "credit" or "grace"
    span: Interval
    key: str = ""  # of the class or session behind it
    line: int = 0  # within its band: what overlaps stands on lines of its own

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.span.seconds


@dataclass(frozen=True)
class DayDrawn:
    """Everything of one day, cut at its midnights."""

    day: date
    axis: Axis
    classes: tuple[Piece, ...]
    marks: tuple[Piece, ...]
    credit: tuple[Piece, ...]

    @property
    def is_blank(self) -> bool:
        """Whether there is neither a class nor a mark."""
        return not (self.classes or self.marks)

    @property
    def hours(self) -> int:
        """How many hours the day has."""
        return span_of(self.day).seconds // HOUR

    @property
    def credited(self) -> int:
        """Seconds credited, the grace with them."""
        return sum(piece.seconds for piece in self.credit)

    @property
    def grace(self) -> int:
        """Seconds credited before the participant's own mark."""
        return sum(piece.seconds for piece in self.credit if piece.name == "grace")


def draw_day(
    day: date,
    *,
    classes: Iterable[tuple[str, Interval, str]],
    marks: Sequence[Mark],
    credit: Credit,
    outside_counts: bool,
) -> DayDrawn:
    """Lay out `day`; classes are (name, span, key), of any day, as the marks are."""
    whole = span_of(day)
    held = _cut([Piece(*one) for one in classes], whole)
    marked = _cut([Piece(kind, span, key) for span, kind, key in marks], whole)
    counted = _cut(_credit(marks, credit, outside_counts=outside_counts), whole)
    axis = Axis(frame(whole, [one.span for one in (*held, *marked, *counted)]))
    return DayDrawn(day, axis, in_lines(held), in_lines(marked), tuple(counted))


def frame(day: Interval, seen: Sequence[Interval]) -> Interval:
    """Return the whole hours around `seen`, some at least, within `day`."""
    if not seen:
        return day
    first = min(one.start for one in seen) - day.start
    last = max(one.end for one in seen) - day.start
    start, end = first // HOUR * HOUR, -(-last // HOUR) * HOUR
    missing = max(0, LEAST_HOURS * HOUR - (end - start)) // HOUR
    start = max(0, start - missing // 2 * HOUR)
    end = min(day.seconds, max(end, start + LEAST_HOURS * HOUR))
    start = max(0, min(start, end - LEAST_HOURS * HOUR))
    return Interval(day.start + start, day.start + end)


def in_lines(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Put what overlaps on lines of its own, each on the first that is free."""
    ends: list[int] = []
    placed = []
    for piece in sorted(pieces, key=lambda one: one.span):
        free = (line for line, end in enumerate(ends) if end <= piece.span.start)
        line = next(free, len(ends))
        ends[line : line + 1] = [max(piece.span.end, piece.span.start + 1)]
        placed.append(Piece(piece.name, piece.span, piece.key, line))
    return tuple(placed)


def _credit(
    marks: Sequence[Mark], credit: Credit, *, outside_counts: bool
) -> list[Piece]:
    """Part what is credited into the participant's own time and the grace."""
    own = merge(spans(marks, Kind.COUNTS))
    everything = merge(span for held in credit.in_classes for span in held)
    if outside_counts:
        everything = merge([*everything, *credit.outside])
    pieces = [Piece("credit", span) for span in intersect(everything, own)]
    pieces += [Piece("grace", span) for span in subtract(everything, own)]
    return sorted(pieces, key=lambda one: one.span)


def _cut(pieces: Iterable[Piece], day: Interval) -> list[Piece]:
    """Return what of `pieces` lies on `day`; moments stay moments."""
    found = []
    for piece in pieces:
        start, end = max(piece.span.start, day.start), min(piece.span.end, day.end)
        moment = not piece.seconds and day.start <= start < day.end
        if start < end or moment:
            span = Interval(start, max(start, end))
            found.append(Piece(piece.name, span, piece.key))
    return found
