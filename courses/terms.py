"""The terms of an action and of an answer: days 40, 59, 60. Pure: dates in and out.

Day 0 is the end date; a day ends at 23:59:59 in America/Santiago (domain.md,
"Deadlines"; seed 001, questions 125 and 128).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

ORDINARY: Final = 40  # calendar days in which the certificate is emitted
RECOMMENDED: Final = 58  # "before day 59 is complete": one day in hand [choice]
LAST: Final = 59
LIQUIDATION: Final = 60
ANSWER: Final = 20  # business days in which the regional office answers an annulment


class Window(StrEnum):
    """What the calendar says to an emission."""

    ORDINARY = "ordinary"
    JUSTIFIED = "justified"  # from day 41 to day 59, with a justification
    OVER = "over"


@dataclass(frozen=True)
class Terms:
    """The terms that run from `day_zero`."""

    day_zero: date

    @property
    def ordinary_until(self) -> date:
        """The last date of the ordinary term, day 40."""
        return self._date(ORDINARY)

    @property
    def recommended_until(self) -> date:
        """The date that the screens advise."""
        return self._date(RECOMMENDED)

    @property
    def last_date(self) -> date:
        """The last date on which a certificate can be emitted, day 59."""
        return self._date(LAST)

    @property
    def liquidation_until(self) -> date:
        """The last date of liquidation and of annulment requests, day 60."""
        return self._date(LIQUIDATION)

    def day(self, today: date) -> int:
        """Return which day `today` is; negative before the end date."""
        return (today - self.day_zero).days

    def window(self, today: date) -> Window:
        """Return what an emission on `today` needs."""
        if today <= self.ordinary_until:
            return Window.ORDINARY
        return Window.JUSTIFIED if today <= self.last_date else Window.OVER

    def _date(self, day: int) -> date:
        return self.day_zero + timedelta(days=day)


def day_zero(
    *, partial: bool, starts_on: date, ends_on: date, real_ends_on: date | None
) -> date:
    """Return the date from which an action's terms run.

    Of a partial action that is the real end date once it is known, provisionally
    31 December of the year in which it began [choice].
    """
    if not partial:
        return ends_on
    return real_ends_on or end_of_year(starts_on.year)


def end_of_year(year: int) -> date:
    """Return the day until which a partial action runs that begins in `year`."""
    return date(year, 12, 31)


def declared_from(*, partial: bool, starts_on: date, ends_on: date) -> date:
    """Return the first day on which the OTEC can issue its sworn statement.

    The day after the end; of a partial action, 1 January after the year of its start
    (domain.md, "Sworn statements").
    """
    if partial:
        return end_of_year(starts_on.year) + timedelta(days=1)
    return ends_on + timedelta(days=1)


def last_moment(day: date, zone: tzinfo) -> datetime:
    """Return the last second of `day` in `zone`.

    Where clocks go back at midnight (April) its 23:59:59 comes twice: the second one.
    """
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).replace(fold=1)
