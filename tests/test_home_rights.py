"""The home page says to nobody what they can't do, nor what is not so."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.models import TokenState
from courses.models import Environment, Modality, TrainingAction
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.tokens import SenceTokenFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
TODAY = timezone.localdate(NOW)
SILENT = "attendance.without_sessions"


def shown(who: SignedIn) -> Any:
    return who.client.get(reverse("home")).context


def kinds(who: SignedIn) -> set[str]:
    return {item.kind for item in shown(who)["items"]}


def test_home_of_an_officer_of_sence_tells_no_training_body_how_to_begin() -> None:
    officer = sign_in(None, Role.REGIONAL_OFFICE, "ML")
    assert shown(officer)["steps"] == []


def test_home_of_a_regional_admin_knows_that_the_body_has_begun(
    our_body: TrainingBody,
) -> None:
    """Their region has nothing yet; the training body long has."""
    EnrolmentFactory(action__course__training_body=our_body, action__region="ML")
    assert shown(sign_in(our_body, Role.REGIONAL_ADMIN, "VS"))["steps"] == []


def test_home_of_a_regional_admin_offers_the_steps_they_may_take(
    our_body: TrainingBody,
) -> None:
    steps = shown(sign_in(our_body, Role.REGIONAL_ADMIN, "VS"))["steps"]
    assert [step.link for step in steps] == [
        "Crear curso",
        "Crear acción",
        "Cargar nómina",
    ]


def test_home_of_a_facilitator_asks_for_nothing_that_they_can_not_do(
    facilitator: SignedIn, admin: SignedIn, our_body: TrainingBody
) -> None:
    OperatorAlertFactory(training_body=our_body)
    for days in (1, -1):
        TrainingActionFactory(
            course__training_body=our_body, starts_on=TODAY + timedelta(days=days)
        )
    asked = {
        "attendance.alerts",
        "courses.not_ready",
        "courses.running_in_test",
        SILENT,
    }
    assert asked <= kinds(admin)
    assert asked.isdisjoint(kinds(facilitator))


def test_token_in_doubt_is_told_to_a_facilitator_with_whom_to_ask(
    facilitator: SignedIn, our_body: TrainingBody
) -> None:
    SenceTokenFactory(training_body=our_body, state=TokenState.SUSPECT)
    (item,) = shown(facilitator)["items"]
    assert item.next_step.endswith("Avisa al Administrador Nacional de tu OTEC.")


def running(body: TrainingBody, **more: Any) -> TrainingAction:
    given = {"starts_on": TODAY - timedelta(days=2), "course__training_body": body}
    made: TrainingAction = TrainingActionFactory(**{**given, **more})
    return made


def test_action_whose_people_need_no_session_is_not_missed(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """A classroom course has no sessions with SENCE, nor has who is exempt."""
    classroom = running(our_body, course__modality=Modality.CLASSROOM)
    EnrolmentFactory(action=classroom)
    EnrolmentFactory(action=running(our_body), exempt=True)
    assert SILENT not in kinds(admin)


def test_action_with_one_who_is_not_exempt_or_with_nobody_is_missed(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    mixed = running(our_body)
    EnrolmentFactory(action=mixed, exempt=True)
    EnrolmentFactory(action=mixed)
    running(our_body)
    (item,) = [one for one in shown(admin)["items"] if one.kind == SILENT]
    assert item.count == 2


@pytest.mark.parametrize("moved", [True, False])
def test_sessions_of_the_test_environment_are_none_of_production(
    moved: bool, admin: SignedIn, our_body: TrainingBody
) -> None:
    action = running(our_body)
    SenceSessionFactory(enrolment__action=action, opened=True)
    if moved:
        rows = TrainingAction.objects.filter(pk=action.pk)
        rows.update(environment=Environment.PRODUCTION)
    assert (SILENT in kinds(admin)) == moved
