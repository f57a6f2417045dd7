"""What the rules need to know of an action, gathered in a fixed number of queries."""

import hashlib
import json
from datetime import date

from attendance.loose_ends import loose_ends
from attendance.percentages import with_per_cent
from attendance.standing import Rules
from certificates.models import CertificateState, Certification
from certificates.rules import Facts, Person
from courses.models import TrainingAction


def facts_of(
    action: TrainingAction, *, today: date, real_ends_on: date | None = None
) -> Facts:
    """Return the facts of `action`, which comes with its course and its body.

    `real_ends_on` is what was typed for a partial action.
    """
    ends = loose_ends(action)
    rules = Rules.of(action)
    people = _people(action)
    return Facts(
        action=action,
        state=state_of(action),
        terms=action.terms(real_ends_on=real_ends_on),
        today=today,
        people=people,
        exempt=action.enrolments.filter(exempt=True).count(),
        why_none=rules.why_none,
        threshold=rules.threshold,
        live=ends.live,
        open_classes=ends.open_classes,
        expired=ends.expired,
        unreconciled=ends.unreconciled,
        to_review=ends.to_review,
    )


def state_of(action: TrainingAction) -> CertificateState:
    """Return where the certificate of `action` stands."""
    rows = Certification.objects.filter(action=action)
    return CertificateState(
        rows.values_list("state", flat=True).first() or CertificateState.PENDING
    )


def _people(action: TrainingAction) -> list[Person]:
    rows = with_per_cent(
        action.enrolments.filter(exempt=False).select_related("participant")
    ).order_by("participant__last_names", "participant__first_names", "pk")
    return [
        Person(
            run=row.participant.run,
            name=row.participant.full_name,
            per_cent=row.per_cent,
            email=row.participant.email,
        )
        for row in rows
    ]


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
