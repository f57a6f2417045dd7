"""Classes and marks of an action, as tests set them out by the clock of Santiago."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from attendance.models import SenceSession, TrainingClass
from attendance.services.totals import recount_action
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody
from tests.factories.attendance import SenceSessionFactory, TrainingClassFactory
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

DAY = "2026-06-10"


def at(clock: str, day: str = DAY) -> datetime:
    """Return the moment at which clocks in Santiago show `clock`, hh:mm:ss."""
    naive = datetime.fromisoformat(f"{day} {clock}")
    return timezone.make_aware(naive)


def action_of(body: TrainingBody, **more: Any) -> TrainingAction:
    """Return an action in production; people's 10 hours are easy to reckon with."""
    given = {"production": True, "course__hours": 10, **more}
    made: TrainingAction = TrainingActionFactory(course__training_body=body, **given)
    return made


def person(action: TrainingAction, last: str = "Soto", **more: Any) -> Enrolment:
    enrolled: Enrolment = EnrolmentFactory(
        action=action,
        participant__first_names="Ana",
        participant__last_names=last,
        **more,
    )
    return enrolled


def mark(
    enrolment: Enrolment, start: str, end: str = "", *, day: str = DAY, **more: Any
) -> SenceSession:
    """A session from `start` to `end`; one that runs where there is no end."""
    given: dict[str, Any] = {"started_at": at(start, day), "enrolment": enrolment}
    if end:
        given |= {"closed": True, "closed_at": at(end, day)}
    elif not {"expired", "closing"} & set(more):
        given["opened"] = True
    made: SenceSession = SenceSessionFactory(**{**given, **more})
    return made


def hold(
    action: TrainingAction, start: str, end: str, *, who: str = "Rosa Díaz", **more: Any
) -> TrainingClass:
    """A class held by `who`."""
    day = more.pop("day", DAY)
    made: TrainingClass = TrainingClassFactory(
        action=action,
        facilitator=UserFactory(full_name=who),
        ended=True,
        started_at=at(start, day),
        ended_at=at(end, day),
        **more,
    )
    return made


def recounted(enrolment: Enrolment) -> Enrolment:
    """Let the totals be counted, as what changes them does."""
    recount_action(enrolment.action)
    return enrolment
