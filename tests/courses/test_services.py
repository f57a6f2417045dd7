"""What is done to actions and participants, audited."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from courses.models import Environment, TrainingAction
from courses.services import (
    EnvironmentIsFinal,
    note_production_use,
    regenerate_link,
    switch_environment,
)
from otec_portal.core.models import AuditEntry
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import ParticipantFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db


def environment_of(action: TrainingAction) -> str:
    return TrainingAction.objects.get(pk=action.pk).environment


def test_environment_switched_to_production_is_audited() -> None:
    action, user = TrainingActionFactory(), UserFactory()
    switch_environment(action, to=Environment.PRODUCTION, by=user, at=NOW)
    assert environment_of(action) == Environment.PRODUCTION
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.at) == (
        "courses.environment_switched",
        user,
        NOW,
    )
    assert entry.training_body == action.course.training_body
    assert (entry.target_id, entry.data) == (str(action.pk), {"to": "production"})


def test_environment_switched_to_where_it_is_writes_nothing() -> None:
    action = TrainingActionFactory()
    switch_environment(action, to=Environment.TEST, by=UserFactory(), at=NOW)
    assert not AuditEntry.objects.exists()


def test_environment_unused_in_production_may_go_back() -> None:
    action = TrainingActionFactory(production=True)
    switch_environment(action, to=Environment.TEST, by=UserFactory(), at=NOW)
    assert environment_of(action) == Environment.TEST


def test_environment_with_production_sessions_stays() -> None:
    """Production records can never be deleted at SENCE."""
    action = TrainingActionFactory(production=True)
    note_production_use(action, at=NOW)
    with pytest.raises(EnvironmentIsFinal) as refused:
        switch_environment(action, to=Environment.TEST, by=UserFactory(), at=NOW)
    assert refused.value.code == "environment_is_final"
    assert environment_of(action) == Environment.PRODUCTION
    assert not AuditEntry.objects.exists()


def test_environment_with_production_sessions_stays_by_sql_too() -> None:
    action = TrainingActionFactory(production=True)
    note_production_use(action, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingAction.objects.filter(pk=action.pk).update(environment="test")


def test_environment_of_an_unchecked_code_never_becomes_production() -> None:
    """B8: `-1` turns SENCE's checks off, in test alone."""
    action = TrainingActionFactory(action_code="-1")
    with pytest.raises(ValidationError):
        switch_environment(action, to=Environment.PRODUCTION, by=UserFactory(), at=NOW)
    assert environment_of(action) == Environment.TEST


def test_production_use_is_remembered_from_the_first_on() -> None:
    action = TrainingActionFactory(production=True)
    note_production_use(action, at=NOW)
    note_production_use(action, at=NOW + timedelta(days=1))
    action.refresh_from_db()
    assert action.production_used_at == NOW


def test_link_regenerated_raises_its_version_and_is_audited() -> None:
    participant, user = ParticipantFactory(), UserFactory()
    regenerate_link(participant, by=user, at=NOW)
    regenerate_link(participant, by=user, at=NOW)
    participant.refresh_from_db()
    assert participant.link_version == 3
    entries = AuditEntry.objects.filter(action="courses.link_regenerated")
    assert entries.count() == 2
    assert {entry.target_id for entry in entries} == {str(participant.pk)}
