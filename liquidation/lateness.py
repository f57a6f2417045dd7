"""The last day on which a packet is in time, and since when it is late. Pure.

A packet is due when the first of its actions is: on day 60 (domain.md, "Deadlines").
Dates are of America/Santiago.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from courses.ladder import NEAR, VERY_NEAR
from courses.models import TrainingAction
from courses.outlook import Badge
from courses.terms import LIQUIDATION, Terms
from otec_portal.core.attention import how_many

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """Until when a packet is in time, as it stands on `today`."""

    until: date
    today: date

    @property
    def days(self) -> int:
        """How many days are left, negative once it is late."""
        return (self.until - self.today).days

    @property
    def late(self) -> bool:
        """Whether the last day is over."""
        return self.days < 0

    @property
    def near(self) -> bool:
        """Whether it is pressing, or late."""
        return self.days <= NEAR

    @property
    def badge(self) -> Badge:
        """How it is shown."""
        if self.late:
            return Badge("danger", "alert", "Fuera de plazo")
        if not self.days:
            return Badge("danger", "alert", "Vence hoy")
        left = how_many(self.days, "día", "días")
        words = f"{'Queda' if self.days == 1 else 'Quedan'} {left}"
        kind = "danger" if self.days <= VERY_NEAR else "warning"
        return Badge(kind if self.near else "neutral", "clock", words)


def due_of(actions: Iterable[TrainingAction], today: date) -> Due | None:
    """Return until when a packet of `actions` is in time; None without actions."""
    first = min((one.terms().day_zero for one in actions), default=None)
    return due_from(first, today)


def due_from(day_zero: date | None, today: date) -> Due | None:
    """Return the same, from the first day 0 of the actions."""
    if day_zero is None:
        return None
    return Due(Terms(day_zero).liquidation_until, today)


def late_since(actions: Iterable[TrainingAction], today: date) -> date | None:
    """Return the first day on which a packet of `actions` was late; None in time.

    >>> late_since([], date(2026, 9, 7)) is None
    True
    """
    due = due_of(actions, today)
    return due.until + _DAY if due and due.late else None


def near_from(today: date) -> date:
    """Return the last day 0 whose day 60 is pressing, or over, on `today`."""
    return today - timedelta(days=LIQUIDATION - NEAR)
