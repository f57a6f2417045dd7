"""An action goes to production only when SENCE would take what it sends."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from pytest_django import Settings

from attendance.models import SenceSession
from attendance.readiness import preflight, refusals, tally
from attendance.services.environment import NotReady, SessionsLive, move_to_production
from courses.models import Enrolment, Environment, TrainingAction
from otec_portal.core.models import AuditEntry
from tests.factories import NOW, TICK
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.sence_messages import post, start_confirmed, start_failed

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_ready_action_moves_to_production_and_is_audited(enrolment: Enrolment) -> None:
    user = UserFactory()
    move_to_production(enrolment.action, by=user, at=NOW)
    enrolment.action.refresh_from_db()
    assert enrolment.action.environment == Environment.PRODUCTION
    entry = AuditEntry.objects.get(action="courses.environment_switched")
    assert (entry.user, entry.at, entry.data) == (user, NOW, {"to": "production"})


def test_action_with_a_grave_finding_stays_in_test(enrolment: Enrolment) -> None:
    """B8: what leaves with -1 would be refused."""
    enrolment.action.action_code = "-1"
    enrolment.action.save()
    with pytest.raises(NotReady) as refused:
        move_to_production(enrolment.action, by=UserFactory(), at=NOW)
    assert refused.value.code == "not_ready"
    assert [finding.code for finding in refused.value.found] == ["action_code"]
    enrolment.action.refresh_from_db()
    assert enrolment.action.environment == Environment.TEST
    assert not AuditEntry.objects.exists()


def test_action_with_notices_alone_moves(enrolment: Enrolment) -> None:
    enrolment.action.course_url = ""
    enrolment.action.save()
    move_to_production(enrolment.action, by=UserFactory(), at=NOW)


@pytest.mark.parametrize(("allowed", "refused"), [(True, False), (False, True)])
def test_stand_in_for_production_is_refused_unless_allowed(
    allowed: bool, refused: bool, enrolment: Enrolment, settings: Settings
) -> None:
    """protocol.md: impossible to use by accident with production actions."""
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"
    settings.SENCE_STAND_IN_FOR_PRODUCTION = allowed
    found = preflight(enrolment.action, today=TODAY, environment="production")
    assert ("stand_in" in [one.code for one in found]) is refused
    assert preflight(enrolment.action, today=TODAY) == []


def test_frozen_action_stays(enrolment: Enrolment) -> None:
    enrolment.action.frozen_at = NOW
    enrolment.action.save()
    with pytest.raises(NotReady, match="su certificado ya se emitió"):
        move_to_production(enrolment.action, by=UserFactory(), at=NOW)
    enrolment.action.refresh_from_db()
    assert enrolment.action.environment == Environment.TEST
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("life", [{}, {"opened": True}, {"closing": True}])
def test_action_with_a_live_session_stays(
    enrolment: Enrolment, life: dict[str, bool]
) -> None:
    """Until the very limit of the session, by the clock."""
    session = SenceSessionFactory(enrolment=enrolment, **life)
    limit = session.expires_at or session.start_by
    with pytest.raises(SessionsLive) as refused:
        move_to_production(enrolment.action, by=UserFactory(), at=limit)
    assert refused.value.code == "sessions_live"
    assert "1 sesión de prueba" in refused.value.message
    move_to_production(enrolment.action, by=UserFactory(), at=limit + TICK)
    enrolment.action.refresh_from_db()
    assert enrolment.action.environment == Environment.PRODUCTION


def test_exempt_participants_count_for_nothing(enrolment: Enrolment) -> None:
    Enrolment.objects.update(exempt=True)
    found = preflight(enrolment.action, today=TODAY)
    assert [one.code for one in found] == ["nobody"]


def test_answers_of_sence_are_counted_by_code_and_by_outcome(
    enrolment: Enrolment, stopped_clock: object
) -> None:
    failed = SenceSessionFactory(enrolment=enrolment)
    post("start_failed", start_failed(failed, "211;204"))
    other = EnrolmentFactory(action=enrolment.action)
    post("start_confirmed", start_confirmed(SenceSessionFactory(enrolment=other)))
    EnrolmentFactory()

    told = refusals(enrolment.action, now=NOW)
    assert {(one.error.code, one.times) for one in told} == {("211", 1), ("204", 1)}
    assert refusals(enrolment.action, now=NOW + timedelta(days=7)) == []
    post("start_failed", start_failed(SenceSessionFactory(enrolment=enrolment), ""))
    told = refusals(enrolment.action, now=NOW)
    assert [one.times for one in told if one.error.code == ""] == [1]
    counted = tally(enrolment.action, now=NOW)
    assert (counted.confirmed, counted.running) == (1, 1)
    assert tally(enrolment.action, now=NOW + timedelta(hours=4)).running == 0


@pytest.mark.postgresql
def test_session_in_production_without_its_mark_is_refused_by_the_database(
    postgresql: object, enrolment: Enrolment
) -> None:
    """Whoever inserts it: the mark is what keeps the action from going back to test."""
    session = SenceSessionFactory(enrolment=enrolment, closed=True)
    TrainingAction.objects.update(environment=Environment.PRODUCTION)
    production = SenceSession.objects.filter(pk=session.pk)
    with (
        pytest.raises(IntegrityError, match="not marked as used there"),
        transaction.atomic(),
    ):
        production.update(environment=Environment.PRODUCTION)
    TrainingAction.objects.update(production_used_at=NOW)
    assert production.update(environment=Environment.PRODUCTION)


def test_actions_used_in_production_before_are_marked_by_the_migration() -> None:
    """By the first of their sessions; one in test stays there."""
    used, unused, back = (TrainingActionFactory(production=True) for _ in range(3))
    for action, days in ((used, 1), (used, 4), (used, 2), (back, 1)):
        SenceSessionFactory(
            enrolment__action=action, closed=True, started_at=NOW - timedelta(days=days)
        )
    TrainingAction.objects.update(production_used_at=None)
    TrainingAction.objects.filter(pk=back.pk).update(environment=Environment.TEST)
    name = "attendance.migrations.0020_production_sessions_mark_their_action"
    import_module(name).mark(apps, None)
    marked = dict(TrainingAction.objects.values_list("pk", "production_used_at"))
    assert marked == {
        used.pk: NOW - timedelta(days=4),
        unused.pk: None,
        back.pk: None,
    }
