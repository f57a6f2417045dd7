"""What the rules need to know of an action, gathered in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from attendance.levels import time_by_level_of
from attendance.loose_ends import LooseEnds, loose_ends
from attendance.standing import Rules, with_standing
from certificates.models import CertificateState, Certification
from certificates.rules import Facts, Person
from certificates.selectors import annulled_of
from courses.models import Enrolment, TrainingAction


def facts_of(
    action: TrainingAction, *, today: date, real_ends_on: date | None = None
) -> Facts:
    """Return the facts of `action`, which comes with its course and its body.

    `real_ends_on` is what was typed for a partial action.
    """
    (facts,) = facts_of_many([action], today=today)
    return replace(facts, terms=action.terms(real_ends_on=real_ends_on))


def facts_of_many(actions: Sequence[TrainingAction], *, today: date) -> list[Facts]:
    """Return the facts of each of `actions`, in their order."""
    ends, states = loose_ends(actions), _states(actions)
    levels = time_by_level_of(action.pk for action in actions)
    annulled = annulled_of(actions)
    prefetch_related_objects(actions, "class_time")
    people, exempt = _people(actions)
    return [
        _facts(
            action,
            today=today,
            state=states.get(action.pk, CertificateState.PENDING),
            people=people[action.pk],
            exempt=exempt[action.pk],
            levels=levels[action.pk],
            annulled=annulled.get(action.pk),
            **_of(ends[action.pk]),
        )
        for action in actions
    ]


def _facts(action: TrainingAction, **known: Any) -> Facts:
    rules = Rules.of(action)
    return Facts(
        action=action,
        terms=action.terms(),
        why_none=rules.why_none,
        threshold=rules.threshold,
        **known,
    )


def _of(ends: LooseEnds) -> dict[str, Any]:
    """Return `ends` as the rules know them: instants as dates of America/Santiago."""
    told = vars(ends).copy()
    begun = [told.pop("last_mark_at"), told.pop("last_class_at")]
    days = [timezone.localdate(one) for one in begun if one is not None]
    return {**told, "last_held_on": max(days, default=None)}


def _states(actions: Iterable[TrainingAction]) -> dict[int, CertificateState]:
    rows = Certification.objects.filter(action__in=actions)
    return {
        action: CertificateState(state)
        for action, state in rows.values_list("action", "state")
    }


def _people(
    actions: Iterable[TrainingAction],
) -> tuple[defaultdict[int, list[Person]], Counter[int]]:
    """Return by action who is certified, in the order of names, and how many are not.

    In one query.
    """
    adjustable = {one.pk for one in actions if Rules.of(one).adjustable}
    rows = with_standing(
        Enrolment.objects.filter(action__in=actions).select_related("participant")
    ).order_by("participant__listed_folded", "pk")
    people: defaultdict[int, list[Person]] = defaultdict(list)
    exempt: Counter[int] = Counter()
    for row in rows:
        if row.exempt:
            exempt[row.action_id] += 1
        else:
            people[row.action_id].append(
                Person(
                    run=row.participant.run,
                    name=row.participant.full_name,
                    per_cent=row.per_cent,
                    email=row.participant.email,
                    adjusted=row.adjusted if row.action_id in adjustable else 0,
                )
            )
    return people, exempt
