"""What the rules need to know of an action, gathered in a fixed number of queries."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from attendance.loose_ends import loose_ends
from attendance.percentages import with_per_cent
from attendance.standing import Rules
from certificates.models import CertificateState, Certification
from certificates.rules import Facts, Person
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
    people, exempt = _people(actions)
    prefetch_related_objects(actions, "class_time")
    return [
        _facts(
            action,
            today=today,
            state=states.get(action.pk, CertificateState.PENDING),
            people=people[action.pk],
            exempt=exempt[action.pk],
            **vars(ends[action.pk]),
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
    rows = with_per_cent(
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
                )
            )
    return people, exempt


def digest_of(facts: Facts) -> str:
    """Stand for what a summary showed: who is certified, with what, for whom.

    Whoever accepts sends it back: had anything changed meanwhile, it is another one.
    """
    action, course = facts.action, facts.action.course
    told = [
        [(one.run, one.name, one.per_cent) for one in facts.people],
        [action.action_code, str(action.starts_on), str(action.ends_on)],
        [course.name, course.sence_code, str(course.hours)],
        [str(action.company), str(action.intermediary), str(course.training_body)],
        course.training_body.signatory_rut,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
