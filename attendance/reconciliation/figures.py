"""What SENCE says of each person as a whole, against what the portal says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from attendance.reconciliation.marks import Kind, Reason


@dataclass(frozen=True)
class OurFigure:
    """A person's figure with us; None where there is none, with `unclosed` sessions.

    `adjusted`: a time that was added or taken away is in it.
    """

    run: str
    value: int | None
    unclosed: int = 0
    adjusted: bool = False


@dataclass(frozen=True)
class FigurePair:
    """What one person's figures come to."""

    run: str
    kind: Kind
    ours: int | None
    theirs: int | None
    reason: Reason = Reason.NONE


def compare_figures(
    ours: Iterable[OurFigure], theirs: dict[str, int]
) -> list[FigurePair]:
    """Return one pair for each person that either side knows, by RUN."""
    own = {one.run: one for one in ours}
    return [
        _pair(run, own.get(run), theirs.get(run))
        for run in sorted(own.keys() | theirs.keys())
    ]


def _pair(run: str, ours: OurFigure | None, theirs: int | None) -> FigurePair:
    if ours is None:
        return FigurePair(run, Kind.ONLY_THEIRS, None, theirs, Reason.NOT_ENROLLED)
    if theirs is None:
        return FigurePair(run, Kind.ONLY_OURS, ours.value, None, Reason.UNKNOWN)
    if ours.value == theirs:
        return FigurePair(run, Kind.EQUAL, ours.value, theirs)
    more_there = theirs > (ours.value or 0)
    reason = Reason.NO_CLOSE if more_there and ours.unclosed else Reason.UNKNOWN
    if ours.adjusted:
        reason = Reason.ADJUSTED
    return FigurePair(run, Kind.DIFFERENT, ours.value, theirs, reason)
