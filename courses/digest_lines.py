"""What reminders say on a day: those that still hold, the nearest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from django.db.models import QuerySet

from courses.ladder import Kind, Ladder, Standing, Step
from courses.models import Reminder, TrainingAction
from courses.notices import LONG_OVER, Plan
from courses.standing import ladders_of
from otec_portal.core.models import Membership, Role

SHOWN: Final = 40  # lines of one mail
_PAGE: Final = 500  # rows looked at at a time


@dataclass(frozen=True)
class Profile:
    """One profile of the person: its role, the regions it is bound to, its choice."""

    role: str
    regions: frozenset[str] | None
    silent: bool

    def reaches(self, action: TrainingAction) -> bool:
        """Say whether the profile acts for `action`, one of its training body."""
        return self.regions is None or action.region in self.regions


def profile_of(membership: Membership, *, silent: bool) -> Profile:
    """Return `membership` as reminders see it."""
    bound = membership.role == Role.REGIONAL_ADMIN
    regions = membership.region_codes() if bound else None
    return Profile(membership.role, regions, silent)


@dataclass(frozen=True)
class Line:
    """One step of one action, with the ladder on which it stands."""

    action: TrainingAction
    ladder: Ladder
    step: Step


@dataclass
class Told:
    """What a digest tells: its first lines, how many there are, by which reminders.

    `lines` are still to come, the nearest first; `over` have passed, the last first.
    `steps` are all of them, by action and kind. `lapsed`: how many of the reminders
    that were looked at hold no more.
    """

    lines: list[Line] = field(default_factory=list)
    over: list[Line] = field(default_factory=list)
    ahead_count: int = 0
    over_count: int = 0
    reminders: list[int] = field(default_factory=list)
    steps: set[tuple[int, Kind]] = field(default_factory=set)
    lapsed: int = 0

    @property
    def count(self) -> int:
        """How many steps there are in all."""
        return self.ahead_count + self.over_count

    def add(self, line: Line) -> None:
        """Take `line`, which comes after those before it, in no more than SHOWN."""
        if line.step.standing == Standing.OVER:
            self.over_count += 1
            self.over = [line, *self.over][:SHOWN]
            return
        self.ahead_count += 1
        if self.ahead_count <= SHOWN:
            self.lines.append(line)


@dataclass(frozen=True)
class Desk:
    """A person in a training body on `today`: what they want, and by which profiles."""

    plan: Plan
    profiles: Sequence[Profile]
    today: date

    def tell(self, rows: QuerySet[Reminder]) -> Told:
        """Return what `rows` say today. Memory is bounded; a query for each _PAGE."""
        told = Told()
        last: tuple[int, Kind] | None = None
        for row, line in self._looked_at(rows):
            if line is None:
                told.lapsed += 1
                continue
            told.reminders.append(row.pk)
            this = (row.action_id, line.step.kind)
            if this == last:
                continue  # an earlier notice of the same step, untold until now
            last = this
            told.steps.add(this)
            told.add(line)
        told.over = told.over[: SHOWN - len(told.lines)]
        return told

    def _looked_at(
        self, rows: QuerySet[Reminder]
    ) -> Iterator[tuple[Reminder, Line | None]]:
        ordered = rows.select_related("action__course").order_by(
            "step_on", "action", "kind", "notice"
        )
        for page in _pages(ordered.iterator(_PAGE)):
            actions = {row.action_id: row.action for row in page}
            ladders = ladders_of(actions.values(), today=self.today)
            for row in page:
                yield row, self._line(row, ladders)

    def _line(self, row: Reminder, ladders: Mapping[int, Ladder]) -> Line | None:
        """Return what `row` says, None where it holds no more."""
        ladder = ladders[row.action_id]
        step = ladder.step(Kind(row.kind))
        if (
            step is None
            or step.on != row.step_on
            or not step.needs_something
            or step.days < -LONG_OVER
            or ladder.facts.in_test
            or not self._wants(row)
        ):
            return None
        return Line(row.action, ladder, step)

    def _wants(self, row: Reminder) -> bool:
        kind = Kind(row.kind)
        return any(
            one.reaches(row.action)
            and row.notice in self.plan.wants(kind, one.role, silent=one.silent)
            for one in self.profiles
        )


def _pages(rows: Iterable[Reminder]) -> Iterator[list[Reminder]]:
    rest = iter(rows)
    while page := list(islice(rest, _PAGE)):
        yield page
