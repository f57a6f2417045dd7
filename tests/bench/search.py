"""Search and home among millions of rows: python -m tests.bench.search [DATABASE].

Against the page's own SQL and an empty page of its template (raw.py), in turn. With
the address of a database that `make_load` has filled, that one is used and stays; else
one is made, filled and dropped.
"""

import os
import statistics
import sys
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from tests.bench.client import Figures, drive
from tests.bench.server import HOST, gunicorn, port, portal

LIMIT = 2.0  # of the raw p95
ROUNDS = 7
PER_ROUND = 40
PROGRAMME = "/cursos/?programa=3"
SOUGHT = {
    "all": "",
    "code, whole": "&criterio=curso&curso=6000102",
    "code, first digits": "&criterio=curso&curso=60",
    "SENCE code": "&criterio=codigo_sence&codigo_sence=1230000042",
    "SENCE code, first digits": "&criterio=codigo_sence&codigo_sence=12300",
    "region": "&criterio=region&region=ML",
    "participant, RUN": "&criterio=participante&participante={run}",
    "participant, one name": "&criterio=participante&participante=González",
    "participant, names": "&criterio=participante&participante=nuñez+rosalia",
    "training body": "&criterio=entidad_capacitadora&entidad_capacitadora=arrayan",
    "supervisor": "&criterio=entidad_supervisora&entidad_supervisora=nuble",
}
LAST_PAGE = "&pagina=500"


def main() -> int:
    """Measure every page; return the exit code."""
    filled = sys.argv[1] if len(sys.argv) > 1 else ""
    with portal(filled):
        if not filled:
            fill_database()
        addresses = _addresses()
        cookie = _record(addresses)
        with gunicorn():
            passed = [
                _measure(name, path, f"/raw/{number}/", cookie)
                for number, (name, path) in enumerate(addresses.items())
            ]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def fill_database() -> None:
    """Make the rows of `make_load`."""
    from django.db import connection
    from django.utils import timezone

    from otec_portal.demo.mass import Size, fill

    fill(Size(actions=100_000), now=timezone.now(), say=say)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _addresses() -> dict[str, str]:
    from courses.models import Participant
    from otec_portal.demo.mass import BIG_BODY_RUT

    somebody = Participant.objects.filter(training_body__rut=BIG_BODY_RUT)[1234]
    found = {"home": "/"}
    for name, query in SOUGHT.items():
        address = f"{PROGRAMME}{quote(query, safe='&=+{}').format(run=somebody.run)}"
        found[f"{name}, page 1"] = address
        found[f"{name}, page 500"] = f"{address}{LAST_PAGE}"
    return found


def _record(addresses: dict[str, str]) -> str:
    """Keep what each page asks of the database; return the cookie that lets in."""
    from django.conf import settings
    from django.test import Client

    from otec_portal.core.models import User
    from otec_portal.demo.mass import ADMIN_RUT
    from tests.bench import raw

    client = Client(headers={"host": f"{HOST}:{port()}"})
    client.force_login(User.objects.get(rut=ADMIN_RUT))
    signing_in = len(statements(partial(client.get, "/cursos/")))
    pages = {}
    for number, (name, path) in enumerate(addresses.items()):
        made = statements(partial(client.get, path))[signing_in:]
        template = "home.html" if path == "/" else "courses/search.html"
        pages[f"{number}"] = raw.RawPage(template, made)
        say(f"\n{name}: {len(made)} statements; the last but one and the last:")
        for sql, params in made[-2:] if path != "/" else ():
            explain(sql, params)
    raw.keep(pages)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"


def statements(ask: Callable[[], Any]) -> list[tuple[str, Any]]:
    """Return what a request asks of the database."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = ask()
    assert answer.status_code == 200, answer
    return seen


def explain(sql: str, params: Any) -> None:
    """Print what PostgreSQL does for a statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY) {sql}", params
        )
        for (line,) in cursor.fetchall():
            say(f"    {line}")


def _measure(name: str, path: str, raw: str, cookie: str) -> bool:
    """Ask for page and raw page in turn; say whether the limit is kept."""
    rounds = [(_drive(path, cookie), _drive(raw, cookie)) for _ in range(1 + ROUNDS)][
        1:
    ]
    ratio = statistics.median(ours.p95 / bare.p95 for ours, bare in rounds)
    errors = sum(one.errors for pair in rounds for one in pair)
    passed = ratio <= LIMIT and not errors
    p50, p95, bare95 = (
        statistics.median(values)
        for values in (
            [ours.p50 for ours, _ in rounds],
            [ours.p95 for ours, _ in rounds],
            [bare.p95 for _, bare in rounds],
        )
    )
    say(
        f"{'PASS' if passed else 'FAIL'}  {name:36} p50 {p50:6.1f}  p95 {p95:6.1f}  "
        f"raw p95 {bare95:6.1f} ms  ratio {ratio:.2f}  errors {errors}"
    )
    return passed


def _drive(path: str, cookie: str) -> Figures:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}:{port()}",
        f"Cookie: {cookie}",
        "Connection: close",
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    return drive([request] * PER_ROUND, expect=b"</html>")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
