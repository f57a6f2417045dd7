"""How the percentages of an action lie against the threshold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from attendance.credit import HUNDRED

STEP: Final = 5  # per cent in one bar; 100 has a bar of its own
BARS: Final = HUNDRED // STEP + 1
FULL: Final = 100.0  # the drawing's width and height, in per cent
AIR: Final = 0.12  # of a bar's place, between it and the next


@dataclass(frozen=True)
class Bar:
    """Participants from `first` to `last` per cent; those `below` the threshold."""

    first: int
    last: int
    below: int
    enough: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.below + self.enough

    @property
    def words(self) -> str:
        """The percentages it holds, in words."""
        if self.first == self.last:
            return f"{self.first} %"
        return f"{self.first} a {self.last} %"


@dataclass(frozen=True)
class Block:
    """A rectangle of the drawing, in per cent of it, from its upper left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Distribution:
    """The bars, and where the threshold stands."""

    bars: tuple[Bar, ...]
    threshold: int
    none: int  # without a percentage

    @property
    def people(self) -> int:
        """Who has a percentage."""
        return sum(bar.people for bar in self.bars)

    @property
    def below(self) -> int:
        """Who is below the threshold: at it they are not."""
        return sum(bar.below for bar in self.bars)

    @property
    def most(self) -> int:
        """How many the highest bar holds."""
        return max(bar.people for bar in self.bars)

    @property
    def line(self) -> float:
        """Where the threshold is drawn, in per cent of the width."""
        return _across(self.threshold)


def distribute(people: Mapping[int | None, int], *, threshold: int) -> Distribution:
    """Sort `people` (how many have which percentage) into bars."""
    below, enough = [0] * BARS, [0] * BARS
    for per_cent, number in people.items():
        if per_cent is not None:
            side = below if per_cent < threshold else enough
            side[per_cent // STEP] += number
    bars = tuple(
        Bar(first, min(HUNDRED, first + STEP - 1), below[one], enough[one])
        for one, first in enumerate(range(0, HUNDRED + 1, STEP))
    )
    return Distribution(bars, threshold, people.get(None, 0))


def blocks(drawn: Distribution) -> list[Block]:
    """Return the bars' rectangles; those who have enough stand upon the others."""
    found = []
    place = FULL / BARS
    for number, bar in enumerate(drawn.bars):
        left, width = (number + AIR / 2) * place, (1 - AIR) * place
        ground = FULL
        for name, people in (("below", bar.below), ("enough", bar.enough)):
            if people:
                height = people * FULL / drawn.most
                ground -= height
                found.append(Block(name, left, max(0.0, ground), width, height))
    return found


def ticks(drawn: Distribution) -> list[tuple[int, float]]:
    """Return the percentages written below, and where: the left edge of their bar."""
    return [(bar.first, _across(bar.first)) for bar in drawn.bars[::4]]


def _across(per_cent: int) -> float:
    return per_cent / STEP * FULL / BARS
