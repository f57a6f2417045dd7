"""The ladder drawn: its days in parts, with its marks and today. Pure.

A day is as wide as any other and is past once it is over: the line has the days 0 to
60, each of which ends at its midnight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from courses.ladder import DAYS, Kind, Ladder
from courses.terms import LAST, LIQUIDATION, ORDINARY

FULL: Final = 100.0  # per cent of the width
ALL: Final = LIQUIDATION + 1  # days of the line
_LIQUIDATION: Final = "liquidation"
_PARTS: Final = (  # from the beginning of a day to the end of the one before the next
    ("ordinary", 0, ORDINARY + 1),
    ("justified", ORDINARY + 1, LAST + 1),
    (_LIQUIDATION, LAST + 1, ALL),
)


def _across(days: float) -> str:
    return f"{days * FULL / ALL:.2f}%"


@dataclass(frozen=True)
class Part:
    """A stretch of the line, in per cent as SVG takes it."""

    name: str
    x: str
    width: str


@dataclass(frozen=True)
class Mark:
    """A day written below the line; `anchor` as SVG's text-anchor.

    `year` only where the line crosses a new year.
    """

    x: str
    text: str
    anchor: str
    year: str = ""


@dataclass(frozen=True)
class Drawing:
    """What the template draws; `today`, the middle of its day, is "" outside the line:
    before the end of the course, and once all is over. `ends` are those of the days 40,
    59 and 60, which the small picture marks without words."""

    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    today: str
    ends: tuple[str, ...] = tuple(_across(last) for _, _, last in _PARTS)


def drawing(one: Ladder) -> Drawing:
    """Return the line of `one`: what is done, what is past, what is to come."""
    day = one.facts.terms.day(one.today)
    return Drawing(
        parts=tuple(_parts(one, day)),
        marks=tuple(_marks(one)),
        today=_across(day + 0.5) if 0 <= day < ALL else "",
    )


def _parts(one: Ladder, day: int) -> Iterator[Part]:
    """Each part, split where `day` begins into what is past and what is to come."""
    emitted = not one.to_emit
    for name, first, last in _PARTS:
        over = one.facts.liquidated or (emitted and name != _LIQUIDATION)
        split = min(max(day, first), last)
        if over:
            yield _part("done", first, last)
            continue
        if split > first:
            yield _part("past", first, split)
        if split < last:
            yield _part(name, split, last)


def _part(name: str, first: int, last: int) -> Part:
    return Part(name, _across(first), _across(last - first))


def _marks(one: Ladder) -> Iterator[Mark]:
    crosses = len({step.on.year for step in one.steps if step.kind in DAYS}) > 1
    anchors = {Kind.END: "start", Kind.ORDINARY: "middle", Kind.LIQUIDATION: "end"}
    for step in one.steps:
        if step.kind in anchors:
            day = DAYS[step.kind]
            number = f"{day}: " if day else ""
            text = f"{number}{step.on:%d-%m}"
            year = f"{step.on:%Y}" if crosses else ""
            x = _across(day + 1 if day else 0)
            yield Mark(x, text, anchors[step.kind], year)
