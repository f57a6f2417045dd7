"""A start in production or in test, with SENCE or with who stands in for it."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from attendance.services.sessions import (
    StartRefused,
    start,
)
from courses.models import Enrolment
from tests.factories import NOW, TICK
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db


def test_start_of_a_production_action_notes_its_use(our_body: Any) -> None:
    """Production records can never be deleted at SENCE: from now on it stays."""
    real = EnrolmentFactory(
        action=TrainingActionFactory(production=True, course__training_body=our_body)
    )
    form = start(real, now=NOW)
    assert form.url == "https://sistemas.sence.cl/rce/Registro/IniciarSesion"
    real.action.refresh_from_db()
    assert real.action.production_used_at == NOW
    start(real, now=NOW + timedelta(minutes=15) + TICK)
    real.action.refresh_from_db()
    assert real.action.production_used_at == NOW


def test_start_of_a_test_action_notes_nothing(enrolment: Enrolment) -> None:
    start(enrolment, now=NOW)
    enrolment.action.refresh_from_db()
    assert enrolment.action.production_used_at is None


@pytest.mark.parametrize("allowed", [False, True])
def test_start_of_a_production_action_with_a_stand_in_needs_leave(
    our_body: Any, settings: Settings, allowed: bool
) -> None:
    """A stand-in must be impossible to use by accident with production actions."""
    real = EnrolmentFactory(
        action=TrainingActionFactory(production=True, course__training_body=our_body)
    )
    settings.SENCE_BASE_URL = "http://127.0.0.1:9000"
    settings.SENCE_STAND_IN_FOR_PRODUCTION = allowed
    if allowed:
        form = start(real, now=NOW)
        assert form.url == "http://127.0.0.1:9000/rce/Registro/IniciarSesion"
        assert form.session.stand_in == "http://127.0.0.1:9000"
    else:
        with pytest.raises(StartRefused) as refused:
            start(real, now=NOW)
        assert refused.value.code == "stand_in"


def test_start_of_a_test_action_with_a_stand_in_is_let_through(
    enrolment: Enrolment, settings: Settings
) -> None:
    settings.SENCE_BASE_URL = "http://127.0.0.1:9000"
    assert start(enrolment, now=NOW).session.stand_in == "http://127.0.0.1:9000"
