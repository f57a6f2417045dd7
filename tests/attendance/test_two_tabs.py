"""Whoever does the same step in two tabs sees that it is done, not that it failed."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from attendance.models import (
    Decision,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SenceToken,
    SessionState,
)
from attendance.sence.errors import lookup
from attendance.services.sessions import request_close
from courses.models import Enrolment
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import close_confirmed, close_failed, post, start_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    one: SenceSession = SenceSessionFactory(enrolment=enrolment)
    return one


def followed(answer: HttpResponse, by: Client) -> str:
    return by.get(answer.headers["Location"], follow=True).content.decode()


def test_second_start_at_sence_tells_that_the_session_is_open(
    session: SenceSession, participant_client: Client
) -> None:
    post("start_confirmed", start_confirmed(session, IdSesionSence="1"))
    second = post("start_confirmed", start_confirmed(session, IdSesionSence="2"))
    page = followed(second, participant_client)
    assert "Tu sesión ya estaba abierta" in page
    assert "No pudimos confirmar" not in page


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("close_confirmed", close_confirmed), ("close_failed", close_failed)],
)
def test_second_close_at_sence_tells_that_the_session_is_closed(
    session: SenceSession,
    participant_client: Client,
    kind: str,
    fields: Callable[[SenceSession], dict[str, str]],
) -> None:
    post("start_confirmed", start_confirmed(session))
    session.refresh_from_db()
    session.advance("ask_to_close", at=NOW, close_handed_at=NOW)
    later = NOW + timedelta(seconds=1)
    post("close_confirmed", close_confirmed(session, at=later))
    page = followed(post(kind, fields(session)), participant_client)
    assert "Tu sesión ya estaba cerrada" in page
    assert "llegó tarde" not in page


@pytest.mark.parametrize(("code", "alerts"), [("210", 0), ("212", 1), ("999", 1)])
def test_second_close_that_fails_too_is_told_in_its_own_words(
    session: SenceSession, participant_client: Client, code: str, alerts: int
) -> None:
    """Two tabs at SENCE: no person has to look at what each of them was told."""
    post("start_confirmed", start_confirmed(session))
    session.refresh_from_db()
    request_close(session, now=NOW)
    post("close_failed", close_failed(session, "100"))
    second = close_failed(session, code, at=NOW + timedelta(minutes=2))
    for answer in [post("close_failed", second) for _ in range(2)]:
        page = followed(answer, participant_client)
        assert "No se pudo cerrar tu sesión" in page
        assert lookup(code).participant_for(closing=True) in html.unescape(page)
    session.refresh_from_db()
    assert session.state == SessionState.OPEN
    assert not Receipt.objects.awaiting_review().exists()
    outcomes = Decision.objects.order_by("-pk").values_list("outcome", flat=True)
    assert list(outcomes[:2]) == [Outcome.REPEATED, Outcome.APPLIED]
    assert OperatorAlert.objects.count() == alerts
    assert SenceToken.objects.get().doubted == (code == "212")


def test_start_with_another_run_still_tells_that_it_was_not_believed(
    session: SenceSession, participant_client: Client
) -> None:
    """A5"""
    post("start_confirmed", start_confirmed(session))
    other = start_confirmed(session, RunAlumno="12345678-5")
    page = followed(post("start_confirmed", other), participant_client)
    assert "No pudimos confirmar tu registro" in page
