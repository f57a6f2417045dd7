"""The "libro de clases": begun and ended by a button, entered afterwards, annulled."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from attendance.models import ClassState, TrainingClass
from attendance.services.classes import (
    ClassRefused,
    annul_class,
    begin_class,
    end_class,
    enter_class,
)
from courses.models import TrainingAction
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, User
from otec_portal.core.workflow import TransitionRefused
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.courses import TrainingActionFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def action(admin: SignedIn) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        course__training_body=admin.membership.training_body
    )
    return made


@pytest.fixture
def teacher(facilitator: SignedIn) -> User:
    return facilitator.membership.user


def _deeds() -> list[str]:
    entries = AuditEntry.objects.filter(action__startswith="attendance.class")
    return list(entries.order_by("pk").values_list("action", flat=True))


def test_class_begun_and_ended_is_held(action: TrainingAction, teacher: User) -> None:
    one = begin_class(action, by=teacher, now=NOW)
    assert list(TrainingClass.objects.held()) == []
    end_class(one, by=teacher, now=NOW + HOUR)
    [held] = TrainingClass.objects.held()
    assert (held.started_at, held.ended_at) == (NOW, NOW + HOUR)
    assert action.class_time.held_seconds == 3600
    assert _deeds() == ["attendance.class_begun", "attendance.class_ended"]


def test_class_entered_wrongly_is_not_taken_for_one_in_course(
    action: TrainingAction, teacher: User
) -> None:
    """Only beginning a class can meet one that runs."""
    with pytest.raises(IntegrityError), transaction.atomic():
        enter_class(
            action=action,
            facilitator=teacher,
            started_at=NOW - HOUR,
            ended_at=NOW,
            reason="",
            by=teacher,
            now=NOW,
        )


def test_second_class_of_a_facilitator_waits_for_the_first(
    action: TrainingAction, teacher: User, admin: SignedIn
) -> None:
    begin_class(action, by=teacher, now=NOW)
    with pytest.raises(ClassRefused) as refused:
        begin_class(action, by=teacher, now=NOW + HOUR)
    assert refused.value.code == "class_is_open"
    begin_class(action, by=admin.membership.user, now=NOW + HOUR)
    assert TrainingClass.objects.count() == 2


@pytest.mark.parametrize("days", [-1, 31])
def test_class_outside_the_actions_days_does_not_begin(
    teacher: User, action: TrainingAction, days: int
) -> None:
    first = datetime.combine(action.starts_on, NOW.timetz())
    with pytest.raises(ClassRefused) as refused:
        begin_class(action, by=teacher, now=first + timedelta(days=days))
    assert refused.value.code == "not_running"


def test_class_of_a_frozen_action_is_refused(
    action: TrainingAction, teacher: User
) -> None:
    running = begin_class(action, by=teacher, now=NOW)
    TrainingAction.objects.update(frozen_at=NOW + HOUR)
    later = NOW + HOUR
    with pytest.raises(ActionClosed):
        end_class(running, by=teacher, now=later)
    with pytest.raises(ActionClosed):
        begin_class(action, by=teacher, now=later)
    with pytest.raises(ActionClosed):
        annul_class(running, reason="No se hizo.", by=teacher, now=later)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (NOW - HOUR, NOW - HOUR, "ends_before_it_starts"),
        (NOW - HOUR, NOW + timedelta(seconds=1), "in_the_future"),
        (NOW - timedelta(days=11), NOW - timedelta(days=10), "outside_the_action"),
    ],
)
def test_class_entered_with_impossible_times_is_refused(
    action: TrainingAction, teacher: User, start: datetime, end: datetime, code: str
) -> None:
    with pytest.raises(ClassRefused) as refused:
        _enter(action, teacher, start, end)
    assert refused.value.code == code


def test_class_entered_afterwards_keeps_who_and_why(
    action: TrainingAction, teacher: User
) -> None:
    one = _enter(action, teacher, NOW - HOUR, NOW)
    assert (one.state, one.reason) == (ClassState.ENDED, "Se cortó la luz.")
    assert (one.entered_by, one.entered_at) == (teacher, NOW)
    assert _deeds() == ["attendance.class_entered"]


def _enter(
    action: TrainingAction, teacher: User, start: datetime, end: datetime
) -> TrainingClass:
    return enter_class(
        action=action,
        facilitator=teacher,
        started_at=start,
        ended_at=end,
        reason="Se cortó la luz.",
        by=teacher,
        now=NOW,
    )


def test_annulled_class_counts_no_more_and_stays(
    action: TrainingAction, teacher: User
) -> None:
    one = _enter(action, teacher, NOW - HOUR, NOW)
    annul_class(one, reason="Era de otra acción.", by=teacher, now=NOW)
    assert list(TrainingClass.objects.held()) == []
    assert TrainingClass.objects.get().annulment_reason == "Era de otra acción."
    with pytest.raises(TransitionRefused):
        annul_class(one, reason="Otra vez.", by=teacher, now=NOW)


def test_entered_class_without_reason_is_refused_by_the_database(
    action: TrainingAction, teacher: User
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingClass.objects.create(
            action=action,
            facilitator=teacher,
            state=ClassState.ENDED,
            started_at=NOW - HOUR,
            ended_at=NOW,
            entered_at=NOW,
            entered_by=teacher,
        )
