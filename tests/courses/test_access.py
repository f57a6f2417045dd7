"""Personal links and the cookie that follows them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from courses.access import (
    COOKIE,
    COOKIE_AGE,
    current_participant,
    enrolment_of_link,
    personal_link,
    remember,
)
from courses.models import Enrolment, Participant
from courses.services import regenerate_link
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def signed_part(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[1]


def cookie_of(participant: Participant) -> Any:
    answer = HttpResponse()
    remember(answer, participant)
    return answer.cookies[COOKIE]


def request_with(cookie: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = cookie
    return request


def test_link_leads_to_its_enrolment_at_the_public_address(
    enrolment: Enrolment,
) -> None:
    link = personal_link(enrolment)
    assert link.startswith("https://portal.example/entrar/")
    assert enrolment_of_link(signed_part(link)) == enrolment


def test_link_of_another_course_leads_to_that_one(enrolment: Enrolment) -> None:
    other = EnrolmentFactory(
        participant=enrolment.participant, action__course=enrolment.action.course
    )
    assert enrolment_of_link(signed_part(personal_link(other))) == other


@pytest.mark.parametrize("value", ["", "x", "x.y", "x.y:z", "1.1:sig", ":", "a" * 999])
def test_link_made_up_leads_nowhere(value: str) -> None:
    assert enrolment_of_link(value) is None


def test_link_with_one_character_changed_leads_nowhere(enrolment: Enrolment) -> None:
    """A4: every character counts."""
    signed = signed_part(personal_link(enrolment))
    for place, char in enumerate(signed):
        other = "a" if char != "a" else "b"
        assert enrolment_of_link(signed[:place] + other + signed[place + 1 :]) is None


def test_link_after_it_was_regenerated_leads_nowhere(enrolment: Enrolment) -> None:
    old, cookie = personal_link(enrolment), cookie_of(enrolment.participant).value
    regenerate_link(enrolment.participant, by=UserFactory(), at=NOW)
    assert enrolment_of_link(signed_part(old)) is None
    assert current_participant(request_with(cookie)) is None
    enrolment.participant.refresh_from_db()
    assert enrolment_of_link(signed_part(personal_link(enrolment))) == enrolment


def test_cookie_is_lax_and_hidden_from_scripts(settings: Settings) -> None:
    """A18: Strict would not come back with SENCE's redirect, None is too wide."""
    settings.SESSION_COOKIE_SECURE = True
    cookie = cookie_of(ParticipantFactory())
    assert (cookie["samesite"], cookie["httponly"], cookie["secure"]) == (
        "Lax",
        True,
        True,
    )
    assert cookie["max-age"] == 12 * 60 * 60


def test_cookie_names_its_participant_until_twelve_hours_are_over() -> None:
    participant = ParticipantFactory()
    with time_machine.travel(NOW, tick=False) as clock:
        cookie = cookie_of(participant).value
        assert current_participant(request_with(cookie)) == participant
        clock.move_to(NOW + COOKIE_AGE)
        assert current_participant(request_with(cookie)) == participant
        clock.move_to(NOW + COOKIE_AGE + timedelta(seconds=1))
        assert current_participant(request_with(cookie)) is None


def test_cookie_is_nobody_when_there_is_none() -> None:
    assert current_participant(RequestFactory().get("/")) is None


@pytest.mark.parametrize("value", ["", "x", "a.1:b:c", "::", "ñ"])
def test_cookie_made_up_is_nobody(value: str) -> None:
    assert current_participant(request_with(value)) is None


def test_cookie_signed_for_something_else_is_nobody(enrolment: Enrolment) -> None:
    """A link's signature must not serve as a cookie, nor the other way round."""
    link = signed_part(personal_link(enrolment))
    assert current_participant(request_with(link)) is None
    assert enrolment_of_link(cookie_of(enrolment.participant).value) is None
