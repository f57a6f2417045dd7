"""A bounded load of ready-made requests, cheap enough to share the server's cores."""

import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.bench.server import HOST, cpu_seconds, port

CLIENTS = 4
TIMEOUT = 30  # seconds
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """A form posted by a browser."""

    path: str
    body: bytes
    origin: str
    cookies: str = ""
    bare: str = ""  # the path of the bare view for the same row

    def headers(self) -> dict[str, str]:
        """Return what a browser sends along."""
        cookies = {"Cookie": self.cookies} if self.cookies else {}
        return {
            "Host": f"{HOST}:{port()}",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
            "Accept": "text/html,application/xhtml+xml",
            "Accept-Language": "es-CL,es;q=0.8",
            "Accept-Encoding": "gzip, deflate",
            "Origin": self.origin,
            "Content-Type": FORM,
            "Content-Length": str(len(self.body)),
            "Connection": "close",
            **cookies,
        }

    def to_bare(self) -> "Request":
        """Return the same request to the bare view."""
        return replace(self, path=self.bare)

    def raw(self) -> bytes:
        """Return the bytes on the wire."""
        lines = [f"{name}: {value}" for name, value in self.headers().items()]
        head = "\r\n".join([f"POST {self.path} HTTP/1.1", *lines])
        return f"{head}\r\n\r\n".encode() + self.body


@dataclass(frozen=True)
class Figures:
    """What one round came to. Times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    client_ms: float  # CPU of the load itself, per request
    server_ms: float  # CPU of gunicorn and PostgreSQL, per request

    def __str__(self) -> str:
        return (
            f"{self.per_second:7.1f}/s  p50 {self.p50:6.2f}  p95 {self.p95:6.2f}  "
            f"p99 {self.p99:6.2f} ms  errors {self.errors}  "
            f"(CPU: server {self.server_ms:.2f}, client {self.client_ms:.2f} ms)"
        )


def percentiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Return p50, p95 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[94] * 1000, cuts[98] * 1000


def drive(requests: Sequence[bytes], *, expect: bytes) -> Figures:
    """Send `requests` from CLIENTS connections at a time, each on one of its own.

    An answer whose head and body don't contain `expect` is an error.
    """
    queue = iter(requests)
    seconds: list[float] = []
    errors: list[bytes] = []
    threads = [
        threading.Thread(target=_work, args=(queue, expect, seconds, errors))
        for _ in range(CLIENTS)
    ]
    used = cpu_seconds()
    cpu, start = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    return Figures(
        len(seconds) / took,
        *percentiles(seconds),
        errors=len(errors),
        client_ms=(time.process_time() - cpu) / len(requests) * 1000,
        server_ms=(cpu_seconds() - used) / len(requests) * 1000,
    )


def _work(
    queue: Iterator[bytes], expect: bytes, seconds: list[float], errors: list[bytes]
) -> None:
    for request in queue:
        start = time.perf_counter()
        try:
            answer = _send(request)
        except OSError as error:
            answer = str(error).encode()
        seconds.append(time.perf_counter() - start)
        if expect not in answer:
            errors.append(answer)


def _send(request: bytes) -> bytes:
    with socket.create_connection((HOST, port()), timeout=TIMEOUT) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer
