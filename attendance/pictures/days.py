"""Days as people in Chile live them: of 23, 24 or 25 hours (America/Santiago)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from attendance.credit import Interval
from otec_portal.core.zones import SANTIAGO

HOUR = 3600
USUAL = 24 * HOUR
_ONE = timedelta(days=1)


def midnight(day: date) -> int:
    """Return the instant at which `day` begins, in seconds since the epoch.

    Where the first hour does not exist, that is 01:00 on the clocks.
    """
    return int(datetime.combine(day, time.min, tzinfo=SANTIAGO).timestamp())


def span_of(day: date) -> Interval:
    """Return `day` from its midnight to the next one."""
    return Interval(midnight(day), midnight(day + _ONE))


def day_at(instant: int) -> date:
    """Return the day on which `instant` lies."""
    return local(instant).date()


def local(instant: int) -> datetime:
    """Return what clocks and calendar in Santiago show at `instant`."""
    return datetime.fromtimestamp(instant, SANTIAGO)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return all days from `first` to `last`, both included."""
    return tuple(first + number * _ONE for number in range((last - first).days + 1))


def days_touched(span: Interval) -> tuple[date, ...]:
    """Return the days on which `span` lies; an empty one on that of its start."""
    return days_between(day_at(span.start), day_at(max(span.start, span.end - 1)))


class Calendar:
    """Consecutive days, ready to give many spans to the days they lie on."""

    def __init__(self, days: tuple[date, ...]) -> None:
        self.days = days
        self._edges = [midnight(day) for day in days]
        if days:
            self._edges.append(midnight(days[-1] + _ONE))

    def number_of(self, instant: int) -> int | None:
        """Return the place among the days of that of `instant`; None outside."""
        number = bisect_right(self._edges, instant) - 1
        return number if 0 <= number < len(self.days) else None

    def shares(self, spans: Iterable[Interval]) -> Iterator[tuple[int, int]]:
        """Give the seconds of `spans` to their days: (the day's place, seconds).

        What lies outside the days is left out.
        """
        for span in spans:
            number = max(0, bisect_right(self._edges, span.start) - 1)
            for start, end in pairwise(self._edges[number:]):
                if start >= span.end:
                    break
                inside = Interval(max(start, span.start), min(end, span.end)).seconds
                if inside:
                    yield number, inside
                number += 1
