"""The installation's own staff, in Django's admin: what parts 1 leaves to them."""

import pytest
from django.contrib.admin.sites import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from attendance.models import SenceToken, TokenState
from otec_portal.core.models import AuditEntry
from tests.factories import (
    SECRET,
    SenceTokenFactory,
    TrainingActionFactory,
    TrainingBodyFactory,
)

pytestmark = pytest.mark.django_db


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


def test_list_of_tokens_leads_nowhere_and_speaks_spanish(staff: Client) -> None:
    """A link that answers 403 to who is shown it is worse than none."""
    token = SenceTokenFactory()
    page = staff.get(reverse("admin:attendance_sencetoken_changelist"))
    told = page.content.decode()
    assert f"••••{token.last4}" in told
    assert reverse("admin:attendance_sencetoken_change", args=[token.pk]) not in told
    assert "Masked" not in told


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


@pytest.mark.parametrize("secret", [SECRET, SECRET.upper()])
def test_token_in_use_already_is_refused_in_words(secret: str, staff: Client) -> None:
    token = SenceTokenFactory()
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"),
        {"training_body": token.training_body_id, "label": "x", "secret": secret},
    )
    assert answer.status_code == 200
    (error,) = answer.context["adminform"].form.errors.as_data()["secret"]
    assert error.code == "known"
    assert SenceToken.objects.get() == token


def test_token_revoked_is_never_used_again(staff: Client) -> None:
    token = SenceTokenFactory()
    staff.post(
        reverse("admin:attendance_sencetoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )
    token.refresh_from_db()
    assert token.state == TokenState.REVOKED
    assert not SenceToken.objects.usable().exists()
    assert AuditEntry.objects.filter(action="attendance.token_revoked").exists()


@pytest.mark.parametrize(
    "model", ["course", "company", "intermediary", "trainingaction"]
)
def test_catalogue_in_the_admin_is_looked_at_only(model: str, staff: Client) -> None:
    """Operators' pages audit every change: nothing goes round them."""
    action = TrainingActionFactory()
    assert staff.get(reverse(f"admin:courses_{model}_add")).status_code == 403
    change = reverse("admin:courses_trainingaction_change", args=[action.pk])
    assert staff.get(change).status_code == 200
    assert staff.post(change, {"action_code": "7000000"}).status_code == 403
    assert (
        b"to_production"
        not in staff.get(reverse("admin:courses_trainingaction_changelist")).content
    )
