"""An action with many participants who came in every day, and its classes."""

from datetime import datetime, timedelta

from django.utils import timezone

from attendance.models import (
    ClassState,
    Clock,
    SenceSession,
    SenceToken,
    SessionState,
    TrainingClass,
)
from attendance.services.totals import recount_action
from courses.models import Course, Enrolment, Participant, TrainingAction
from otec_portal.core.models import Membership, Role
from otec_portal.core.rut import with_check_digit
from tests.bench.rows import tidy
from tests.factories.core import MembershipFactory
from tests.factories.courses import CourseFactory, TrainingActionFactory
from tests.factories.tokens import SenceTokenFactory

PEOPLE, DAYS, CLASSES = 1_000, 60, 30
EXPIRES = 40  # one in so many sessions was never closed


def fill(
    *, people: int = PEOPLE, days: int = DAYS
) -> tuple[Membership, TrainingAction]:
    """Make the action, with a session of each participant on each day; count it."""
    # who looks only needs no second factor to sign in
    member: Membership = MembershipFactory(role=Role.FACILITATOR)
    course: Course = CourseFactory(training_body=member.training_body)
    token: SenceToken = SenceTokenFactory(training_body=member.training_body)
    today = timezone.localdate()
    action: TrainingAction = TrainingActionFactory(
        course=course,
        production=True,
        production_used_at=timezone.now(),
        starts_on=today - timedelta(days=days),
        ends_on=today - timedelta(days=1),
    )
    enrolments = _enrol(action, people)
    first = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    mornings = [first - timedelta(days=number + 1) for number in range(days)]
    _teach(action, member, mornings[: CLASSES * 2 : 2])
    for morning in mornings:
        _attend(enrolments, token, morning)
    recount_action(action)
    tidy()
    return member, action


def _enrol(action: TrainingAction, people: int) -> list[Enrolment]:
    persons = Participant.objects.bulk_create(
        Participant(
            training_body=action.course.training_body,
            run=with_check_digit(10_000_000 + number),
            first_names="Ñusta Belén",
            last_names=f"Apellido {number:04}",
            email=f"participante{number}@correo.example",
        )
        for number in range(people)
    )
    return Enrolment.objects.bulk_create(
        Enrolment(action=action, participant=person) for person in persons
    )


def _teach(
    action: TrainingAction, member: Membership, mornings: list[datetime]
) -> None:
    TrainingClass.objects.bulk_create(
        TrainingClass(
            action=action,
            facilitator=member.user,
            state=ClassState.ENDED,
            started_at=morning,
            ended_at=morning + timedelta(hours=2),
        )
        for morning in mornings
    )


def _attend(enrolments: list[Enrolment], token: SenceToken, morning: datetime) -> None:
    SenceSession.objects.bulk_create(
        _session(enrolment, token, morning, number)
        for number, enrolment in enumerate(enrolments)
    )


def _session(
    enrolment: Enrolment, token: SenceToken, morning: datetime, number: int
) -> SenceSession:
    action = enrolment.action
    start = morning + timedelta(minutes=number % 45)
    expired = (number + morning.day) % EXPIRES == 0
    closed = start + timedelta(minutes=20 + (number * 7 + morning.day) % 150)
    return SenceSession(
        training_body=action.course.training_body,
        enrolment=enrolment,
        token=token,
        environment=action.environment,
        otec_rut=action.course.training_body.rut,
        run=enrolment.participant.run,
        sence_code=action.course.sence_code,
        action_code=action.action_code,
        line=action.line,
        started_at=start,
        start_by=start + timedelta(minutes=15),
        opened_at=start,
        opened_clock=Clock.SENCE,
        expires_at=start + timedelta(hours=3),
        sence_id=f"sence-{morning:%m%d}-{number}",
        state=SessionState.EXPIRED if expired else SessionState.CLOSED,
        close_handed_at=None if expired else closed,
        closed_at=None if expired else closed,
        closed_clock="" if expired else Clock.SENCE,
    )
