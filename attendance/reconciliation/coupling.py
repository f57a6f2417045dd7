"""Who goes with whom: marks of one person coupled one to one. Pure."""

from collections.abc import Callable, Iterator
from typing import Final

from attendance.reconciliation.marks import Ours, Theirs

APART: Final = 6 * 3600  # seconds between marks that can't be the same
Couples = list[tuple[Ours, Theirs]]
Cost = Callable[[Ours, Theirs], int | None]  # None: these two never go together


def align(ours: list[Ours], theirs: list[Theirs], cost: Cost) -> Couples:
    """Couple as many as may be coupled, as cheaply as can be, none across another."""
    couples: Couples = []
    for some, more in _clusters(ours, theirs):
        couples += _couple(some, more, cost)
    return couples


def _clusters(
    ours: list[Ours], theirs: list[Theirs]
) -> Iterator[tuple[list[Ours], list[Theirs]]]:
    """Split a person's marks where so much time lies between that nothing meets."""
    mixed: list[tuple[int, int, Ours | Theirs]] = [
        *((one.start, one.end or one.start, one) for one in ours),
        *((two.starts[0], (two.ends or two.starts)[-1], two) for two in theirs),
    ]
    own: list[Ours] = []
    other: list[Theirs] = []
    reach: int | None = None
    for start, end, mark in sorted(mixed, key=lambda entry: entry[:2]):
        if reach is not None and start > reach + APART:
            yield own, other
            own, other = [], []
        reach = max(end, reach or end)
        if isinstance(mark, Ours):
            own.append(mark)
        else:
            other.append(mark)
    yield own, other


def _couple(ours: list[Ours], theirs: list[Theirs], cost: Cost) -> Couples:
    ours = sorted(ours, key=lambda one: (one.start, one.end or one.start, one.key))
    theirs = sorted(theirs, key=lambda one: (one.starts, one.ends, one.key))
    costs = [[cost(one, two) for two in theirs] for one in ours]
    best = [[(0, 0)] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            best[i][j] = max(
                best[i + 1][j], best[i][j + 1], _with(costs[i][j], best[i + 1][j + 1])
            )
    couples: Couples = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            couples.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
    return couples


def _with(cost: int | None, rest: tuple[int, int]) -> tuple[int, int]:
    """Return (couples, what they cost, less than nothing) with one couple more."""
    return (-1, 0) if cost is None else (rest[0] + 1, rest[1] - cost)
