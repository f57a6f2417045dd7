"""Which two actions are a partial one and its complementary.

Pure. Source: domain.md, "Courses and actions": the partial is this year's part of a
course, the complementary next year's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Side(Protocol):
    """What an action is known by in a pair."""

    @property
    def is_partial(self) -> bool: ...
    @property
    def course_id(self) -> int: ...
    @property
    def company_id(self) -> int | None: ...
    @property
    def starts_on(self) -> date: ...


@dataclass(frozen=True)
class Mismatch:
    """Why two actions are no such pair: a stable code, and Spanish."""

    code: str
    message: str


def mismatches(*, partial: Side, complementary: Side) -> Iterator[Mismatch]:
    """Yield why `complementary` can't name `partial` as its related action."""
    if not partial.is_partial:
        yield Mismatch(
            "not_partial",
            "Una complementaria se relaciona solo con una acción de tipo parcial.",
        )
    if partial.course_id != complementary.course_id:
        yield Mismatch(
            "other_course",
            "La acción parcial y su complementaria tienen que ser del mismo curso.",
        )
    if partial.company_id != complementary.company_id:
        yield Mismatch(
            "other_company",
            "La acción parcial y su complementaria tienen que ser de la misma empresa.",
        )
    if complementary.starts_on.year != partial.starts_on.year + 1:
        yield Mismatch(
            "not_the_next_year",
            "La complementaria tiene que empezar el año siguiente al de la parcial "
            f"(en {partial.starts_on.year + 1}).",
        )
