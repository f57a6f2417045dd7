"""Totals on PostgreSQL: whoever counts last has seen all of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from attendance.models import AttendanceTotal, SenceSession, TrainingClass
from attendance.services.classes import enter_class
from attendance.services.totals import count, recount, timetable_of
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody, User
from tests.at_once import at_once
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
ROUNDS = 6


def _close(enrolment: Enrolment, minutes: int) -> SenceSession:
    start = NOW - timedelta(minutes=minutes)
    with transaction.atomic():
        session: SenceSession = SenceSessionFactory(
            closed=True,
            enrolment=enrolment,
            opened_at=start,
            closed_at=start + timedelta(minutes=7),
        )
        recount(enrolment)
    return session


def _teach(action: TrainingAction, teacher: User, minutes: int) -> TrainingClass:
    start = NOW - timedelta(minutes=minutes)
    return enter_class(
        action=action,
        facilitator=teacher,
        started_at=start,
        ended_at=start + timedelta(minutes=15),
        reason="Se cortó la luz.",
        by=teacher,
        now=NOW,
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_totals_of_sessions_and_classes_at_once_miss_nothing(
    our_body: TrainingBody, _round: int
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, production=True)
    people = EnrolmentFactory.create_batch(2, action=action)
    teacher = UserFactory()
    deeds: list[Callable[[], object]] = [
        partial(_close, person, minutes) for person in people for minutes in (30, 50)
    ]
    deeds += [partial(_teach, action, teacher, minutes) for minutes in (32, 55)]
    at_once(*deeds)
    everybody = Enrolment.objects.filter(action=action)
    expected = count(everybody, timetable_of(action.pk))
    kept = AttendanceTotal.objects.filter(enrolment__action=action).order_by("pk")
    fields = ("pk", "class_seconds", "outside_seconds", "sessions")
    assert [[getattr(one, name) for name in fields] for one in kept] == [
        [getattr(one, name) for name in fields] for one in expected
    ]
