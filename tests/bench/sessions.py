"""The list of sessions, and receipts left undecided: python -m tests.bench.sessions.

Among a million sessions of one training body and a million receipts of all, one
request at a time. Takes the address of a database that `make_load` has filled, to which
the receipts it lacks are added; without one, a database is made, filled and dropped.
"""

import os
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any

from tests.bench.output import say
from tests.bench.search import fill_database
from tests.bench.server import portal
from tests.bench.statements import say_plan, statements

LIMIT = 1_000  # milliseconds, p95 of a page
LOOK_LIMIT = 1_000  # milliseconds, of a look for undecided receipts
TIMES = 20
RECEIPTS = 1_000_000
LIST = "/sesiones/"
_OF_SESSIONS = 'FROM "attendance_sencesession"'
ASKED = {
    "unasked": "",
    "page 400": "?pagina=400",
    "the oldest first": "?orden=solicitada",
    "open now": "?state=now",
    "closed": "?state=closed",
    "failed": "?state=failed",
    "abandoned": "?state=abandoned",
    "expired": "?state=expired",
    "one person": "?who={run}",
    "one frequent name": "?who=González",
    "two names": "?who=nuñez+rosalia",
    "one letter": "?who=a",
    "one action": "?who=6000102",
    "thirty days": "?desde={month}",
    "thirty days, by name": "?desde={month}&orden=participante",
    "one day, by state": "?desde={day}&hasta={day}&orden=estado",
}
# a start's answer of each session that was opened, decided but for one in 100,000
MORE_RECEIPTS = """
WITH answer AS (
    INSERT INTO attendance_receipt
        (public_id, nonce, kind, received_at, content_type, body, length,
         remote_address, user_agent, origin)
    SELECT gen_random_uuid(), nonce, 'start_confirmed', started_at, '', '', 0,
           '127.0.0.1', '', ''
    FROM attendance_sencesession WHERE opened_at IS NOT NULL LIMIT %s
    RETURNING id, received_at
)
INSERT INTO attendance_decision (receipt_id, outcome, flags, codes, at)
SELECT id, 'applied', '[]', '[]', received_at FROM answer WHERE id %% 100000 <> 0
"""


def main() -> int:
    """Measure every page and both looks; return the exit code."""
    filled = sys.argv[1] if len(sys.argv) > 1 else ""
    with portal(filled):
        if not filled:
            fill_database()
        _add_receipts()
        kept = [*_pages(), *_looks()]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(kept) else 1


def _add_receipts() -> None:
    from django.db import connection

    from attendance.models import Receipt

    lacking = RECEIPTS - Receipt.objects.count()
    with connection.cursor() as cursor:
        if lacking > 0:
            cursor.execute(MORE_RECEIPTS, [lacking])
        cursor.execute("VACUUM ANALYZE attendance_receipt")
        cursor.execute("VACUUM ANALYZE attendance_decision")


def _pages() -> list[bool]:
    """Ask for every page TIMES times; say whether each keeps the limit."""
    from django.test import Client

    from otec_portal.core.models import Role, User
    from otec_portal.demo.mass import ADMIN_RUT, BIG_BODY_RUT

    kept = []
    national = User.objects.get(rut=ADMIN_RUT)
    regional = User.objects.get(
        memberships__role=Role.REGIONAL_ADMIN,
        memberships__training_body__rut=BIG_BODY_RUT,
    )
    for who, user in {"": national, ", regional admin": regional}.items():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        for name, asked in ASKED.items() if not who else [("unasked", "")]:
            ask = partial(client.get, f"{LIST}{asked.format(**_words())}")
            made = [one for one in statements(ask) if _OF_SESSIONS in one[0]]
            say(f"\n{name}{who}: how many, and the page's rows:")
            for sql, params in made[:2]:
                say_plan(sql, params)
            kept.append(_keeps(f"{name}{who}", ask, LIMIT))
    return kept


def _words() -> dict[str, Any]:
    from django.utils import timezone

    from courses.models import Participant
    from otec_portal.demo.mass import BIG_BODY_RUT

    today = timezone.localdate()
    somebody = Participant.objects.filter(training_body__rut=BIG_BODY_RUT)[1234]
    days = {"day": 3, "month": 30}
    return {
        "run": somebody.run,
        **{name: today - timedelta(days=ago) for name, ago in days.items()},
    }


def _looks() -> list[bool]:
    """The frequent look for undecided receipts keeps the limit; the daily one need not.

    Neither decides anything here: what is found is only fetched.
    """
    from django.utils import timezone

    from attendance.models import Receipt
    from attendance.services.callbacks import LOOKED_BACK, PENDING_AFTER

    now = timezone.now()
    every = Receipt.objects.undecided(until=now - PENDING_AFTER).order_by("pk")
    looks = {
        "frequent look": every.filter(received_at__gte=now - LOOKED_BACK),
        "daily look": every,
    }
    kept = []
    for name, rows in looks.items():
        found = rows.values_list("pk", flat=True)
        say(f"\n{name}:")
        say_plan(*found.query.sql_with_params())
        limit = LOOK_LIMIT if name == "frequent look" else None
        kept.append(_keeps(name, partial(_fetch, found), limit))
    return kept


def _fetch(rows: Any) -> list[Any]:
    return list(rows.all())


def _keeps(name: str, ask: Callable[[], Any], limit: int | None) -> bool:
    times = sorted(_milliseconds(ask) for _ in range(TIMES))
    p50, p95 = statistics.median(times), times[round(0.95 * TIMES) - 1]
    kept = limit is None or p95 <= limit
    say(f"{'PASS' if kept else 'FAIL'}  {name:28} p50 {p50:7.1f}  p95 {p95:7.1f} ms")
    return kept


def _milliseconds(ask: Callable[[], Any]) -> float:
    began = perf_counter()
    ask()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
