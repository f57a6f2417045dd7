"""A participant's own sessions: all of them, page by page, until the liquidation."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import ActionState, Enrolment, TrainingAction
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import post, start_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = timedelta(days=1)


def attended(enrolment: Enrolment, times: int) -> None:
    """One closed session on each of so many days before today."""
    for day in range(1, times + 1):
        SenceSessionFactory(
            enrolment=enrolment, closed=True, started_at=NOW - day * DAY
        )


def shown(client: Client, enrolment: Enrolment, query: str = "") -> str:
    url = reverse("attendance:course", args=[enrolment.public_id])
    return client.get(f"{url}{query}").content.decode()


def days_of(page: str) -> list[str]:
    return re.findall(r'data-label="Fecha" class="nowrap">([\d-]+)<', page)


def test_history_of_more_than_fifty_sessions_is_shown_whole_page_by_page(
    participant_client: Client, enrolment: Enrolment
) -> None:
    attended(enrolment, 57)
    found = []
    for number in range(1, 7):
        page = shown(participant_client, enrolment, f"?pagina={number}")
        assert "de 57</p>" in page
        found += days_of(page)
    assert len(found) == len(set(found)) == 57
    fifty = shown(participant_client, enrolment, "?registros=50")
    assert len(days_of(fifty)) == 50
    assert 'href="?registros=50&amp;pagina=2"' in fifty


def test_history_of_a_few_sessions_has_one_page(
    participant_client: Client, enrolment: Enrolment
) -> None:
    attended(enrolment, 10)
    page = shown(participant_client, enrolment)
    assert len(days_of(page)) == 10
    assert "pagina=2" not in page


def test_running_session_and_its_notice_stand_on_every_page_of_the_history(
    participant_client: Client, enrolment: Enrolment
) -> None:
    attended(enrolment, 11)
    SenceSessionFactory(enrolment=enrolment, closing=True)
    page = shown(participant_client, enrolment, "?pagina=2")
    assert len(days_of(page)) == 2
    assert "Falta confirmar el cierre" in page
    assert "Cerrar sesión SENCE" in page


@pytest.mark.parametrize("name", ["start", "close"])
def test_page_of_the_history_asked_for_after_a_refusal_is_the_courses(
    name: str, participant_client: Client, enrolment: Enrolment
) -> None:
    """The refusal stands under another address, which shows no history of its own."""
    url = reverse(f"attendance:{name}", args=[enrolment.public_id])
    answer = participant_client.get(f"{url}?pagina=2")
    course = reverse("attendance:course", args=[enrolment.public_id])
    assert answer.headers["Location"] == f"{course}?pagina=2"


def test_history_after_liquidation_says_why_it_is_not_shown_and_whom_to_ask(
    participant_client: Client, enrolment: Enrolment
) -> None:
    """Question 132: as everywhere (attendance/after_liquidation.py)."""
    attended(enrolment, 2)
    assert len(days_of(shown(participant_client, enrolment))) == 2
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    page = shown(participant_client, enrolment)
    assert days_of(page) == []
    assert "SENCE ya liquidó este curso" in page
    assert f"pregunta a tu OTEC: {enrolment.action.course.training_body.name}." in page
    assert "Mostrando registros" not in page


def test_history_after_liquidation_is_not_shown_where_an_answer_came_back(
    participant_client: Client, enrolment: Enrolment
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    answer = post("start_confirmed", start_confirmed(session))
    page = participant_client.get(answer.headers["Location"]).content.decode()
    assert "SENCE ya liquidó este curso" in page
    assert days_of(page) == []
