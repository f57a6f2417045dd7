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


def row_of(
    calendar: Calendar, *, credited: Iterable[Interval], marks: Sequence[Mark]
) -> Row:
    """Return the cells of one participant: each day gets its own seconds.

    A session that counts nothing stands on the day of its start.
    """
    row = Row([Cell() for _ in calendar.days])
    for number, seconds in calendar.shares(credited):
        row.cells[number].credited += seconds
    recorded = spans(marks, Kind.COUNTS, Kind.UNCOUNTED)
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


def strokes(row: Row, days: Sequence[date]) -> list[Stroke]:
    """Return the drawing of a row: one path per fill and per sign, small to send.

    Signs are shapes, not colours alone: a triangle below for what expired, a cross
    above for what failed, a dot for who is in now. Days off stay without a ground.
    """
    found: dict[str, list[str]] = {}
    for number, (cell, day) in enumerate(zip(row.cells, days, strict=True)):
        left = number * CELL
        if cell.fill != EMPTY or day.weekday() < SATURDAY:
            found.setdefault(cell.fill, []).append(f"M{left} 0h9v9h-9z")
        if cell.expired:
            found.setdefault("expired", []).append(f"M{left + 2} 8.5h5l-2.5 -4.5z")
        if cell.failed:
            cross = f"M{left + 2.5} 1l4 3M{left + 6.5} 1l-4 3"
            found.setdefault("failed", []).append(cross)
        if cell.running:
            found.setdefault("running", []).append(f"M{left + 4.5} 4.5h0")
    order = (EMPTY, HOLLOW, *(f"depth-{one + 1}" for one in range(len(DEPTHS))))
    return [
        Stroke(name, "".join(found[name]))
        for name in (*order, "expired", "failed", "running")
        if name in found
    ]


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
