"""What a participant's page asks the database, and what its clock is told."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import SenceSession
from courses.models import Enrolment
from tests.factories import NOW, TICK
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
BODY = '"attendance_receipt"."body"'


def asked_for(client: Client, address: str, *, status: int = 200) -> list[str]:
    """Return the statements that answering at `address` takes."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == status
    return [query["sql"] for query in asked]


def page(name: str, enrolment: Enrolment) -> str:
    return reverse(f"attendance:{name}", args=[enrolment.public_id])


def answered(enrolment: Enrolment, *, times: int) -> None:
    """Attempts that failed, and one that opened."""
    for _ in range(times):
        failed = SenceSessionFactory(enrolment=enrolment)
        post("start_failed", start_failed(failed))
    opened = SenceSessionFactory(enrolment=enrolment)
    post("start_confirmed", start_confirmed(opened))


@pytest.mark.parametrize("times", [1, 5])
def test_status_asks_whose_it_is_and_until_when(
    enrolment: Enrolment, participant_client: Client, times: int
) -> None:
    """Every open page asks once a minute."""
    answered(enrolment, times=times)
    asked = asked_for(participant_client, page("status", enrolment))
    assert len(asked) == 2
    columns = asked[1].partition(" AS ")[0].partition(" FROM ")[0]
    assert columns == 'SELECT "attendance_sencesession"."expires_at"'


@pytest.mark.parametrize("times", [1, 5])
def test_course_asks_the_same_whatever_came(
    enrolment: Enrolment, participant_client: Client, times: int
) -> None:
    """And never reads what came: a body may have megabytes."""
    answered(enrolment, times=times)
    asked = asked_for(participant_client, page("course", enrolment))
    assert len(asked) == 4
    assert BODY not in " ".join(asked)


def test_return_asks_for_no_body(
    enrolment: Enrolment, participant_client: Client
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    answer = post("start_confirmed", start_confirmed(session))
    asked = asked_for(participant_client, answer.headers["Location"])
    assert BODY not in " ".join(asked)
    again = asked_for(participant_client, answer.headers["Location"])
    assert len(again) == 7


@pytest.mark.parametrize(
    ("life", "told"),
    [
        ("", None),
        ("opened", NOW + timedelta(hours=3)),
        ("closing", NOW + timedelta(hours=3)),
        ("closed", None),
        ("expired", None),
    ],
)
def test_status_tells_the_end_of_a_running_session_alone(
    enrolment: Enrolment, participant_client: Client, life: str, told: datetime | None
) -> None:
    SenceSessionFactory(enrolment=enrolment, **({life: True} if life else {}))
    status = participant_client.get(page("status", enrolment)).json()
    assert status.keys() == {"now", "expires_at"}
    assert datetime.fromisoformat(status["now"]) == NOW
    ends = status["expires_at"]
    assert (datetime.fromisoformat(ends) if ends else None) == told


@pytest.mark.parametrize(("late", "runs"), [(0 * TICK, True), (TICK, False)])
def test_status_at_the_very_limit_still_runs(
    enrolment: Enrolment,
    participant_client: Client,
    stopped_clock: time_machine.Traveller,
    late: timedelta,
    runs: bool,
) -> None:
    session: SenceSession = SenceSessionFactory(enrolment=enrolment, opened=True)
    assert session.expires_at is not None
    stopped_clock.move_to(session.expires_at + late)
    status = participant_client.get(page("status", enrolment)).json()
    assert (status["expires_at"] is not None) == runs
