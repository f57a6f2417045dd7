"""What operators read of a form that could not leave names the step and who acts."""

import pytest

from attendance.models import OperatorAlert
from attendance.sence.outgoing import Problem
from attendance.services.problems import alert_problem
from courses.models import Enrolment
from tests.factories import NOW
from tests.sence_errors import ERRORS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["run", "token", "action_code"])
@pytest.mark.parametrize(
    ("closing", "deed", "step"),
    [
        (False, "iniciar sesión", "pide al participante que inicie sesión de nuevo"),
        (True, "cerrar su sesión", "que cierre su sesión antes de que venza"),
    ],
)
def test_problem_of_a_form_says_its_step(
    code: str, closing: bool, deed: str, step: str, enrolment: Enrolment
) -> None:
    alert_problem(enrolment, Problem(code, "algo falta."), at=NOW, closing=closing)
    alert = OperatorAlert.objects.get()
    assert f"{deed}: algo falta." in alert.title
    assert step in alert.next_step


def test_next_steps_send_nobody_where_they_may_not_go() -> None:
    """The list of tokens answers 403 to all but one role: its name goes with it."""
    told = [one.next_step for one in ERRORS if "«Tokens SENCE»" in one.next_step]
    assert told
    assert all("Administrador Nacional" in step for step in told)
