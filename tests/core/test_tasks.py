"""The scheduler's tasks: none lies in heaps, none takes every worker."""

from typing import Any
from unittest import mock

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.cache import cache

from otec_portal.celery import app
from otec_portal.core import outbox
from otec_portal.core.tasks import send_due_mail

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60  # of the entries that run at an hour of it


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_task_that_nobody_took_in_its_interval_is_dropped(name: str) -> None:
    """A night without workers must not leave them thousands of the same."""
    entry = settings.CELERY_BEAT_SCHEDULE[name]
    seconds = DAY if isinstance(entry["schedule"], crontab) else entry["schedule"]
    assert entry["options"] == {"expires": seconds}


class Meanwhile:
    """Sends mail; while it does, the scheduler's next task comes to another worker."""

    runs = 0

    def __call__(self, **_: Any) -> int:
        self.runs += 1
        if self.runs == 1:
            assert send_due_mail() == 0
        return 5


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    one = Meanwhile()
    monkeypatch.setattr(outbox, "send_due", one)
    return one


def test_mail_is_sent_by_one_worker_at_a_time(sending: Meanwhile) -> None:
    """A slow server must not keep both of them from SENCE's sessions."""
    assert send_due_mail() == 5
    assert sending.runs == 1
    assert send_due_mail() == 5  # it is free again


def test_mail_run_that_failed_frees_its_place(sending: Meanwhile) -> None:
    broken = mock.patch.object(outbox, "send_due", side_effect=ValueError("broken"))
    with broken, pytest.raises(ValueError, match="broken"):
        send_due_mail()
    assert send_due_mail() == 5


def test_mail_without_the_cache_is_sent_all_the_same(sending: Meanwhile) -> None:
    sending.runs = 1
    with mock.patch.object(cache, "add", side_effect=OSError):
        assert send_due_mail() == 5


def test_worker_keeps_nothing_that_only_the_broker_knows() -> None:
    """PostgreSQL is the only memory: what a broker or a worker loses is found again."""
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_WORKER_MAX_TASKS_PER_CHILD
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_BROKER_CONNECTION_MAX_RETRIES is None


def test_task_that_is_asked_for_by_a_deed_is_found_again_by_the_schedule() -> None:
    """F4: `soon` may be lost; a sweeper of the same room does its work."""
    swept_by = {
        "certificates.tasks.make_document": "certificates.tasks.make_missing_documents",
        "certificates.tasks.emit_batch": "certificates.tasks.resume_batches",
        "liquidation.tasks.build_packet": "liquidation.tasks.resume_builds",
    }
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    assert own - scheduled == set(swept_by)
    assert set(swept_by.values()) <= scheduled
