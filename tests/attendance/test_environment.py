"""An action goes to production only when SENCE would take what it sends."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from attendance.readiness import preflight, refusals, tally
from attendance.services.environment import NotReady, SessionsLive, move_to_production
from courses.models import Enrolment, Environment
from otec_portal.core.models import AuditEntry
from tests.factories import (
    NOW,
    TICK,
    EnrolmentFactory,
    SenceSessionFactory,
    UserFactory,
)
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
