"""Work handed to the worker: after the commit, and at nobody's cost."""

import pytest
from celery import current_app
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from otec_portal.core.queue import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []
    monkeypatch.setattr(current_app, "send_task", lambda *given: asked.append(given))
    return asked


def test_work_is_handed_over_after_the_commit(
    sent: list[object],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        soon("room.tasks.name", 7)
        assert sent == []
    assert sent == [("room.tasks.name", [7])]


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_away_stops_no_deed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError("redis is away")

    monkeypatch.setattr(current_app, "send_task", away)
    with transaction.atomic():
        soon("room.tasks.name", 7)
    assert "redis is away" in caplog.text
