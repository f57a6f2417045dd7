"""The servers of the fault tests: started once for all of them, used by nobody else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from tests.faults.mailboxes import Mailboxes
from tests.faults.portal import ROOT, Portal, Postgres

VERSIONS = Path("/usr/lib/postgresql")  # where Debian keeps the programs


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs."""
    found = [path.parent for path in sorted(VERSIONS.glob("*/bin/initdb"))]
    named = shutil.which("initdb")
    return found[-1] if found else Path(named).parent if named else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = _programs()
    if programs is None:
        pytest.skip("needs PostgreSQL's programs: install postgresql")
    server = Postgres(programs)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mailboxes() -> Iterator[Mailboxes]:
    with Mailboxes() as listening:
        yield listening


@pytest.fixture(scope="session")
def under_fault(
    postgres: Postgres,
    mailboxes: Mailboxes,
    own_redis: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Portal]:
    if shutil.which("redis-server") is None:
        pytest.skip("needs a Redis that may be emptied: install redis-server")
    folder = tmp_path_factory.mktemp("portal")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": f"{own_redis.rpartition('/')[0]}/5",
        "EMAIL_URL": f"smtp://127.0.0.1:{mailboxes.port}",
        "EMAIL_TIMEOUT": "5",
        "SEND_MAIL_EVERY": "1",
        "REMIND_EVERY": "1",
        "PULSE_EVERY": "1",
        "OPERATIONS_EMAIL": "guardia@otec.example",
        "PYTHONPATH": str(ROOT),
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)
    portal = Portal(environment, mailboxes, folder)
    yield portal
    portal.close()


@pytest.fixture
def portal(under_fault: Portal) -> Portal:
    """A portal where nothing has happened yet."""
    under_fault.mailboxes.begin()
    with redis.from_url(under_fault.environment["REDIS_URL"]) as client:
        client.flushdb()
    under_fault.it_is(datetime.now(UTC))
    under_fault.does("begin")
    under_fault.log.write_text("")
    return under_fault
