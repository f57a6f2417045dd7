"""What attendance knows of one action: can it register, and what did SENCE answer?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from attendance.findings import Finding
from attendance.models import Receipt, SenceSession, SenceToken
from attendance.models.sessions import RUNNING
from attendance.preflight import Facts, findings
from attendance.sence import addresses
from attendance.sence.errors import SenceError, lookup
from courses.models import TrainingAction
from otec_portal.core.sence_address import refuses_stand_in

LATELY: Final = timedelta(days=7)
ANSWERS_SHOWN: Final = 8


def preflight(
    action: TrainingAction, *, today: date, environment: str = ""
) -> list[Finding]:
    """Return what SENCE would refuse in `action` on `today`, a date in Santiago.

    In `environment`, or in the action's own.
    """
    asked = environment or action.environment
    enrolled = action.enrolments.filter(exempt=False).values_list(
        "participant__first_names", "participant__last_names", "participant__run"
    )
    facts = Facts(
        action=action,
        environment=asked,
        today=today,
        token=SenceToken.objects.filter(
            training_body=action.course.training_body_id
        ).best(),
        people=tuple((f"{first} {last}", run) for first, last, run in enrolled),
        returns=(addresses.start_returns(), addresses.close_returns()),
        https_only=addresses.https_only(asked),
        stand_in_refused=refuses_stand_in(asked),
    )
    return findings(facts)


@dataclass(frozen=True)
class Tally:
    """How many sessions of an action there are, by what came of them."""

    confirmed: int
    running: int


def tally(action: TrainingAction, *, now: datetime) -> Tally:
    """Return the sessions of `action` that SENCE confirmed, and those open at `now`."""
    counted = SenceSession.objects.filter(enrolment__action=action).aggregate(
        confirmed=Count("pk", filter=Q(opened_at__isnull=False)),
        running=Count("pk", filter=Q(state__in=RUNNING, expires_at__gte=now)),
    )
    return Tally(**counted)


@dataclass(frozen=True)
class Refusal:
    """One code that SENCE gave lately: how often, and when last."""

    error: SenceError
    times: int
    last_at: datetime


def refusals(action: TrainingAction, *, now: datetime) -> list[Refusal]:
    """Return the codes that SENCE gave for `action` LATELY, most frequent first."""
    answered = (
        Receipt.objects.filter(
            session__enrolment__action=action, received_at__gt=now - LATELY
        )
        .exclude(decision=None)
        .exclude(decision__codes=[])
        .order_by("received_at")
        .values_list("decision__codes", "received_at")
    )
    times: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for codes, at in answered:
        times.update(codes)
        last |= dict.fromkeys(codes, at)
    return [
        Refusal(lookup(code), number, last[code])
        for code, number in times.most_common()
    ]


def latest_answers(action: TrainingAction) -> QuerySet[Receipt]:
    """Return the last ANSWERS_SHOWN answers of SENCE for `action`, with whose."""
    return (
        Receipt.objects.filter(session__enrolment__action=action)
        .select_related("decision", "session__enrolment__participant")
        .order_by("-received_at", "-pk")[:ANSWERS_SHOWN]
    )
