"""A month of the calendar: its weeks, and what falls due on each day."""

import re
from calendar import MONDAY, Calendar, monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.formats import date_format

from courses.agenda import Entry

SHOWN: Final = 3  # entries of a day in the grid
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
_FORM: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """A day of the grid; `outside`: of the month before or after."""

    on: date
    outside: bool
    today: bool
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        """How it stands in addresses: 2026-11-21."""
        return self.on.isoformat()

    @property
    def words(self) -> str:
        """The day in words: Sábado 21-11-2026."""
        return date_format(self.on, "l d-m-Y").capitalize()

    @property
    def weekday(self) -> str:
        """The day of the week, in few letters."""
        return date_format(self.on, "D").capitalize()

    @property
    def first(self) -> Sequence[Entry]:
        """The entries that are shown."""
        return self.entries[:SHOWN]

    @property
    def others(self) -> int:
        """How many entries are not shown."""
        return max(0, len(self.entries) - SHOWN)


@dataclass(frozen=True)
class Month:
    """A month by its `first` day."""

    first: date
    since: None = None  # all of it is shown, as it was

    @property
    def last(self) -> date:
        """Its last day."""
        _, days = monthrange(self.first.year, self.first.month)
        return self.first.replace(day=days)

    @property
    def name(self) -> str:
        """How it stands in addresses: 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        """The month with its year: Noviembre de 2026."""
        return date_format(self.first, r"F \d\e Y").capitalize()

    @property
    def word(self) -> str:
        """The month alone."""
        return date_format(self.first, "F").capitalize()

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month(self.last + timedelta(days=1))

    def weeks(self, entries: Sequence[Entry], *, today: date) -> list[list[Day]]:
        """Return its weeks, from Monday to Sunday, whole."""
        by_day = _by_day(entries)
        weeks = Calendar(MONDAY).monthdatescalendar(self.first.year, self.first.month)
        return [
            [
                Day(on, on.month != self.first.month, on == today, by_day[on])
                for on in week
            ]
            for week in weeks
        ]


def month_named(name: str, *, today: date) -> Month:
    """Return the month that an address names; that of `today` where it names none."""
    found = _FORM.fullmatch(name)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return Month(date(int(found[1]), int(found[2]), 1))
    return Month(today.replace(day=1))


def days_of(entries: Sequence[Entry], *, today: date) -> list[Day]:
    """Return the days that have entries, in their order."""
    return [
        Day(on, outside=False, today=on == today, entries=found)
        for on, found in _by_day(entries).items()
    ]


def _by_day(entries: Sequence[Entry]) -> dict[date, list[Entry]]:
    found: defaultdict[date, list[Entry]] = defaultdict(list)
    for one in entries:
        found[one.step.on].append(one)
    return found
