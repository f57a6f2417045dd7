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

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds
AN_UNANSWERED_START = """
from datetime import timedelta
import django
django.setup()
from django.utils import timezone
from courses.models import Enrolment
from tests.factories import EnrolmentFactory, SenceSessionFactory
SenceSessionFactory(
    enrolment=Enrolment.objects.first() or EnrolmentFactory(),
    started_at=timezone.now() - timedelta(hours=1),
)
"""


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


def _states(environment: dict[str, str]) -> list[str]:
    path = environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=20)) as database:
        rows = database.execute("SELECT state FROM attendance_sencesession ORDER BY id")
        return [row[0] for row in rows]


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
