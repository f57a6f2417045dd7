"""The portal as it is started everywhere: gunicorn, over real sockets."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


@dataclass
class Served:
    """A gunicorn with its log."""

    port: int
    log: Path

    def answer_to(self, request: bytes) -> str:
        """Return the whole answer to the bytes of `request`."""
        with socket.create_connection((HOST, self.port), timeout=20) as browser:
            browser.sendall(request)
            browser.shutdown(socket.SHUT_WR)
            parts = []
            while part := browser.recv(65_536):
                parts.append(part)
        return b"".join(parts).decode()


@contextmanager
def gunicorn(folder: Path, database: str) -> Iterator[Served]:
    """Serve with the database of that address; gunicorn finds gunicorn.conf.py."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "otec_portal.settings.dev",
        "PORTAL_BASE_URL": f"http://{HOST}:{port}",
        "REDIS_URL": "",
    }
    log = folder / "log"
    options = ["--bind", f"{HOST}:{port}", "--access-logfile", "-"]
    options += ["--threads", "2", "--no-control-socket"]
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "otec_portal.wsgi", *options],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Served(port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/salud/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
