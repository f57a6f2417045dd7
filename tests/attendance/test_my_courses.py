"""What a participant with several courses sees of them."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Enrolment
from tests.factories import NOW, SESSION_MAX, TICK
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory

pytestmark = pytest.mark.django_db
OPEN = "Tu sesión está abierta"


def test_my_courses_say_in_which_one_a_session_is_open(
    participant_client: Client, enrolment: Enrolment
) -> None:
    """Who comes in by another course's link must find the session to close."""
    other = EnrolmentFactory(
        participant=enrolment.participant,
        action__course__training_body=enrolment.action.course.training_body,
    )
    url = reverse("attendance:my_courses")
    assert OPEN not in participant_client.get(url).content.decode()
    SenceSessionFactory(enrolment=other, opened=True)
    SenceSessionFactory(
        enrolment=enrolment, opened=True, started_at=NOW - SESSION_MAX - TICK
    )
    page = participant_client.get(url).content.decode()
    assert page.count(OPEN) == 1
    course = reverse("attendance:course", args=[other.public_id])
    assert page.index(course) < page.index(OPEN)
