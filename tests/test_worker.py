"""The worker and its scheduler as real processes, over both transports.

Nothing here runs a task in the test's own process: what is asserted is what another
process left in the database.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds
AN_UNANSWERED_START = """
from datetime import timedelta
import django
django.setup()
from django.utils import timezone
from courses.models import Enrolment
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
SenceSessionFactory(
    enrolment=Enrolment.objects.first() or EnrolmentFactory(),
    started_at=timezone.now() - timedelta(hours=1),
)
"""
AN_EMISSION = """
import django
django.setup()
from django.db import transaction
from tests.factories.certificates import EmittedCertificateFactory
with transaction.atomic():
    EmittedCertificateFactory(action__people={people})
"""
IN_AN_HOUR, EVERY_SECOND = {"PRINT_EVERY": "3600"}, {"PRINT_EVERY": "1"}


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """A portal of its own: an embedded database, and the broker that is tried."""
    own = {name: v for name, v in os.environ.items() if name != "REDIS_URL"}
    own |= {
        "DJANGO_SETTINGS_MODULE": "otec_portal.settings.dev",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "SETTLE_EVERY": "1",
        "PYTHONPATH": str(ROOT),
    }
    if request.param == "redis":
        own["REDIS_URL"] = request.getfixturevalue("own_redis")
    return own


def _python(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@contextmanager
def _worker(environment: dict[str, str], log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "otec_portal", "worker", "--beat"]
    command += ["--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the worker and its beat
            process.wait()


def _column(environment: dict[str, str], query: str) -> list[Any]:
    path = environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=20)) as database:
        return [row[0] for row in database.execute(query)]


def _states(environment: dict[str, str]) -> list[str]:
    return _column(environment, "SELECT state FROM attendance_sencesession ORDER BY id")


def _printed(environment: dict[str, str]) -> list[bytes]:
    return _column(environment, "SELECT content FROM certificates_certificatefile")


def _until(reached: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, log.read_text()[-3_000:]
        time.sleep(0.2)


def test_worker_with_its_scheduler_ends_what_ran_out_of_time(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """A9: nobody visits a page; the session is abandoned all the same.

    A second worker, started after the first was killed, goes on with what is due.
    """
    _python(environment, "manage.py", "migrate", "--verbosity=0")
    _python(environment, "-c", AN_UNANSWERED_START)
    log = tmp_path / "worker.log"
    with _worker(environment, log):
        _until(lambda: _states(environment) == ["abandoned"], log)

    _python(environment, "-c", AN_UNANSWERED_START)
    assert _states(environment) == ["abandoned", "starting"]
    with _worker(environment, log):
        _until(lambda: _states(environment) == ["abandoned", "abandoned"], log)


def test_certificate_emitted_is_printed_by_the_worker(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """By the task of its emission: nobody looks for missing ones meanwhile."""
    own = environment | IN_AN_HOUR
    _python(own, "manage.py", "migrate", "--verbosity=0")
    log = tmp_path / "worker.log"
    with _worker(own, log):
        _until(lambda: "ready." in log.read_text(), log)
        _python(own, "-c", AN_EMISSION.format(people=1))
        _until(lambda: _printed(own) != [], log)
    (content,) = _printed(own)
    assert content.startswith(b"%PDF-1.7")


def test_certificate_whose_worker_was_killed_is_printed_by_another(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The task died with its worker; the database remembers what is missing."""
    _python(environment, "manage.py", "migrate", "--verbosity=0")
    log = tmp_path / "worker.log"
    own = environment | IN_AN_HOUR
    with _worker(own, log):
        _until(lambda: "ready." in log.read_text(), log)
        _python(own, "-c", AN_EMISSION.format(people=300))  # it takes seconds
        _until(lambda: "make_document" in log.read_text(), log)
    assert _printed(own) == []

    with _worker(environment | EVERY_SECOND, log):
        _until(lambda: _printed(own) != [], log)
    assert len(_printed(own)) == 1
