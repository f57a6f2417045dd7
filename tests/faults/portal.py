"""A portal under fault: its own PostgreSQL, Redis, mail server and processes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any, Final

import psycopg
import redis

from tests.faults.mailboxes import Mailboxes

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 90  # seconds that anything may take on a busy machine
PAUSE: Final = 0.1
SERVE: Final = (
    "import django; django.setup(); from tests.faults.desk import serve; serve()"
)


def until(reached: Callable[[], object], tell: Callable[[], str] = str) -> None:
    """Wait until `reached`; after PATIENCE fail with what there is to `tell`."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, tell()
        time.sleep(PAUSE)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Postgres:
    """A server of our own, which may be restarted: nobody else uses it."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="otec-faults-"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        self._control("start")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def restart(self) -> None:
        """As after a crash: every connection is cut."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder)

    def _control(self, *arguments: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={self._folder}"
        data, log = self._folder / "data", self._folder / "log"
        command = ("-D", str(data), "-l", str(log), "-o", options, "-w", *arguments)
        self._run("pg_ctl", *command)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, cwd=self._folder, check=True, stdout=DEVNULL, stderr=DEVNULL
        )


class Portal:
    """What a test holds in its hands: who works, what arrived, what the screen says."""

    def __init__(
        self, environment: dict[str, str], mailboxes: Mailboxes, folder: Path
    ) -> None:
        self.environment = environment
        self.mailboxes = mailboxes
        self.log = folder / "log"
        self._desk = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=ROOT,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            text=True,
        )

    def close(self) -> None:
        self._desk.kill()
        self._desk.communicate()

    def does(self, deed: str, *arguments: object) -> Any:
        """Let the desk do `deed`; return what it says. Fails if it could not."""
        answer = self.tries(deed, *arguments)
        assert "failed" not in answer, answer
        return answer["said"]

    def tries(self, deed: str, *arguments: object) -> dict[str, Any]:
        """Do the same; return {"said": …} or {"failed": …}."""
        assert self._desk.stdin is not None
        assert self._desk.stdout is not None
        self._desk.stdin.write(json.dumps([deed, arguments]) + "\n")
        self._desk.stdin.flush()
        answer: dict[str, Any] = json.loads(self._desk.stdout.readline())
        return answer

    @contextmanager
    def worker(self) -> Iterator["Process"]:
        command = ["worker", "--concurrency", "2", "--loglevel", "INFO"]
        with self._celery(*command, "--without-mingle", "--without-gossip") as process:
            yield process

    @contextmanager
    def scheduler(self, name: str = "beat") -> Iterator["Process"]:
        schedule = self.log.with_name(f"{name}-schedule")
        with self._celery("beat", "--schedule", str(schedule)) as process:
            yield process

    @contextmanager
    def at_work(self) -> Iterator["Process"]:
        """A worker with a scheduler beside it; yields the worker."""
        with self.worker() as worker, self.scheduler():
            yield worker

    @contextmanager
    def _celery(self, *arguments: str) -> Iterator["Process"]:
        command = [sys.executable, "-m", "celery", "-A", "otec_portal", *arguments]
        with self.log.open("ab") as output:
            started = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            process = Process(started)
            try:
                yield process
            finally:
                process.kill()

    def hours_pass(self) -> None:
        """Let leases, waits and the place of a dead worker be over."""
        with redis.from_url(self.environment["REDIS_URL"]) as client:
            client.delete(*client.keys("otec:*"), "otec")
        self.does("hours_pass")

    def it_is(self, moment: datetime) -> None:
        """Let it be `moment` at the desk, and for whoever starts to work afterwards."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        self.environment["FAULT_CLOCK"] = str(ahead)
        self.does("set_to", ahead)

    @contextmanager
    def person_held(self) -> Iterator[None]:
        """Nobody can be told anything: their rows are locked meanwhile."""
        with (
            psycopg.connect(self.environment["DATABASE_URL"]) as held,
            held.cursor() as cursor,
        ):
            cursor.execute("SELECT id FROM core_user FOR NO KEY UPDATE")
            yield

    def comes_to(self, **states: str) -> None:
        """Wait until the mail to each name @otec.example is in its state."""
        wanted = {f"{name}@otec.example": state for name, state in states.items()}

        def there() -> bool:
            said = self.tries("mails").get("said", {})
            return wanted == {to: row[0] for to, row in said.items()}

        until(there, lambda: f"{self.tries('mails')}\n{self.log.read_text()[-4_000:]}")

    def arrived(self) -> dict[str, int]:
        """How many mails each name received; the same one counts each time."""
        return {
            to.partition("@")[0]: len(ids)
            for to, ids in self.mailboxes.received.items()
        }

    def page(self, path: str = "/correos/") -> str:
        status, words = self.does("screen", path)
        assert status == 200
        return str(words)


class Process:
    """A worker or a scheduler, with the processes that it has started."""

    def __init__(self, started: "subprocess.Popen[bytes]") -> None:
        self._started = started

    def kill(self) -> None:
        """As `kill -9` of it and all its children."""
        if self._started.poll() is None:
            os.killpg(self._started.pid, signal.SIGKILL)
        self._started.wait()
