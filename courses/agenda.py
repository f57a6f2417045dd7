"""What falls due when: the steps of many actions, by date."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from courses.ladder import DAYS, Ladder, Stake, Standing, Step
from courses.ladder_words import Told, standing_of, what_of
from courses.models import ActionState, Environment, TrainingAction
from courses.outlook import CERTIFICATE
from courses.standing import day_zero_within, declared_within, ladders_of
from otec_portal.core.models import Membership

MOST: Final = 2000  # actions that are looked at at a time


@dataclass(frozen=True)
class Entry:
    """One step of one action."""

    action: TrainingAction
    ladder: Ladder
    step: Step

    @property
    def what(self) -> str:
        """What is to be done, or happens."""
        return what_of(self.step, self.ladder)

    @property
    def told(self) -> Told:
        """Where it stands, as the ladder of its action says."""
        return standing_of(self.step, self.ladder)

    @property
    def lost(self) -> bool:
        """Whether it is over, and nothing came in its place."""
        return is_lost(self.step)


def is_lost(step: Step) -> bool:
    """Say whether `step` is over, and nothing came in its place."""
    return step.standing == Standing.OVER and step.needs_something


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries are asked for.

    `first` and `last` are dates, both included; `region` is "" for all of them;
    `pending`: only what still needs something; with `missed` what was missed too,
    though a later step took its place. Before `since`, where there is one, only what is
    over without anything in its place.
    """

    first: date
    last: date
    stakes: Collection[Stake] = tuple(Stake)
    region: str = ""
    pending: bool = True
    missed: bool = False
    since: date | None = None

    def asks_for(self, step: Step) -> bool:
        """Say whether `step` is among what is asked for."""
        if self.since and step.on < self.since and not is_lost(step):
            return False
        return (
            self.first <= step.on <= self.last
            and step.stake in self.stakes
            and (step.needs_something or not self.pending or self._missed(step))
        )

    def _missed(self, step: Step) -> bool:
        return self.missed and step.standing == Standing.OVER


@dataclass(frozen=True)
class Agenda:
    """The entries by date; `cut` where there are more actions than MOST."""

    entries: list[Entry]
    cut: bool


def agenda(membership: Membership, wanted: Wanted, *, today: date) -> Agenda:
    """Return what `membership` may see of what is `wanted`, as it stands on `today`.

    Of actions in production, where alone certificates are emitted. Three queries.
    """
    rows = _actions(membership, wanted)
    found = list(rows.order_by("ends_on", "pk")[: MOST + 1])
    entries = _entries(found[:MOST], wanted, today)
    entries.sort(key=lambda one: (one.step.on, one.step.stake, one.action.action_code))
    return Agenda(entries, cut=len(found) > MOST)


def pages(
    membership: Membership, wanted: Wanted, *, today: date
) -> Iterator[list[Entry]]:
    """Yield all of what `agenda` would return but for MOST, of MOST actions at a time.

    By action, in the order of their keys. Three queries for each page.
    """
    rows = _actions(membership, wanted).order_by("pk")
    found = list(rows[:MOST])
    yield _entries(found, wanted, today)
    while len(found) == MOST:
        found = list(rows.filter(pk__gt=found[-1].pk)[:MOST])
        yield _entries(found, wanted, today)


def _entries(
    actions: Sequence[TrainingAction], wanted: Wanted, today: date
) -> list[Entry]:
    ladders = ladders_of(actions, today=today)
    return [
        Entry(action, ladders[action.pk], step)
        for action in actions
        for step in ladders[action.pk].steps
        if wanted.asks_for(step)
    ]


def _actions(membership: Membership, wanted: Wanted) -> QuerySet[TrainingAction]:
    first, last = wanted.first, wanted.last
    near = declared_within(first, last) | Q(
        pk__in=CERTIFICATE.outlook.answers_due(first, last)
    )
    for earliest, latest in _day_zeros(first, last):
        near |= day_zero_within(earliest, latest)
    rows = (
        TrainingAction.objects.visible_to(membership)
        .filter(near, environment=Environment.PRODUCTION)
        .exclude(decision=ActionState.ANNULLED)
        .select_related("course")
    )
    if wanted.pending:
        rows = rows.filter(decision="")
    return rows.filter(region=wanted.region) if wanted.region else rows


def _day_zeros(first: date, last: date) -> list[tuple[date, date]]:
    """Return the spans of day 0 by which a step falls between these dates, apart."""
    spans: list[tuple[date, date]] = []
    for days in sorted(DAYS.values(), reverse=True):
        after = timedelta(days=days)
        earliest, latest = first - after, last - after
        if spans and earliest <= spans[-1][1]:
            earliest = spans.pop()[0]
        spans.append((earliest, latest))
    return spans
