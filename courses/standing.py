"""Where actions stand on their ladders, with what the rooms above know of them."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db.models import Q

from courses.ladder import Facts, Known, Ladder, ladder
from courses.models import ActionState, ActivityType, Environment, TrainingAction
from courses.outlook import CERTIFICATE
from courses.terms import declared_from, end_of_year

_ONE_DAY = timedelta(days=1)


def facts_of(action: TrainingAction, known: Known) -> Facts:
    """Return what the ladder of `action` follows from. No query."""
    partial = action.activity_type == ActivityType.PARTIAL
    return Facts(
        terms=action.terms(),
        known=known,
        provisional=partial and action.real_ends_on is None,
        declared_from=declared_from(
            partial=True, starts_on=action.starts_on, ends_on=action.ends_on
        )
        if partial
        else None,
        otic=action.intermediary_id is not None,
        in_test=action.environment == Environment.TEST,
        liquidated=action.decision == ActionState.LIQUIDATED,
        annulled=action.decision == ActionState.ANNULLED,
    )


def ladders_of(
    actions: Collection[TrainingAction], *, today: date
) -> Mapping[int, Ladder]:
    """Return the ladder of each of `actions` by its key. One query."""
    known = CERTIFICATE.outlook.known([action.pk for action in actions])
    return {
        action.pk: ladder(facts_of(action, known.get(action.pk, Known())), today=today)
        for action in actions
    }


def ladder_of(action: TrainingAction, *, today: date) -> Ladder:
    """Return the ladder of one action. One query."""
    return ladders_of([action], today=today)[action.pk]


def day_zero_within(first: date, last: date) -> Q:
    """Return the condition of actions whose terms run from a day in this span.

    It is `courses.terms.day_zero` in SQL, in words that an index on dates suits.
    """
    partial = Q(activity_type=ActivityType.PARTIAL)
    ends = [end_of_year(year) for year in range(first.year, last.year + 1)]
    began = Q(pk__in=[])
    for end in ends:
        if first <= end <= last:
            began |= Q(starts_on__range=(date(end.year, 1, 1), end))
    return (
        (~partial & Q(ends_on__range=(first, last)))
        | (partial & Q(real_ends_on__range=(first, last)))
        | (partial & Q(real_ends_on=None) & began)
    )


def declared_within(first: date, last: date) -> Q:
    """Return the condition of partials whose declaration opens in this span."""
    opens = Q(pk__in=[])
    for year in range(first.year, last.year + 1):
        end = end_of_year(year - 1)
        if first <= end + _ONE_DAY <= last:
            opens |= Q(starts_on__range=(date(end.year, 1, 1), end))
    return Q(activity_type=ActivityType.PARTIAL) & opens
