"""What an action is worth: typed in its form, and on while it is frozen."""

from typing import Any

import pytest
from django.urls import reverse

from courses.catalogue import OutOfReach, set_value
from courses.models import ActionState, Company, TrainingAction
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import MembershipFactory
from tests.factories.courses import CompanyFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        course__training_body=our_body, production=True, frozen_at=NOW
    )
    return made


def test_value_of_a_frozen_action_changes_and_stands_in_its_history(
    action: TrainingAction, admin: SignedIn
) -> None:
    set_value(action, 1_500_000, by=admin.membership, at=NOW)
    set_value(action, 1_200_000, by=admin.membership, at=NOW)
    set_value(action, 1_200_000, by=admin.membership, at=NOW)

    action.refresh_from_db()
    assert action.value == 1_200_000
    assert AuditEntry.objects.count() == 2, "the same once more is no change"
    page: Any = admin.client.get(reverse("courses:action", args=[action.public_id]))
    shown = page.content.decode()
    assert "<del>$1.500.000</del>" in shown
    assert "<ins>$1.200.000</ins>" in shown
    assert "<dd>$1.200.000</dd>" in shown


@pytest.mark.parametrize("decision", [ActionState.LIQUIDATED, ActionState.ANNULLED])
def test_value_of_a_decided_action_stays(
    action: TrainingAction, admin: SignedIn, decision: ActionState
) -> None:
    TrainingAction.objects.update(decision=decision)
    with pytest.raises(ActionClosed):
        set_value(action, 1, by=admin.membership, at=NOW)


def test_value_of_an_action_out_of_reach_stays(action: TrainingAction) -> None:
    stranger = MembershipFactory(role=Role.NATIONAL_ADMIN)
    with pytest.raises(OutOfReach):
        set_value(action, 1, by=stranger, at=NOW)
    action.refresh_from_db()
    assert action.value is None


def test_value_is_typed_in_the_form_of_an_action(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    made = TrainingActionFactory(course__training_body=our_body)
    url = reverse("courses:edit_action", args=[made.public_id])
    page: Any = admin.client.get(url)
    form = page.context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    wrong = admin.client.post(url, {**told, "value": "12,5"})
    assert "Escribe el monto en pesos" in wrong.content.decode()
    assert admin.client.post(url, {**told, "value": "$2.500.000"}).status_code == 302
    made.refresh_from_db()
    assert made.value == 2_500_000


def test_contact_of_a_company_is_typed_in_its_form(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    company: Company = CompanyFactory(training_body=our_body)
    url = reverse("courses:edit_company", args=[company.public_id])
    told = {"rut": company.rut, "name": company.name}
    contact = {"contact_name": " Rosa  Tapia ", "contact_email": "rosa@empresa.example"}
    wrong = admin.client.post(url, {**told, "contact_email": "rosa"})
    assert wrong.status_code == 200
    assert admin.client.post(url, {**told, **contact}).status_code == 302
    company.refresh_from_db()
    assert (company.contact_name, company.contact_email) == (
        "Rosa Tapia",
        "rosa@empresa.example",
    )
