"""The liquidation closes an action for good."""

import pytest
from django.db import transaction

from courses.models import ActionState, TrainingAction
from courses.services import ActionClosed, liquidate
from otec_portal.core.models import AuditEntry, MailState
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import ReminderLineFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db


def _liquidated(action: TrainingAction) -> None:
    with transaction.atomic():
        held = TrainingAction.objects.select_for_update().get(pk=action.pk)
        liquidate(held, by=UserFactory(), at=NOW, answer="respuesta de la oficina")


def test_action_liquidated_is_closed_and_says_so_once() -> None:
    action = TrainingActionFactory()
    for _ in range(2):
        _liquidated(action)
    action.refresh_from_db()
    assert action.decision == ActionState.LIQUIDATED
    assert "liquidada" in action.closed_because
    assert AuditEntry.objects.filter(action="courses.action_liquidated").count() == 1


def test_frozen_action_is_liquidated_too() -> None:
    """Its certificate was emitted: that is how it usually comes."""
    action = TrainingActionFactory(frozen_at=NOW)
    _liquidated(action)
    action.refresh_from_db()
    assert action.decision == ActionState.LIQUIDATED


def test_annulled_action_is_not_liquidated() -> None:
    action = TrainingActionFactory(decision=ActionState.ANNULLED)
    with pytest.raises(ActionClosed):
        _liquidated(action)


def test_reminders_of_a_liquidated_action_do_not_leave() -> None:
    line = ReminderLineFactory()
    mail = line.digest.mail
    assert mail.state == MailState.QUEUED
    _liquidated(line.reminder.action)
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
