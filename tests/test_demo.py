"""The fictional training body: the same however often it is loaded."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from attendance.models import SenceSession, SessionState
from attendance.sence.outgoing import NotSendable
from attendance.services.sessions import start
from courses.models import Enrolment, Line, Participant
from otec_portal.core import rut
from otec_portal.core.models import User
from otec_portal.demo import cast
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _load() -> str:
    out = StringIO()
    call_command("load_demo", "--json", stdout=out)
    return out.getvalue()


def test_demo_loaded_twice_is_the_same(stopped_clock: object) -> None:
    first = _load()
    count = Enrolment.objects.count()
    assert _load() == first
    assert Enrolment.objects.count() == count


def test_demo_as_json_has_the_shape_that_other_programs_start_from(
    stopped_clock: object,
) -> None:
    loaded = json.loads(_load())
    assert set(loaded) == {"training_body", "actions", "operators"}
    assert set(loaded["training_body"]) == {"rut", "name", "token"}
    assert {action["line"] for action in loaded["actions"]} == {1, 3}
    for action in loaded["actions"]:
        assert set(action) == {
            "action_code",
            "sence_code",
            "line",
            "environment",
            "participants",
        }
        for person in action["participants"]:
            assert set(person) == {"run", "name", "launch_url"}
            assert rut.normalise(person["run"]) == person["run"]
    for operator in loaded["operators"]:
        assert set(operator) == {"rut", "role", "password"}
        user = User.objects.get(rut=operator["rut"])
        assert user.check_password(operator["password"])


def test_demo_participants_can_all_start_unless_exempt(stopped_clock: object) -> None:
    """The demo's own data passes the preflight: nothing in it would SENCE refuse."""
    _load()
    for enrolment in Enrolment.objects.filter(exempt=False).exclude(
        action__environment="production"
    ):
        try:
            start(enrolment, now=NOW)
        except NotSendable as refused:
            pytest.fail(f"{enrolment}: {refused.message}")
    assert not SenceSession.objects.exclude(state=SessionState.STARTING).exists()
    assert SenceSession.objects.filter(
        line=Line.SOCIAL_PROGRAMMES, sence_code=""
    ).exists()


def test_demo_link_opens_the_course(stopped_clock: object) -> None:
    url = json.loads(_load())["actions"][0]["participants"][0]["launch_url"]
    answer = Client().get(url.removeprefix("https://portal.example"), follow=True)
    assert answer.status_code == 200
    assert "Iniciar sesión SENCE" in answer.content.decode()


@pytest.mark.parametrize("operator", cast.OPERATORS, ids=lambda one: one.full_name)
def test_demo_operator_signs_in_with_rut_and_password_alone(
    operator: cast.Operator, stopped_clock: object, settings: object
) -> None:
    """As dev settings have it: the second factor is offered, not asked for."""
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    _load()
    client = Client()
    client.post("/ingresar/", {"username": operator.rut, "password": cast.PASSWORD})
    page = "/" if operator.role else "/administracion/"
    assert client.get(page).status_code == 200


def test_demo_people_have_numbers_that_nobody_bears() -> None:
    """Natural persons' RUNs are far below 40 million."""
    _load()
    numbers = [
        int(one.split("-")[0])
        for one in Participant.objects.values_list("run", flat=True)
    ]
    assert min(numbers) > 40_000_000


def test_demo_with_production_settings_is_refused(settings: object) -> None:
    settings.DEMO_ALLOWED = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="known passwords"):
        _load()
