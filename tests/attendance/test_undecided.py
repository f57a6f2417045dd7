"""F5: what was left undecided is looked for often among the latest, daily among all."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from attendance import tasks
from attendance.models import Decision, Receipt, SenceSession, SessionState
from attendance.services.callbacks import (
    LOOKED_BACK,
    PENDING_AFTER,
    decide_pending,
    decide_recent,
)
from attendance.services.limits import UNDECIDED_FOR
from tests.factories import NOW, TICK, ReceiptFactory, SenceSessionFactory
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
