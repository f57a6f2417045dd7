"""F5: what was left undecided is looked for often among the latest, daily among all."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from attendance import tasks
from attendance.models import (
    Decision,
    OperatorAlert,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.services import callbacks
from attendance.services.callbacks import (
    LOOKED_BACK,
    PENDING_AFTER,
    decide_pending,
    decide_recent,
)
from attendance.services.limits import SWEEP_AFTER, UNDECIDED_FOR, settle_all
from tests.factories import NOW, TICK
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.sence_messages import start_confirmed, state_of, urlencoded

pytestmark = pytest.mark.django_db


def pending() -> SenceSession:
    """A session whose start's answer came at NOW and lost its process."""
    session: SenceSession = SenceSessionFactory()
    ReceiptFactory(session=session, body=urlencoded(start_confirmed(session)))
    return session


@pytest.mark.parametrize(
    ("after", "decided"),
    [
        (PENDING_AFTER - TICK, 0),
        (PENDING_AFTER, 1),
        (LOOKED_BACK, 1),
        (LOOKED_BACK + TICK, 0),
    ],
)
def test_frequent_look_decides_what_is_not_older_than_two_days(
    after: timedelta, decided: int
) -> None:
    pending()
    assert decide_recent(now=NOW + after) == decided


def test_daily_look_decides_what_was_stuck_for_a_year() -> None:
    session = pending()
    later = NOW + timedelta(days=365)
    assert decide_recent(now=later) == 0
    assert decide_pending(now=later) == 1
    assert (state_of(session), Decision.objects.get().at) == (SessionState.OPEN, later)


def test_frequent_look_reaches_back_over_a_day_and_over_what_is_told_of() -> None:
    """Nothing falls between the two looks, nor before somebody heard of it."""
    assert max(timedelta(days=1), UNDECIDED_FOR) < LOOKED_BACK


def test_frequent_look_asks_the_database_for_two_days_alone() -> None:
    """Both ends are on the indexed moment of receipt."""
    with CaptureQueriesContext(connection) as queries:
        decide_recent(now=NOW)
    (asked,) = queries
    assert '"attendance_receipt"."received_at" >= ' in asked["sql"]
    assert '"attendance_receipt"."received_at" <= ' in asked["sql"]
    indexed = [index.fields for index in Receipt._meta.indexes]
    assert ["received_at"] in indexed


@pytest.mark.parametrize(
    ("task", "decided"),
    [
        (tasks.settle_overdue_sessions, False),
        (tasks.decide_receipts_of_any_age, True),
    ],
)
def test_task_of_each_look_decides_what_it_reaches(
    task: object, decided: bool, stopped_clock: Traveller
) -> None:
    pending()
    stopped_clock.move_to(NOW + LOOKED_BACK + TICK)
    task()  # type: ignore[operator]
    assert Decision.objects.exists() == decided


def test_every_look_is_in_the_schedule() -> None:
    scheduled = {one["task"]: one for one in settings.CELERY_BEAT_SCHEDULE.values()}
    daily = scheduled[tasks.decide_receipts_of_any_age.name]["schedule"]
    assert (daily.hour, daily.minute) == ({4}, {10})
    assert tasks.settle_overdue_sessions.name in scheduled


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing can be decided; the keys of the receipts that were tried."""
    tried: list[int] = []

    def fail(pk: int, **_: object) -> bool:
        tried.append(pk)
        raise ValueError("of no use")

    monkeypatch.setattr(callbacks, "_decide_again", fail)
    return tried


def test_receipt_that_can_not_be_decided_is_tried_ever_less_often(
    broken: list[int], stopped_clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    """B11: not at every look for two days, nor with its whole story each time."""
    pending()
    looks = int(timedelta(hours=6) / PENDING_AFTER)
    for look in range(1, looks + 1):
        now = NOW + look * PENDING_AFTER
        stopped_clock.move_to(now)
        decide_recent(now=now)
    assert 30 <= len(broken) <= 30 + 12
    told = [one for one in caplog.records if "still undecided" in one.message]
    assert len(told) == len(broken)
    assert all("of no use" in one.message for one in told)
    assert sum(bool(one.exc_info) for one in told) <= 13
    assert OperatorAlert.objects.count() == 1


def test_daily_look_tries_what_the_frequent_one_has_just_tried(
    broken: list[int], stopped_clock: Traveller
) -> None:
    pending()
    later = NOW + 2 * UNDECIDED_FOR
    stopped_clock.move_to(later)
    for _ in range(2):
        decide_recent(now=later)
    decide_pending(now=later)
    assert len(broken) == 2


def test_receipt_of_which_nobody_can_be_told_keeps_back_none(
    broken: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """B12"""
    pending()
    pending()

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(callbacks, "_tell_of_undecided", fail)
    assert decide_pending(now=NOW + UNDECIDED_FOR) == 0
    assert len(broken) == 2
    assert caplog.text.count("nobody heard of") == 2


def test_session_that_can_not_be_ended_keeps_back_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = SenceSessionFactory(), SenceSessionFactory()
    advance = SenceSession.advance

    def fail_first(self: SenceSession, *args: str, **rest: object) -> None:
        if self == first:
            raise OperationalError("canceling statement due to lock timeout")
        advance(self, *args, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(SenceSession, "advance", fail_first)
    assert settle_all(now=first.start_by + 2 * SWEEP_AFTER) == 1
    assert state_of(second) == SessionState.ABANDONED
