"""An action as a grid: participants × days, time as depth of colour."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from attendance.credit import Interval
from attendance.pictures.days import HOUR, Calendar
from attendance.pictures.marks import Kind, Mark, spans

DEPTHS: Final = (1, HOUR // 2, HOUR, 2 * HOUR, 4 * HOUR)  # from so many seconds on
DEPTH_WORDS: Final = (
    "menos de 30 min",
    "desde 30 min",
    "desde 1 h",
    "desde 2 h",
    "4 h o más",
)
CELL: Final = 10  # units; a cell is drawn one unit smaller
DRAWN: Final = 0.9  # so much of a cell is drawn
FULL: Final = 100.0  # the drawing's width, in per cent
SHAPES: Final = {
    "expired": "M-5.5 9h11l-5.5 -9z",
    "failed": "M-4 -9l8 8M4 -9l-8 8",
    "running": "M0 0h0",
}
VIEW: Final = 62  # days side by side at most
SATURDAY: Final = 5
EMPTY: Final = "none"
HOLLOW: Final = "hollow"


@dataclass
class Cell:
    """One participant's day."""

    credited: int = 0  # seconds
    recorded: int = 0  # seconds confirmed by SENCE, whether or not they count
    expired: int = 0  # sessions
    failed: int = 0  # attempts
    running: bool = False

    @property
    def depth(self) -> int:
        """How deep its colour is, from 0 (nothing credited) to the number of DEPTHS."""
        return bisect_right(DEPTHS, self.credited)

    @property
    def fill(self) -> str:
        """How it is filled: by depth, hollow for time that does not count, or not."""
        if self.depth:
            return f"depth-{self.depth}"
        return HOLLOW if self.recorded else EMPTY

    @property
    def is_blank(self) -> bool:
        """Whether nothing happened."""
        marked = self.recorded or self.expired or self.failed or self.running
        return not (self.credited or marked)


@dataclass
class Row:
    """One participant's days, and what they come to."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def credited(self) -> int:
        """Seconds credited on the days shown."""
        return sum(cell.credited for cell in self.cells)

    @property
    def attended(self) -> int:
        """On how many of the days shown something was credited."""
        return sum(1 for cell in self.cells if cell.credited)

    @property
    def expired(self) -> int:
        """How many sessions expired on the days shown."""
        return sum(cell.expired for cell in self.cells)

    @property
    def failed(self) -> int:
        """How many attempts failed on the days shown."""
        return sum(cell.failed for cell in self.cells)


@dataclass(frozen=True)
class Stroke:
    """One path of a drawing: what it shows, and where."""

    name: str
    d: str


@dataclass(frozen=True)
class Sign:
    """A sign upon a cell: its shape, in pixels around the cell's middle.

    So it keeps its shape where few days are wide, or many are narrow.
    `x` is that middle, in per cent of the width.
    """

    name: str
    x: float
    d: str


def row_of(
    calendar: Calendar, *, credited: Iterable[Interval], marks: Sequence[Mark]
) -> Row:
    """Return the cells of one participant: each day gets its own seconds.

    A session that counts nothing stands on the day of its start.
    """
    row = Row([Cell() for _ in calendar.days])
    for number, seconds in calendar.shares(credited):
        row.cells[number].credited += seconds
    recorded = spans(marks, Kind.COUNTS, Kind.UNCOUNTED, Kind.SIMULATED)
    for number, seconds in calendar.shares(recorded):
        row.cells[number].recorded += seconds
    for span, kind, _ in marks:
        where = calendar.number_of(span.start)
        if where is None:
            continue
        row.cells[where].expired += kind == Kind.EXPIRED
        row.cells[where].failed += kind == Kind.FAILED
        row.cells[where].running |= kind == Kind.RUNNING
    return row


def expected(
    calendar: Calendar, held: Iterable[Interval], *, weekdays: bool
) -> list[bool]:
    """Say of each day whether being away shows: whenever there was class.

    `weekdays`: from Monday to Friday besides, where time without a class counts.
    """
    return [
        bool(seconds) or (weekdays and day.weekday() < SATURDAY)
        for seconds, day in zip(
            class_seconds(calendar, held), calendar.days, strict=True
        )
    ]


def strokes(row: Row, grounds: Sequence[bool]) -> list[Stroke]:
    """Return the cells of a row as drawn: one path per fill, small to send.

    `grounds` says of each day whether it has a ground with nothing on it (`expected`).
    """
    found: dict[str, list[str]] = {}
    for number, (cell, ground) in enumerate(zip(row.cells, grounds, strict=True)):
        if cell.fill != EMPTY or ground:
            found.setdefault(cell.fill, []).append(f"M{number * CELL} 0h9v9h-9z")
    order = (EMPTY, HOLLOW, *(f"depth-{one + 1}" for one in range(len(DEPTHS))))
    return [Stroke(name, "".join(found[name])) for name in order if name in found]


def signs(row: Row) -> list[Sign]:
    """Return the signs upon the cells of a row.

    They are shapes, not colours alone: a triangle below for what expired, a cross
    above for what failed, a dot for who is in now.
    """
    found = []
    for number, cell in enumerate(row.cells):
        middle = (number + DRAWN / 2) * FULL / len(row.cells)
        told = (
            ("expired", cell.expired),
            ("failed", cell.failed),
            ("running", cell.running),
        )
        found += [Sign(name, middle, SHAPES[name]) for name, there in told if there]
    return found


def written(days: Sequence[date], *, most: int, chosen: Iterable[int] = ()) -> set[int]:
    """Return on which of `days` a date is written, where `most` dates have room.

    All of them if they have; else the first and the last, then Mondays, then what still
    has room between. `chosen` are written already. The last date ends where its day
    ends, so that it wants the room of two.
    """
    count = len(days)
    if count <= most:
        return set(range(count))
    room = -(-count // most)
    last = count - 1
    found = {0, last, *chosen}
    mondays_first = sorted(range(1, last), key=lambda one: days[one].weekday() != 0)
    for one in mondays_first:
        near = any(abs(one - other) < room for other in found - {last})
        if not near and last - one >= 2 * room:
            found.add(one)
    return found


def width_of(days: Sequence[date]) -> int:
    """Return how wide a row is, in units."""
    return len(days) * CELL


def views(days: Sequence[date], *, most: int = VIEW) -> list[Sequence[date]]:
    """Fold `days` into as few parts as hold at most `most` each, alike in length."""
    parts = -(-len(days) // most)
    edges = [len(days) * one // max(1, parts) for one in range(parts + 1)]
    return [days[edges[one] : edges[one + 1]] for one in range(parts)]


def class_seconds(calendar: Calendar, held: Iterable[Interval]) -> list[int]:
    """Return in how many seconds of each day at least one class was held.

    `held` is disjoint, as Timetable.spans is.
    """
    seconds = [0] * len(calendar.days)
    for number, share in calendar.shares(held):
        seconds[number] += share
    return seconds
