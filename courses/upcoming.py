"""The calendar's list without a month: what is over and lost, then what is to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from courses.agenda import Entry
from courses.month import Day, Month, days_of

AHEAD: Final = 90  # days
LOST_FOR: Final = timedelta(days=60)  # as long as home tells of it
LOST: Final = "Vencidos que siguen pendientes"


@dataclass(frozen=True)
class Upcoming:
    """The days from `since` on; before them what is lost, and for how long."""

    since: date

    @property
    def first(self) -> date:
        """The first day of which something is shown."""
        return self.since - LOST_FOR

    @property
    def last(self) -> date:
        """Its last day."""
        return self.since + timedelta(days=AHEAD)


@dataclass(frozen=True)
class Group:
    """Days under one title."""

    title: str
    days: Sequence[Day]


def groups_of(entries: Sequence[Entry], *, today: date) -> list[Group]:
    """Return `entries`, which are by date: those before `today`, then by month."""
    lost = [one for one in entries if one.step.on < today]
    ahead = [one for one in entries if one.step.on >= today]
    first = [Group(LOST, days_of(lost, today=today))] if lost else []
    return [*first, *_by_month(ahead, today)]


def _by_month(entries: Sequence[Entry], today: date) -> Iterator[Group]:
    for month, found in groupby(
        entries, key=lambda one: Month(one.step.on.replace(day=1))
    ):
        yield Group(month.words, days_of(list(found), today=today))
