"""What attendance knows of one action: can it register, and what did SENCE answer?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from attendance.findings import Finding
from attendance.models import OperatorAlert, Receipt, SenceSession, SenceToken
from attendance.models.receipts import OF_CLOSE
from attendance.models.session_states import running_at
from attendance.preflight import NAMED, Facts, Refused, Sent, findings
from attendance.sence import addresses
from attendance.sence.errors import SenceError, told_by
from courses.codes import UNCHECKED
from courses.models import Environment, TrainingAction
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
    enrolled = action.enrolments.values_list(
        "exempt",
        "participant__first_names",
        "participant__last_names",
        "participant__run",
    )
    tokens = list(
        SenceToken.objects.filter(
            training_body=action.course.training_body_id
        ).by_preference()
    )
    facts = Facts(
        action=action,
        environment=asked,
        today=today,
        token=next((one for one in tokens if one.readable), None),
        unreadable=tuple(str(one) for one in tokens if not one.readable),
        people=tuple(
            (f"{first} {last}", run)
            for exempt, first, last, run in enrolled
            if not exempt
        ),
        on_roster=len(enrolled),
        returns=(addresses.start_returns(), addresses.close_returns()),
        https_only=addresses.https_only(asked),
        stand_in_refused=refuses_stand_in(asked),
        refused=_refused(action),
        sent=_sent(action),
        same_code=_same_code(action),
    )
    return findings(facts)


def _same_code(action: TrainingAction) -> tuple[str, ...]:
    """Return the courses of the body's other actions with the code of `action`."""
    others = TrainingAction.objects.filter(
        course__training_body=action.course.training_body_id,
        action_code=action.action_code,
    )
    names = (
        others.exclude(pk=action.pk)
        .exclude(action_code=UNCHECKED)
        .order_by("course__name")
        .values_list("course__name", flat=True)
    )
    return tuple(names[: NAMED + 1])


def _sent(action: TrainingAction) -> tuple[Sent, ...]:
    """Return by which codes SENCE knows the sessions of `action` that it confirmed."""
    if action.production_used_at is None:
        return ()
    real = SenceSession.objects.filter(
        enrolment__action=action,
        environment=Environment.PRODUCTION,
        stand_in="",
        opened_at__isnull=False,
    )
    codes = ("action_code", "sence_code", "line")
    counted = real.order_by(*codes).values_list(*codes).annotate(sessions=Count("pk"))
    return tuple(Sent(*one) for one in counted)


def _refused(action: TrainingAction) -> tuple[Refused, ...]:
    """Return what SENCE refused of `action`, or of its whole body, and is open.

    Not its tokens: each has a state of its own.
    """
    alerts = (
        OperatorAlert.objects.open()
        .of_sence()
        .filter(
            Q(action=action) | Q(action=None),
            training_body=action.course.training_body_id,
        )
        .select_related("enrolment__participant")
        .order_by("-last_at", "-pk")
    )
    return tuple(
        Refused(one.code, one.title, one.next_step, one.last_at, one.person)
        for one in alerts
        if not one.about_tokens
    )


@dataclass(frozen=True)
class Tally:
    """How many sessions of an action there are, by what came of them."""

    confirmed: int
    running: int


def tally(action: TrainingAction, *, now: datetime) -> Tally:
    """Return the sessions of `action` that SENCE confirmed, and those open at `now`."""
    counted = SenceSession.objects.filter(enrolment__action=action).aggregate(
        confirmed=Count("pk", filter=Q(opened_at__isnull=False)),
        running=Count("pk", filter=running_at(now)),
    )
    return Tally(**counted)


@dataclass(frozen=True)
class Refusal:
    """One code that SENCE gave lately, as it reads: how often, and when last."""

    error: SenceError
    times: int
    last_at: datetime


def refusals(action: TrainingAction, *, now: datetime) -> list[Refusal]:
    """Return the codes that SENCE gave for `action` LATELY, most frequent first."""
    answered = (
        Receipt.objects.errors()
        .filter(session__enrolment__action=action, received_at__gt=now - LATELY)
        .order_by("received_at", "pk")
        .values_list("decision__codes", "received_at", "kind")
    )
    times: Counter[SenceError] = Counter()
    last: dict[SenceError, datetime] = {}
    for codes, at, kind in answered:
        # [""]: the error that SENCE did not name
        errors = [told_by(code, closing=kind in OF_CLOSE) for code in codes or [""]]
        times.update(errors)
        last |= dict.fromkeys(errors, at)
    return [
        Refusal(error, number, last[error]) for error, number in times.most_common()
    ]


def latest_answers(action: TrainingAction) -> QuerySet[Receipt]:
    """Return the last ANSWERS_SHOWN answers of SENCE for `action`, with whose."""
    return (
        Receipt.objects.without_body()
        .filter(session__enrolment__action=action)
        .select_related("decision", "session__enrolment__participant")
        .order_by("-received_at", "-pk")[:ANSWERS_SHOWN]
    )
