"""The index of a packet as it was built, for who receives it: from its contents alone.

What it holds by now may be something else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liquidation.models import PacketBuild


@dataclass(frozen=True)
class Entry:
    """A document in its place; `whose` "" where it is nobody's in particular."""

    number: int
    what: str
    whose: str
    pages: int


@dataclass(frozen=True)
class Part:
    """An action with its documents, in the order of the packet."""

    code: str
    course: str
    entries: Sequence[Entry]


def parts_of(build: PacketBuild) -> list[Part]:
    """Return the index of `build`, action by action."""
    told: dict[str, Any] = json.loads(build.contents)
    pages = {one["number"]: one["pages"] for one in told.get("documents", [])}
    return [
        Part(
            code=one["code"],
            course=one["course"],
            entries=[_entry(place, pages) for place in one["places"]],
        )
        for one in told.get("actions", [])
    ]


def _entry(place: Mapping[str, Any], pages: Mapping[int, int]) -> Entry:
    person, number = place["person"], place["document"]
    return Entry(
        number=number,
        what=place["what"],
        whose=person["name"] if person else "",
        pages=pages[number],
    )
