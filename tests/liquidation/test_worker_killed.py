"""A real worker that is killed while it writes a packet, and the one after it."""

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

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds, on a busy machine
BUILDS = "liquidation_packetbuild"
SETUP = "import django; django.setup();"
MADE = f"""{SETUP}
from django.db import transaction
from django.utils import timezone
from liquidation.services.building import ask
from tests.factories.core import TrainingBodyFactory, UserFactory
from tests.liquidation.building import whole_packet
with transaction.atomic():
    packet = whole_packet(TrainingBodyFactory(), people=5).packet
    ask(packet, by=UserFactory(), at=timezone.now())
"""
ANOTHER = f"""{SETUP}
from hashlib import sha256
from django.utils import timezone
from liquidation.models import PacketBuild
from liquidation.packet.assembling import Assembling
from liquidation.packet.manifest import read
contents = read(PacketBuild.objects.get().contents)
made = Assembling(contents, folder="packets/other", told=lambda done: None).run()
print(made.pdf.sha256, made.archive.sha256)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A portal of its own, whose scheduler looks every second."""
    own = {name: v for name, v in os.environ.items() if name != "REDIS_URL"}
    own |= {
        "DJANGO_SETTINGS_MODULE": "tests.liquidation.held_settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "BUILD_EVERY": "1",
        "PYTHONPATH": str(ROOT),
    }
    _python(own, "manage.py", "migrate", "--verbosity=0")
    return own


def _python(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@contextmanager
def _worker(environment: dict[str, str], log: Path) -> Iterator[None]:
    """Leave it by SIGKILL, with its scheduler."""
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
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ask(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "portal.sqlite3", timeout=20)) as database:
        rows = database.execute(query).fetchall()
        database.commit()
    return rows


def _until(reached: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, log.read_text()[-3_000:]
        time.sleep(0.2)


def test_packet_whose_worker_is_killed_in_its_middle_is_built_whole_by_another(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """F3: no partial file; a third process makes the same bytes (reproducible)."""
    private, log = tmp_path / "private", tmp_path / "worker.log"
    private.mkdir(exist_ok=True)
    (private / "hold").touch()
    with _worker(environment, log):
        _python(environment, "-c", MADE)
        _until((private / "reached").exists, log)
    ((state, pdf, archive),) = _ask(
        tmp_path, f"SELECT state, pdf_key, zip_key FROM {BUILDS}"
    )
    assert (state, pdf, archive) == ("building", "", "")
    (half,) = (one for one in (private / "packets").rglob("*") if one.is_file())

    (private / "hold").unlink()
    _ask(
        tmp_path, f"UPDATE {BUILDS} SET due_at = '2020-01-01 00:00:00'"
    )  # the lease is over
    with _worker(environment, log):
        _until(
            lambda: _ask(tmp_path, f"SELECT state FROM {BUILDS}") == [("built",)], log
        )
    columns = "pdf_key, zip_key, pdf_sha256, zip_sha256"
    ((pdf, archive, *digests),) = _ask(tmp_path, f"SELECT {columns} FROM {BUILDS}")
    kept = {one for one in (private / "packets").rglob("*") if one.is_file()}
    assert half not in kept
    assert kept == {private / pdf, private / archive}
    assert _python(environment, "-c", ANOTHER).split() == digests
