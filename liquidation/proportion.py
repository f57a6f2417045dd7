"""Dates and hours of a course that runs over the new year. Pure: no Django, no clock.

SENCE's system (GCA) asks for them: of the partial action, its last day of the year and
the hours executed in it; of the complementary, its real first day, and what is left of
the accredited hours (domain.md, "Sworn statements"; case E8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_DOWN, Decimal
from typing import Final

from attendance.credit import Interval, intersect, merge, total

TENTH: Final = Decimal("0.1")  # of an hour: as hours are accredited
_HOUR: Final = 3600


@dataclass(frozen=True)
class Executed:
    """What was held of a course: its classes, and each participant's sessions."""

    classes: Sequence[Interval]
    sessions: Sequence[Sequence[Interval]]

    @property
    def by_classes(self) -> bool:
        """Whether there are classes to go by."""
        return bool(merge(self.classes))

    def within(self, span: Interval) -> "Executed":
        """Return the part of it that lies in `span`."""
        return Executed(
            intersect(merge(self.classes), [span]),
            [intersect(merge(one), [span]) for one in self.sessions],
        )

    @property
    def seconds(self) -> int:
        """Seconds of classes held; without classes, of who was in the longest [choice].

        Marks that overlap are one: no second counts twice.
        """
        if self.by_classes:
            return total(merge(self.classes))
        return max((total(merge(one)) for one in self.sessions), default=0)

    @property
    def everything(self) -> list[Interval]:
        """Classes, or without them all sessions together."""
        if self.by_classes:
            return merge(self.classes)
        return merge(span for one in self.sessions for span in one)


@dataclass(frozen=True)
class PartialProposal:
    """What to type for the partial action, and what it was computed from."""

    ends_on: date  # 31 December
    hours: Decimal
    executed_seconds: int
    accredited: Decimal | None
    by_classes: bool
    last_held_on: date | None


@dataclass(frozen=True)
class ComplementaryProposal:
    """What to type for the complementary action; None where it can't be known yet."""

    starts_on: date | None
    hours: Decimal | None
    accredited: Decimal | None
    partial_hours: Decimal | None
    by_classes: bool


def year_of(year: int, zone: tzinfo) -> Interval:
    """Return the whole of `year` by the calendar of `zone`."""
    first = datetime.combine(date(year, 1, 1), time.min, tzinfo=zone)
    following = datetime.combine(date(year + 1, 1, 1), time.min, tzinfo=zone)
    return Interval(int(first.timestamp()), int(following.timestamp()))


def propose_partial(
    executed: Executed, *, year: int, accredited: Decimal | None, zone: tzinfo
) -> PartialProposal:
    """Return the proposal for the partial action of `year`."""
    held = executed.within(year_of(year, zone))
    # by classes where the course has any, even if none of them fell in this year
    held = held if executed.by_classes == held.by_classes else Executed([], [])
    days = [_day(one.end - 1, zone) for one in held.everything]
    return PartialProposal(
        ends_on=date(year, 12, 31),
        hours=_hours(held.seconds, accredited),
        executed_seconds=held.seconds,
        accredited=accredited,
        by_classes=executed.by_classes,
        last_held_on=max(days, default=None),
    )


def propose_complementary(
    executed: Executed,
    *,
    accredited: Decimal | None,
    partial_hours: Decimal | None,
    zone: tzinfo,
) -> ComplementaryProposal:
    """Return the proposal for a complementary action whose part `executed` is.

    `partial_hours` are those liquidated in the partial action.
    """
    held = executed.everything
    hours = None
    if accredited is not None and partial_hours is not None:
        hours = max(Decimal(0), accredited - partial_hours)
    return ComplementaryProposal(
        starts_on=_day(held[0].start, zone) if held else None,
        hours=hours,
        accredited=accredited,
        partial_hours=partial_hours,
        by_classes=executed.by_classes,
    )


def grouped(marks: Iterable[tuple[int, Interval]]) -> list[list[Interval]]:
    """Return intervals by the key in front of each."""
    by_key: dict[int, list[Interval]] = {}
    for key, one in marks:
        by_key.setdefault(key, []).append(one)
    return list(by_key.values())


def _hours(seconds: int, accredited: Decimal | None) -> Decimal:
    """Whole tenths of an hour, cut; never more than was accredited."""
    hours = (Decimal(seconds) / _HOUR).quantize(TENTH, rounding=ROUND_DOWN)
    return hours if accredited is None else min(hours, accredited)


def _day(second: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(second, tz=zone).date()
