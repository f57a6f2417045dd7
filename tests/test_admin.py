"""The installation's own staff, in Django's admin: what parts 1 leaves to them."""

import pytest
from django.contrib.admin.sites import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from attendance.models import SenceToken, TokenState
from courses.models import Environment, TrainingAction
from otec_portal.core.models import AuditEntry
from tests.conftest import browser_of
from tests.factories import (
    NOW,
    SECRET,
    SenceTokenFactory,
    TrainingActionFactory,
    TrainingBodyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return browser_of(UserFactory(is_staff=True, is_superuser=True))


@pytest.mark.parametrize("model", list(site._registry), ids=lambda m: m._meta.label)
def test_list_of_every_model_opens(model: type[Model], staff: Client) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert staff.get(reverse(name)).status_code == 200


def test_token_added_is_encrypted_masked_and_audited(staff: Client) -> None:
    body = TrainingBodyFactory()
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"),
        {"training_body": body.pk, "label": "Principal", "secret": SECRET},
        follow=True,
    )
    token = SenceToken.objects.get()
    assert token.secret == SECRET
    assert SECRET not in answer.content.decode()
    assert f"••••{SECRET[-4:]}" in answer.content.decode()
    entry = AuditEntry.objects.get(action="attendance.token_added")
    assert entry.training_body == body


def test_token_added_with_spaces_or_too_long_is_refused_in_words(staff: Client) -> None:
    url = reverse("admin:attendance_sencetoken_add")
    body = TrainingBodyFactory()
    for secret in ("con espacio", "x" * 37):
        answer = staff.post(
            url, {"training_body": body.pk, "label": "Malo", "secret": secret}
        )
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["secret"]
    assert not SenceToken.objects.exists()


def test_token_revoked_is_never_used_again(staff: Client) -> None:
    token = SenceTokenFactory()
    staff.post(
        reverse("admin:attendance_sencetoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )
    token.refresh_from_db()
    assert token.state == TokenState.REVOKED
    assert SenceToken.objects.all().best() is None
    assert AuditEntry.objects.filter(action="attendance.token_revoked").exists()


def _switch(staff: Client, action: TrainingAction, name: str, **more: str) -> str:
    answer = staff.post(
        reverse("admin:courses_trainingaction_changelist"),
        {"action": name, "_selected_action": [action.pk], **more},
        follow=True,
    )
    action.refresh_from_db()
    return answer.content.decode()


def test_action_to_production_asks_first_and_is_audited(staff: Client) -> None:
    """protocol.md, "Addresses": production records can never be deleted."""
    action = TrainingActionFactory()

    page = _switch(staff, action, "to_production")
    assert "no se pueden borrar nunca" in page
    assert action.environment == Environment.TEST

    _switch(staff, action, "to_production", confirmed="1")
    assert action.environment == Environment.PRODUCTION
    entry = AuditEntry.objects.get(action="courses.environment_switched")
    assert entry.data == {"to": "production"}


def test_action_with_production_records_stays_in_production(staff: Client) -> None:
    action = TrainingActionFactory(production=True, production_used_at=NOW)

    page = _switch(staff, action, "to_test")

    assert action.environment == Environment.PRODUCTION
    assert "no puede volver al ambiente de prueba" in page


def test_action_form_offers_no_environment(staff: Client) -> None:
    """It moves by its own, confirmed way alone."""
    action = TrainingActionFactory()
    url = reverse("admin:courses_trainingaction_change", args=[action.pk])
    assert 'name="environment"' not in staff.get(url).content.decode()
