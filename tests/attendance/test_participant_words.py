"""What the participant's page says of answers that came late, or of a close refused."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from attendance.models import SenceToken, SessionState, TokenState
from attendance.sence.help import CLAVE_UNICA, HELP_LINKS
from attendance.services.sessions import request_close
from courses.models import Enrolment
from tests.factories import NOW, SESSION_MAX, TICK
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    state_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
WARNED = timedelta(minutes=10)
NO_ANSWER = "No recibimos respuesta"


def course(client: Client, enrolment: Enrolment) -> str:
    url = reverse("attendance:course", args=[enrolment.public_id])
    return client.get(url).content.decode()


def test_start_without_an_answer_says_that_none_came(
    enrolment: Enrolment, participant_client: Client
) -> None:
    SenceSessionFactory(enrolment=enrolment, abandoned=True)
    assert NO_ANSWER in course(participant_client, enrolment)


@pytest.mark.parametrize("kind", ["start_confirmed", "start_failed"])
def test_start_with_a_late_answer_says_that_it_is_kept(
    enrolment: Enrolment,
    participant_client: Client,
    stopped_clock: time_machine.Traveller,
    kind: str,
) -> None:
    """And not, after a reload, that none came."""
    session = SenceSessionFactory(enrolment=enrolment)
    stopped_clock.move_to(session.start_by + TICK)
    message = {"start_confirmed": start_confirmed, "start_failed": start_failed}[kind]
    post(kind, message(session))
    assert state_of(session) == SessionState.ABANDONED
    page = course(participant_client, enrolment)
    assert NO_ANSWER not in page
    assert "La respuesta de SENCE llegó tarde" in page


def test_close_with_a_late_answer_says_that_it_is_kept(
    enrolment: Enrolment,
    participant_client: Client,
    stopped_clock: time_machine.Traveller,
) -> None:
    session = SenceSessionFactory(enrolment=enrolment, closing=True)
    stopped_clock.move_to(NOW + SESSION_MAX + TICK)
    assert "no recibimos tu cierre" in course(participant_client, enrolment)
    post("close_confirmed", close_confirmed(session))
    assert state_of(session) == SessionState.EXPIRED
    page = course(participant_client, enrolment)
    assert "no recibimos tu cierre" not in page
    assert "La respuesta de SENCE llegó tarde" in page


@pytest.mark.parametrize("code", ["100", "312"])
def test_close_refused_has_the_help_links_it_points_to(
    enrolment: Enrolment, participant_client: Client, code: str
) -> None:
    session = SenceSessionFactory(enrolment=enrolment, opened=True)
    request_close(session, now=NOW)
    assert '<details class="help" >' in course(participant_client, enrolment)
    post("close_failed", close_failed(session, code))
    page = course(participant_client, enrolment)
    assert "Cerrar sesión SENCE" in page
    assert '<details class="help" open>' in page
    for url in [CLAVE_UNICA, *(url for _, url in HELP_LINKS)]:
        assert f'href="{url}"' in page


def test_attempt_that_failed_shows_in_the_history_when_it_was_asked_for(
    enrolment: Enrolment, participant_client: Client
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    post("start_failed", start_failed(session))
    at = date_format(timezone.localtime(session.started_at), "TIME_FORMAT")
    assert f"Pedido a las {at}" in course(participant_client, enrolment)


def test_warning_of_the_last_minutes_names_the_hour_of_the_end(
    enrolment: Enrolment,
    participant_client: Client,
    stopped_clock: time_machine.Traveller,
) -> None:
    """Without JavaScript too: what names minutes is wrong a minute later."""
    session = SenceSessionFactory(enrolment=enrolment, opened=True)
    hour = f"antes de las {timezone.localtime(session.expires_at):%H:%M}."
    assert hour not in course(participant_client, enrolment)
    stopped_clock.move_to(NOW + SESSION_MAX - WARNED)
    assert hour in course(participant_client, enrolment)


@pytest.mark.parametrize("step", ["start", "close"])
def test_step_that_sence_would_refuse_is_told_in_its_own_words(
    enrolment: Enrolment, participant_client: Client, step: str
) -> None:
    """Who closes has a start that stands, and a clock that runs."""
    if step == "close":
        SenceSessionFactory(enrolment=enrolment, opened=True)
    SenceToken.objects.update(state=TokenState.REVOKED, revoked_at=NOW)
    url = reverse(f"attendance:{step}", args=[enrolment.public_id])
    answer = participant_client.post(url)
    assert answer.status_code == 409
    told = answer.content.decode()
    assert ("Tu inicio quedó registrado" in told) == (step == "close")
    assert ("El registro de este curso todavía no está" in told) == (step == "start")
    assert "ya avisamos a tu OTEC" in told
