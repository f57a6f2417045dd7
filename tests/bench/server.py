"""A database, files and a gunicorn of our own, all gone afterwards."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
WORKERS = "2"
LOADING = 3  # seconds that the slower worker may need
SERVER = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/otec_bench")
_running: list[int] = []


@contextmanager
def portal(filled: str = "") -> Iterator[None]:
    """Set up Django in this process, on a fresh database, as in production.

    `filled`: the address of a database that stands already, to be used instead.
    """
    database = nullcontext(filled) if filled else _database()
    with database as url, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "PORTAL_BASE_URL": f"http://{HOST}:{_free_port()}",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SECURE_SSL_REDIRECT": "false",
            "SECOND_FACTOR_REQUIRED": "false",  # the operators have none here
        }
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", run_syncdb=True, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield
        connection.close()


@contextmanager
def _database() -> Iterator[str]:
    parts = urlsplit(SERVER)
    name = f"{parts.path[1:]}_{secrets.token_hex(4)}"
    of_server = parts._replace(scheme="postgresql", path="/postgres").geturl()
    with psycopg.connect(of_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def port() -> int:
    """Return the port of the gunicorn."""
    return urlsplit(os.environ["PORTAL_BASE_URL"]).port or 0


@contextmanager
def gunicorn() -> Iterator[None]:
    """Serve with two sync workers."""
    options = ["--workers", WORKERS, "--worker-class", "sync", "--log-level", "warning"]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "otec_portal.wsgi:application"),
            *("--bind", f"{HOST}:{port()}", "--no-control-socket", *options),
        ],
        cwd=ROOT,
    )
    _running.append(process.pid)
    try:
        _wait(process)
        yield
    finally:
        _running.remove(process.pid)
        process.terminate()
        process.wait(timeout=40)


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait until both workers have loaded the portal and rendered a page."""
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("gunicorn did not start")
        try:
            _get("/salud/")
        except OSError:
            time.sleep(0.1)
        else:
            break
    time.sleep(LOADING)
    for _ in range(20):
        _get("/ingresar/")


def _get(path: str) -> None:
    connection = http.client.HTTPConnection(HOST, port(), timeout=30)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def peak_memory() -> int:
    """Return the most memory (RSS, KiB) that any of gunicorn's workers has had."""
    peaks = []
    for worker in _workers():
        status = Path(f"/proc/{worker}/status").read_text()
        line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
        peaks.append(int(line.split()[1]))
    return max(peaks)


def _workers() -> list[int]:
    return [
        int(pid)
        for parent in _running
        for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    ]


def cpu_seconds() -> float:
    """Return the CPU that gunicorn's workers and PostgreSQL's backends have used.

    Unlike the clock it hardly moves with what else the machine does.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    pids += _workers()
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
