"""What needs a person: each room says it of its own, the home page puts it together.

A room offers `items(membership, *, now)` and, for a training body that is just
beginning, `first_steps(membership)`; otec_portal/home.py knows the rooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeVar

from django.db.models import Count, Model, QuerySet, Window

from otec_portal.core.permissions import Permission

SHOWN: Final = 3  # examples that an item names
Row = TypeVar("Row", bound=Model)


class Urgency(IntEnum):
    """How soon; the smallest comes first."""

    NOW = 1
    TODAY = 2
    SOON = 3


@dataclass(frozen=True)
class Example:
    """One of the things that an item counts; `url` "" where it has no page."""

    text: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that needs a person.

    `kind` is stable ("room.thing"); `title` says it with its number, `next_step` what
    to do, and `needs` what one has to be allowed for it, None where nothing;
    `examples` are the first of the `count` things; `url` leads to all of them.
    """

    kind: str
    urgency: Urgency
    count: int
    title: str
    next_step: str
    url: str
    link: str
    needs: Permission | None = None
    examples: Sequence[Example] = ()

    @property
    def others(self) -> int:
        """How many of the things the examples don't show."""
        return self.count - len(self.examples)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A first step of a training body; `url` "" where it can't be taken yet.

    `needs` is what one has to be allowed to take it; `done` is of the whole body.
    """

    title: str
    text: str
    done: bool
    url: str
    link: str
    needs: Permission


def first_of(rows: QuerySet[Row], *, shown: int = SHOWN) -> tuple[list[Any], int]:
    """Return the first of `rows`, and how many there are in all, by one query."""
    first: list[Any] = list(rows.annotate(in_all=Window(Count("*")))[:shown])
    return first, first[0].in_all if first else 0


def how_many(count: int, one: str, many: str) -> str:
    """Return `count` with its noun, as people write it.

    >>> how_many(1, "alerta", "alertas"), how_many(1234, "alerta", "alertas")
    ('1 alerta', '1.234 alertas')
    """
    return f"{count:,} {one if count == 1 else many}".replace(",", ".")
