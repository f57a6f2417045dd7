"""Totals kept incrementally equal one pass over everything, whatever happened."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import (
    Adjustment,
    AttendanceTotal,
    Clock,
    SenceSession,
    TrainingClass,
)
from attendance.percentages import (
    NO_CLASSES,
    NO_HOURS,
    per_cent,
    why_none,
    with_per_cent,
)
from attendance.services.classes import annul_class, enter_class
from attendance.services.totals import count, recount, recount_action, timetable_of
from courses.models import AttendancePolicy, Enrolment, Environment, TrainingAction
from otec_portal.core.models import TrainingBody, User
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import MembershipFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.sence_messages import close_confirmed, post

HOUR = timedelta(hours=1)
POLICIES = list(AttendancePolicy)


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        course__training_body=our_body, production=True
    )
    return made


def _held(action: TrainingAction, start: int, end: int) -> TrainingClass:
    """A class from `start` to `end` minutes after NOW minus ten hours."""
    teacher = MembershipFactory(training_body=action.course.training_body).user
    zero = NOW - 10 * HOUR
    return enter_class(
        action=action,
        facilitator=teacher,
        started_at=zero + timedelta(minutes=start),
        ended_at=zero + timedelta(minutes=end),
        reason="Se cortó la luz en la sala.",
        by=teacher,
        now=NOW,
    )


def _mark(enrolment: Enrolment, start: int, end: int, **facts: object) -> SenceSession:
    zero = NOW - 10 * HOUR
    session: SenceSession = SenceSessionFactory(
        closed=True,
        enrolment=enrolment,
        environment=facts.pop("environment", Environment.PRODUCTION),
        opened_at=zero + timedelta(minutes=start),
        closed_at=zero + timedelta(minutes=end),
        **facts,
    )
    recount(enrolment)
    return session


def _kept(action: TrainingAction) -> list[tuple[int, int, int, int, int]]:
    totals = AttendanceTotal.objects.filter(enrolment__action=action).order_by("pk")
    return [_facts(one) for one in totals]


def _facts(one: AttendanceTotal) -> tuple[int, int, int, int, int]:
    return (
        one.enrolment_id,
        one.class_seconds,
        one.outside_seconds,
        one.adjusted_seconds,
        one.sessions,
    )


@pytest.mark.parametrize("seed", range(8))
def test_totals_kept_step_by_step_equal_one_pass(
    action: TrainingAction, seed: int
) -> None:
    chance = random.Random(seed)
    people = EnrolmentFactory.create_batch(4, action=action)
    classes: list[TrainingClass] = []
    for _ in range(25):
        start = chance.randrange(0, 500)
        end = start + chance.randrange(1, 90)
        step = chance.random()
        if step < 0.25:
            classes.append(_held(action, start, end))
        elif step < 0.35 and classes:
            gone = classes.pop(chance.randrange(len(classes)))
            annul_class(gone, reason="Era de otro curso.", by=gone.facilitator, now=NOW)
        else:
            _mark(chance.choice(people), start, end)
    everybody = Enrolment.objects.filter(action=action)
    one_pass = count(everybody, timetable_of(action.pk))
    assert _kept(action) == [_facts(one) for one in one_pass]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("hours", [None, Decimal("0.7"), Decimal(3), Decimal("8.5")])
def test_percentage_in_sql_equals_the_one_in_python(
    action: TrainingAction, policy: AttendancePolicy, hours: Decimal | None
) -> None:
    action.course.hours = hours
    action.course.save()
    action.attendance_policy = policy
    action.save()
    chance = random.Random(7)
    for number, person in enumerate(EnrolmentFactory.create_batch(6, action=action)):
        for _ in range(number):
            start = chance.randrange(0, 300)
            _mark(person, start, start + chance.randrange(1, 60))
    for held in (0, 1):
        if held:
            _held(action, 30, 200)
        for one in with_per_cent(Enrolment.objects.filter(action=action)):
            total = AttendanceTotal.objects.filter(pk=one.pk).first()
            seconds = timetable_of(action.pk).held_seconds
            expected = per_cent(
                action,
                total or AttendanceTotal(enrolment=one),
                held_seconds=seconds,
            )
            assert one.per_cent == expected


def test_session_that_nobody_confirmed_counts_nothing(action: TrainingAction) -> None:
    person = EnrolmentFactory(action=action)
    _mark(person, 0, 60, environment=Environment.TEST)
    _mark(person, 0, 60, stand_in="http://simulador.example")
    SenceSessionFactory(
        expired=True, enrolment=person, environment=Environment.PRODUCTION
    )
    recount(person)
    assert _kept(action) == [(person.pk, 0, 0, 0, 0)]


def test_class_that_ends_takes_marks_of_everybody_in_again(
    action: TrainingAction,
) -> None:
    person = EnrolmentFactory(action=action)
    _mark(person, 0, 60)
    assert _kept(action) == [(person.pk, 0, 3600, 0, 1)]
    _held(action, 30, 90)
    assert _kept(action) == [(person.pk, 1800, 0, 0, 1)]
    assert action.class_time.held_seconds == 3600


def test_adjustment_counts_beside_the_evidence(action: TrainingAction) -> None:
    person = EnrolmentFactory(action=action)
    Adjustment.objects.create(
        enrolment=person, seconds=-60, reason="Doble registro.", by=_by(action), at=NOW
    )
    recount(person)
    [row] = with_per_cent(Enrolment.objects.filter(action=action))
    assert _kept(action) == [(person.pk, 0, 0, -60, 0)]
    assert (row.credited, row.per_cent) == (0, 0)


def _by(action: TrainingAction) -> User:
    user: User = MembershipFactory(training_body=action.course.training_body).user
    return user


def test_reason_for_no_percentage_is_said_in_words(action: TrainingAction) -> None:
    assert why_none(action, held_seconds=0) == ""
    action.course.hours = None
    assert why_none(action, held_seconds=0) == NO_HOURS
    action.attendance_policy = AttendancePolicy.BY_CLASS
    assert why_none(action, held_seconds=0) == NO_CLASSES
    assert why_none(action, held_seconds=1) == ""
    action.attendance_policy = AttendancePolicy.SINGLE_SESSION
    assert why_none(action, held_seconds=0) == ""


def test_statements_of_a_pass_do_not_grow_with_the_sessions(
    action: TrainingAction,
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            recount_action(action)
        return len(seen)

    people = EnrolmentFactory.create_batch(3, action=action)
    recount_action(action)
    few = statements()
    for person in people:
        for start in range(0, 300, 60):
            _mark(person, start, start + 30)
    assert statements() == few == 12


def test_percentage_of_a_single_session_needs_one(action: TrainingAction) -> None:
    action.attendance_policy = AttendancePolicy.SINGLE_SESSION
    action.save()
    came, stayed_away = EnrolmentFactory.create_batch(2, action=action)
    _mark(came, 0, 1)
    rows = with_per_cent(Enrolment.objects.filter(action=action)).order_by("pk")
    assert [(row.pk, row.per_cent) for row in rows] == [
        (came.pk, 100),
        (stayed_away.pk, 0),
    ]


def test_clock_of_the_portal_is_cut_to_its_second(action: TrainingAction) -> None:
    person = EnrolmentFactory(action=action)
    start = NOW - HOUR + timedelta(milliseconds=900)
    SenceSessionFactory(
        closed=True,
        enrolment=person,
        environment=Environment.PRODUCTION,
        opened_at=start,
        opened_clock=Clock.PORTAL,
        closed_at=start + timedelta(seconds=2, milliseconds=50),
        closed_clock=Clock.PORTAL,
    )
    recount(person)
    assert _kept(action) == [(person.pk, 0, 2, 0, 1)]


@pytest.mark.parametrize("environment", Environment)
def test_close_that_sence_confirmed_is_counted_at_once(
    action: TrainingAction, environment: Environment
) -> None:
    session = SenceSessionFactory(
        closing=True, enrolment__action=action, environment=environment
    )
    with time_machine.travel(NOW + HOUR, tick=False):
        assert (
            post("close_confirmed", close_confirmed(session, at=NOW + HOUR)).status_code
            == 303
        )
    counts = environment == Environment.PRODUCTION
    assert _kept(action) == [
        (session.enrolment_id, 0, 3600 * counts, 0, int(counts)),
    ]
