"""The ladder drawn: a line of 60 days with its parts, its marks and today. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from courses.ladder import DAYS, Kind, Ladder
from courses.terms import LAST, LIQUIDATION, ORDINARY

FULL: Final = 100.0  # per cent of the width
_PARTS: Final = (
    ("ordinary", 0, ORDINARY),
    ("justified", ORDINARY, LAST),
    ("liquidation", LAST, LIQUIDATION),
)


@dataclass(frozen=True)
class Part:
    """A stretch of the line, in per cent as SVG takes it."""

    name: str
    x: str
    width: str


@dataclass(frozen=True)
class Mark:
    """A day written below the line; `anchor` as SVG's text-anchor."""

    x: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """What the template draws; `today` is "" before the end, and on day 0 "0%"."""

    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    today: str


def drawing(one: Ladder) -> Drawing:
    """Return the line of `one`: what is done, what is past, what is to come."""
    day = one.facts.terms.day(one.today)
    return Drawing(
        parts=tuple(_parts(one, day)),
        marks=tuple(_marks(one)),
        today="" if day < 0 else _across(min(day, LIQUIDATION)),
    )


def _parts(one: Ladder, day: int) -> Iterator[Part]:
    """Each part, split at `day` into what is past and what is to come."""
    emitted = not one.to_emit
    for name, first, last in _PARTS:
        over = one.facts.liquidated or (emitted and last <= LAST)
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
    anchors = {Kind.END: "start", Kind.ORDINARY: "middle", Kind.LIQUIDATION: "end"}
    for step in one.steps:
        if step.kind in anchors:
            day = DAYS[step.kind]
            number = f"{day}: " if day else ""
            text = f"{number}{step.on:%d-%m}"
            yield Mark(_across(day), text, anchors[step.kind])


def _across(day: int) -> str:
    return f"{day * FULL / LIQUIDATION:.2f}%"
