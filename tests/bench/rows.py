"""A training body with classes of 500, and the requests of their participants."""

import math
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone

from attendance.models import SenceSession, SenceToken, SessionState
from courses.access import personal_link, remember
from courses.models import Course, Enrolment, Participant, TrainingAction
from otec_portal.core.models import TrainingBody
from otec_portal.core.rut import with_check_digit
from tests.bench.client import Request
from tests.factories.core import TrainingBodyFactory
from tests.factories.courses import CourseFactory, TrainingActionFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import start_confirmed, urlencoded

CLASS_SIZE = 500


def make(*, number: int) -> list[Enrolment]:
    """Fill the database; return `number` enrolments in running actions."""
    today = timezone.localdate()
    body: TrainingBody = TrainingBodyFactory()
    SenceTokenFactory(training_body=body)
    course: Course = CourseFactory(training_body=body)
    classes = [
        TrainingActionFactory(
            course=course,
            starts_on=today - timedelta(days=10),
            ends_on=today + timedelta(days=20),
        )
        for _ in range(math.ceil(number / CLASS_SIZE))
    ]
    enrolments = _enrol(classes, body)
    return enrolments[:number]


def _enrol(classes: list[TrainingAction], body: TrainingBody) -> list[Enrolment]:
    people = Participant.objects.bulk_create(
        Participant(
            training_body=body,
            run=with_check_digit(10_000_000 + number),
            first_names="Ñusta Belén",
            last_names=f"Apellido{number}",
            email=f"participante{number}@correo.example",
        )
        for number in range(len(classes) * CLASS_SIZE)
    )
    return Enrolment.objects.bulk_create(
        Enrolment(action=classes[number // CLASS_SIZE], participant=person)
        for number, person in enumerate(people)
    )


def tidy() -> None:
    """Let PostgreSQL know its tables, as autovacuum does in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def callbacks(enrolments: list[Enrolment]) -> list[Request]:
    """Return, for each enrolment, SENCE's yes to a start that was just asked for."""
    now = timezone.now()
    body = enrolments[0].action.course.training_body
    token = SenceToken.objects.get(training_body=body)
    sessions = SenceSession.objects.bulk_create(
        SenceSession(
            training_body=body,
            enrolment=enrolment,
            token=token,
            environment=enrolment.action.environment,
            otec_rut=enrolment.action.course.training_body.rut,
            run=enrolment.participant.run,
            sence_code=enrolment.action.course.sence_code,
            action_code=enrolment.action.action_code,
            line=enrolment.action.line,
            started_at=now,
            start_by=now + timedelta(hours=1),
        )
        for enrolment in enrolments
    )
    return [_callback(session, now) for session in sessions]


def _callback(session: SenceSession, now: datetime) -> Request:
    at = f"{timezone.localtime(now):%Y-%m-%d %H:%M:%S}"
    fields = start_confirmed(session, FechaHora=at)
    path = reverse("attendance:start_confirmed")
    bare = f"/bare/callback/{session.nonce}/"
    return Request(path, urlencoded(fields), settings.SENCE_BASE_URL, bare=bare)


def handovers(enrolments: list[Enrolment]) -> list[Request]:
    """Return, for each enrolment, its participant pressing start on the course page."""
    return [_handover(enrolment) for enrolment in enrolments]


def _handover(enrolment: Enrolment) -> Request:
    browser = HttpRequest()
    token = get_token(browser)
    answer = HttpResponse()
    remember(answer, enrolment.participant)
    jar: SimpleCookie = answer.cookies
    cookies = [f"{name}={morsel.coded_value}" for name, morsel in jar.items()]
    cookies.append(f"{settings.CSRF_COOKIE_NAME}={browser.META['CSRF_COOKIE']}")
    return Request(
        reverse("attendance:start", args=[enrolment.public_id]),
        urlencoded({"csrfmiddlewaretoken": token}),
        settings.PORTAL_BASE_URL,
        "; ".join(cookies),
        bare=f"/bare/handover/{enrolment.public_id}/",
    )


def link(enrolment: Enrolment) -> str:
    """Return the path of the personal link."""
    return personal_link(enrolment).removeprefix(settings.PORTAL_BASE_URL)


def opened() -> int:
    """Return how many sessions SENCE has opened."""
    return SenceSession.objects.filter(state=SessionState.OPEN).count()
