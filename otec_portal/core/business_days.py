"""Business days in Chile, by date.

Saturdays, Sundays and national public holidays are none; regional holidays are business
days [choice] (domain.md, "Deadlines"). Days of elections are Sundays.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

from holidays import country_holidays

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5  # as date.weekday() counts


@cache
def _national(year: int) -> frozenset[date]:
    return frozenset(country_holidays("CL", years=year))


def is_business_day(day: date) -> bool:
    """Say whether offices work on `day`."""
    return day.weekday() < _SATURDAY and day not in _national(day.year)


def add_business_days(start: date, days: int) -> date:
    """Return the date on which `days` (1 or more) business days after `start` end.

    `start` itself does not count. Source: seed 001, question 131.
    """
    day = start
    while days:
        day += _DAY
        days -= is_business_day(day)
    return day


def business_days_between(start: date, end: date) -> int:
    """Return how many business days lie after `start`, up to and with `end`."""
    span = (end - start).days
    return sum(is_business_day(start + _DAY * n) for n in range(1, span + 1))
