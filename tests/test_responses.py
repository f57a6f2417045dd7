"""What every answer carries, and what happens where the database is away."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from courses.models import Enrolment
from tests.conftest import browser_of
from tests.factories.core import MembershipFactory

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/ingresar/", 200),
        ("get", "/", 302),
        ("get", "/salud/", 200),
        ("head", "/salud/", 200),
        ("post", "/salud/", 405),
        ("get", "/no-hay-tal/", 404),
        ("get", "/mi-curso/", 403),
        ("get", "/sence/inicio/", 405),
        ("head", "/sence/inicio/", 405),
        ("post", "/sence/inicio/", 400),
        ("get", "/static/js/autosubmit.js", 200),
    ],
)
def test_answer_always_carries_the_protective_headers(
    method: str, path: str, status: int
) -> None:
    """C6."""
    answer = getattr(Client(), method)(path)
    answer.close()  # a file that is served
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self';" in f"{policy};"
    assert "unsafe" not in policy


def test_result_of_a_button_that_is_opened_by_its_address_says_so() -> None:
    """Its address stays in the bar: who presses Enter there gets words, not nothing."""
    operator = browser_of(MembershipFactory().user)
    answer = operator.get(reverse("attendance:probe"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Esta página no se abre por su dirección" in answer.content.decode()
    assert reverse("home") in answer.content.decode()


def test_hsts_over_https_is_sent(settings: object) -> None:
    """C6."""
    answer = Client().get("/ingresar/", secure=True)
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_gallery_of_components_is_not_there_in_production(settings: Any) -> None:
    client = browser_of(MembershipFactory().user)
    url = reverse("components_gallery")
    assert client.get(url).status_code == 200
    settings.DEMO_ALLOWED = False
    assert client.get(url).status_code == 404


def test_handover_alone_widens_form_action(
    participant_client: Client, enrolment: Enrolment
) -> None:
    """B6."""
    page = participant_client.get(
        reverse("attendance:course", args=[enrolment.public_id])
    )
    handover = participant_client.post(
        reverse("attendance:start", args=[enrolment.public_id])
    )
    assert "form-action 'self';" in page.headers["Content-Security-Policy"] + ";"
    policy = handover.headers["Content-Security-Policy"]
    assert "form-action 'self' https://sistemas.sence.cl https://*.sence.cl" in policy
    assert "https://*.claveunica.gob.cl" in policy
    assert "no-store" in handover.headers["Cache-Control"]


@pytest.fixture
def no_database() -> Iterator[None]:
    """Every statement fails, as where the server is away."""

    def away(*_: object) -> None:
        raise OperationalError("the server is away")

    with connection.execute_wrapper(away):
        yield


@pytest.mark.parametrize("path", ["/salud/", "/mi-curso/"])
@pytest.mark.parametrize("stand_in", ["", "http://localhost:8001"])
def test_page_without_database_can_be_tried_again(
    path: str,
    stand_in: str,
    participant_client: Client,
    no_database: None,
    settings: Settings,
) -> None:
    """A26: 503, never a success and never a stack trace; a stand-in is always named."""
    if stand_in:
        settings.SENCE_BASE_URL = stand_in
    participant_client.raise_request_exception = False
    answer = participant_client.get(path)
    assert answer.status_code == 503
    assert ("simulador, no a SENCE" in answer.content.decode()) == bool(stand_in)
    assert answer.headers["Retry-After"]
    assert "no está disponible" in answer.content.decode()


def test_fault_of_ours_shows_a_page_without_details(participant_client: Client) -> None:
    participant_client.raise_request_exception = False
    with mock.patch(
        "attendance.views.participant.course_page", side_effect=KeyError("x")
    ):
        enrolment = Enrolment.objects.get()
        url = reverse("attendance:course", args=[enrolment.public_id])
        answer = participant_client.get(url)
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in answer.content.decode()
    assert "KeyError" not in answer.content.decode()
