"""The pictures of an action with 60,000 sessions: python -m tests.bench.grid.

Each page, asked of gunicorn, and in turn the page's own SQL by itself: the statements
recorded from the page, whose rows are fetched and thrown away.
"""

import os
import statistics
import sys
import time
from dataclasses import dataclass

from tests.bench.output import say
from tests.bench.server import HOST, cpu_seconds, gunicorn, port, portal
from tests.bench.statements import Statement, of_page, replay

ROUNDS = 9
WARM = 2
SIZE_LIMIT = 500  # KiB
CPU_LIMIT = 1_000  # ms of the server and PostgreSQL together


@dataclass(frozen=True)
class Asked:
    """A page: how to ask for it, and what it asks of the database."""

    name: str
    path: str
    statements: list[Statement]


def main() -> int:
    """Measure every page; return the exit code."""
    with portal():
        pages, cookie = _prepare()
        with gunicorn():
            passed = [_measure(page, cookie) for page in pages]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def _prepare() -> tuple[list[Asked], str]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from attendance.models import SenceSession
    from tests.bench.attendance_data import fill

    member, action = fill()
    say(f"{SenceSession.objects.count()} sessions")
    client = Client(headers={"host": f"{HOST}:{port()}"})
    client.force_login(member.user)
    one = action.enrolments.order_by("pk")[500]
    days = reverse("attendance:days", args=[action.public_id])
    paths = {
        "grid, 50 participants": days,
        "grid, 100 participants": f"{days}?registros=100",
        "grid, by percentage, last page": f"{days}?orden=-porcentaje&pagina=20",
        "one day": f"{days}{one.public_id}/{action.ends_on.isoformat()}/",
        "distribution": reverse("attendance:distribution", args=[action.public_id]),
    }
    client.get(days)  # signing in, done once
    name = settings.SESSION_COOKIE_NAME
    pages = [Asked(word, path, of_page(client, path)) for word, path in paths.items()]
    return pages, f"{name}={client.cookies[name].value}"


def _measure(page: Asked, cookie: str) -> bool:
    """Ask for the page and its SQL in turn; say whether the limits are kept.

    By CPU, which hardly moves with what else the machine does.
    """
    for _ in range(WARM):
        _ask(page.path, cookie)
    before = cpu_seconds()
    rounds = [(_ask(page.path, cookie), _raw(page)) for _ in range(ROUNDS)]
    cpu = (cpu_seconds() - before) * 1000 / ROUNDS
    ours = [seconds * 1000 for (seconds, _), _ in rounds]
    raw = [seconds * 1000 for _, seconds in rounds]
    kib = rounds[0][0][1] / 1024
    p50, bare = statistics.median(ours), statistics.median(raw)
    passed = cpu <= CPU_LIMIT and kib <= SIZE_LIMIT
    say(
        f"{'PASS' if passed else 'FAIL'}  {page.name:32} CPU {cpu:5.0f}  "
        f"p50 {p50:6.0f}  worst {max(ours):6.0f}  raw SQL p50 {bare:6.0f} ms  "
        f"{kib:5.0f} KiB  {len(page.statements)} statements"
    )
    return passed


def _ask(path: str, cookie: str) -> tuple[float, int]:
    """Return how long the page takes, and its bytes."""
    import http.client

    connection = http.client.HTTPConnection(HOST, port(), timeout=120)
    start = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    taken = time.perf_counter() - start
    connection.close()
    assert answer.status == 200, answer.status
    return taken, len(body)


def _raw(page: Asked) -> float:
    """Return how long the page's statements take by themselves."""
    start = time.perf_counter()
    replay(page.statements)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
