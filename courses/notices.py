"""Which notice of a step is due on a day. Pure: dates in, notices out.

Source: domain.md, "Deadlines"; issue 6, "Reminders". The steps, and whether they still
need something, are those of courses.ladder.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from courses.ladder import HARD, Kind
from otec_portal.core.business_days import is_business_day

OVER: Final = -1  # the notice, once, that a step is over
DAYS_BEFORE: Final = (30, 15, 10, 7, 5, 3, 2, 1, 0)
NOTICES: Final = (*DAYS_BEFORE, OVER)
LONG_OVER: Final = 10  # days after which nobody is told any more [choice]
KINDS: Final = (
    Kind.ORDINARY,
    Kind.LAST,
    Kind.LIQUIDATION,
    Kind.ANSWER,
    Kind.DECLARATION,
)
ESCALATED_KINDS: Final = frozenset({Kind.LAST, Kind.LIQUIDATION})  # days 59 and 60
ESCALATED: Final = frozenset({3, 0, OVER})  # to national admins, whatever was chosen
NATIONAL: Final = "national_admin"
REGIONAL: Final = "regional_admin"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """What a training body chose: notices, of which steps, to which roles.

    `quiet`: no mail on days that are not business days.
    """

    notices: frozenset[int]
    kinds: frozenset[Kind]
    roles: frozenset[str]
    quiet: bool

    def wants(self, kind: Kind, role: str, *, silent: bool) -> frozenset[int]:
        """Return the notices of `kind` for whoever has `role`; `silent`: left out."""
        chosen = kind in self.kinds and role in self.roles and not silent
        escalated = kind in ESCALATED_KINDS and role == NATIONAL
        return (self.notices if chosen else frozenset()) | (
            ESCALATED if escalated else frozenset()
        )

    def told_until(self, today: date) -> date | None:
        """Return up to which day a mail of `today` tells; None: there is none today.

        A quiet plan tells, on the last business day before them, what falls on days
        that are none [choice].
        """
        if not self.quiet:
            return today
        if not is_business_day(today):
            return None
        until = today
        while not is_business_day(until + _DAY):
            until += _DAY
        return until


DEFAULT: Final = Plan(
    notices=frozenset({10, 3, 1, 0}),
    kinds=frozenset(KINDS),
    roles=frozenset({NATIONAL, REGIONAL}),
    quiet=False,
)


def notice_of(
    kind: Kind,
    on: date,
    notices: Collection[int],
    *,
    today: date,
    until: date,
) -> int | None:
    """Return which of `notices` of a step of `on` holds on `today`, or None.

    Of several whose days have come the latest alone; `until` is Plan.told_until. That
    it is over is told, of the steps that stay open then, for LONG_OVER days.
    """
    if on < today:
        told = OVER in notices and kind in HARD and (today - on).days <= LONG_OVER
        return OVER if told else None
    come = [one for one in notices if one >= 0 and on <= until + one * _DAY]
    return min(come, default=None)


@dataclass(frozen=True)
class Due:
    """A step of `kind` that falls on `on` has its `notice` now.

    `escalated`: it goes to national admins, whatever was chosen.
    """

    kind: Kind
    on: date
    notice: int
    escalated: bool


def due_steps(plan: Plan, *, today: date) -> Iterator[Due]:
    """Yield every date on which a step has a notice on `today`, by kind."""
    until = plan.told_until(today)
    if until is None:
        return
    wanted = [(kind, plan.notices, False) for kind in KINDS if kind in plan.kinds]
    wanted += [(kind, ESCALATED, True) for kind in KINDS if kind in ESCALATED_KINDS]
    last = until + DAYS_BEFORE[0] * _DAY
    days = [today + n * _DAY for n in range(-LONG_OVER, (last - today).days + 1)]
    for kind, notices, escalated in wanted:
        for on in days:
            notice = notice_of(kind, on, notices, today=today, until=until)
            if notice is not None:
                yield Due(kind, on, notice, escalated)
