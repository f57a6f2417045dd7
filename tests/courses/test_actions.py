"""What a course and an action say of themselves."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import (
    ActionState,
    Course,
)
from tests.factories import NOW
from tests.factories.courses import TrainingActionFactory

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "decision", "state"),
    [
        (TODAY - 11 * DAY, "", ActionState.UPCOMING),
        (TODAY - 10 * DAY, "", ActionState.RUNNING),
        (TODAY + 20 * DAY, "", ActionState.RUNNING),
        (TODAY + 21 * DAY, "", ActionState.FINISHED),
        (TODAY, ActionState.ANNULLED, ActionState.ANNULLED),
        (TODAY + 99 * DAY, ActionState.LIQUIDATED, ActionState.LIQUIDATED),
    ],
)
def test_action_state_follows_its_dates_unless_decided(
    today: Any, decision: str, state: ActionState
) -> None:
    assert TrainingActionFactory.build(decision=decision).state_on(today) == state


def test_action_is_frozen_once_its_row_says_so_whatever_the_clock() -> None:
    """A deed that waited behind the emission comes with an earlier clock."""
    action = TrainingActionFactory.build(frozen_at=NOW)
    assert action.is_frozen
    assert action.closed_because
    open_one = TrainingActionFactory.build(frozen_at=None)
    assert not open_one.is_frozen
    assert not open_one.closed_because


def test_session_limit_is_the_actions_or_the_portals() -> None:
    assert TrainingActionFactory.build().session_limit() == timedelta(hours=3)
    short = TrainingActionFactory.build(session_max_minutes=45)
    assert short.session_limit() == timedelta(minutes=45)
    long = TrainingActionFactory.build(session_max_minutes=240)
    assert long.session_limit() == timedelta(hours=4)


def test_course_without_a_code_is_written_by_its_name() -> None:
    assert str(Course(name="Grúa", sence_code="")) == "Grúa"
