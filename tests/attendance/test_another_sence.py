"""A form never leaves for another SENCE than the one its session began with."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from attendance.models import Handover, OperatorAlert, SenceSession, SessionState
from attendance.sence.outgoing import NotSendable
from attendance.services.sessions import request_close, start
from courses.models import Enrolment
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory

pytestmark = pytest.mark.django_db
STAND_IN = "http://127.0.0.1:9000"


@pytest.mark.parametrize("environment", ["production", "test"])
@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("begun", ["", STAND_IN])
@pytest.mark.parametrize("now_at", ["", STAND_IN])
def test_close_goes_only_to_the_sence_of_its_start(
    settings: Settings, environment: str, allowed: bool, begun: str, now_at: str
) -> None:
    session = SenceSessionFactory(opened=True, environment=environment, stand_in=begun)
    settings.SENCE_BASE_URL = now_at or settings.SENCE_BASE_URL
    settings.SENCE_STAND_IN_FOR_PRODUCTION = allowed
    forbidden = bool(now_at) and environment == "production" and not allowed
    if begun == now_at and not forbidden:
        form = request_close(session, now=NOW)
        assert form.url.startswith(now_at or "https://sistemas.sence.cl")
        return
    for _ in range(2):
        with pytest.raises(NotSendable) as refused:
            request_close(session, now=NOW)
    assert [one.code for one in refused.value.problems] == ["another_sence"]
    assert not Handover.objects.exists()
    assert SenceSession.objects.get().state == SessionState.OPEN
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.action) == (2, None)
    assert "SENCE_BASE_URL" in alert.next_step


def test_pending_start_is_not_handed_out_to_a_stand_in(
    enrolment: Enrolment, settings: Settings
) -> None:
    start(enrolment, now=NOW)
    settings.SENCE_BASE_URL = STAND_IN
    with pytest.raises(NotSendable):
        start(enrolment, now=NOW)
    assert Handover.objects.count() == 1
    assert OperatorAlert.objects.count() == 1


def test_page_of_a_close_to_a_stand_in_says_so_and_holds_no_token(
    enrolment: Enrolment, participant_client: Client, settings: Settings
) -> None:
    SenceSessionFactory(opened=True, enrolment=enrolment)
    settings.SENCE_BASE_URL = STAND_IN
    url = reverse("attendance:close", args=[enrolment.public_id])
    answer = participant_client.post(url)
    assert answer.status_code == 409
    assert SECRET not in answer.content.decode()
