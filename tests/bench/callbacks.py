"""Callback and handover against bare views: python -m tests.bench.callbacks."""

import itertools
import os
import statistics
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.bench.client import Figures, drive
from tests.bench.output import say
from tests.bench.server import gunicorn, portal

if TYPE_CHECKING:
    from tests.bench.client import Request

LIMIT = 0.70  # of the bare view's requests per second
ROUNDS = 9
PER_ROUND = 600
WARM_UP = 600
EXPECTED = {"callback": b" 303 See Other", "handover": b'name="IdSesionAlumno"'}
BARE_EXPECTED = {"callback": b" 303 See Other", "handover": b"<p>x"}


def main() -> int:
    """Measure what is named on the command line, or both; return the exit code."""
    names = sys.argv[1:] or list(EXPECTED)
    with portal():
        passed = [measure(name) for name in names]
    return 0 if all(passed) else 1


def measure(name: str) -> bool:
    """Run rounds of portal and bare view in turn; say whether the limit is kept."""
    ours, bare = _requests(name)
    statements = count(ours.pop())
    of_bare = count(bare.pop())
    assert of_bare == statements, (statements, of_bare)
    say(f"\n{name}: {len(statements)} statements: {' '.join(statements)}")
    with gunicorn():
        rounds = _rounds(name, ours, bare)
    check_rows(name, 2 * (len(ours) + 1))
    ratio = statistics.median(
        ours.per_second / bare.per_second for ours, bare in rounds
    )
    errors = sum(one.errors for pair in rounds for one in pair)
    passed = ratio >= LIMIT and not errors
    _summary(rounds)
    say(
        f"{'PASS' if passed else 'FAIL'}: {ratio:.2f} of the bare view, {errors} errors"
    )
    return passed


def _requests(name: str) -> tuple[list["Request"], list["Request"]]:
    """Return what is sent to the portal, and what to the bare view."""
    from tests.bench import rows

    each = 1 + WARM_UP + ROUNDS * PER_ROUND
    enrolments = rows.make(number=2 * each)
    requests = (rows.callbacks if name == "callback" else rows.handovers)(enrolments)
    rows.tidy()
    return requests[:each], [one.to_bare() for one in requests[each:]]


def count(request: "Request") -> list[str]:
    """Return the kinds of the statements that the server gets for `request`."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        answer = Client().post(
            request.path,
            request.body,
            content_type=request.headers()["Content-Type"],
            headers={"host": request.headers()["Host"], "cookie": request.cookies},
        )
    assert answer.status_code < 400, answer.content
    return [query["sql"].split()[0].rstrip(";") for query in seen.captured_queries]


def check_rows(name: str, number: int) -> None:
    """Make sure that every request did all of its work."""
    from attendance.models import Decision, Handover, Outcome, SenceSession

    if name == "callback":
        assert Decision.objects.filter(outcome=Outcome.APPLIED).count() == number
        assert SenceSession.objects.filter(state="open").count() == number
    else:
        assert Handover.objects.count() == number


def _rounds(
    name: str, ours: Sequence["Request"], bare: Sequence["Request"]
) -> list[tuple[Figures, Figures]]:
    rounds = []
    edges = [0, *range(WARM_UP, len(ours) + 1, PER_ROUND)]
    for first, last in itertools.pairwise(edges):
        pair = (
            drive([one.raw() for one in ours[first:last]], expect=EXPECTED[name]),
            drive([one.raw() for one in bare[first:last]], expect=BARE_EXPECTED[name]),
        )
        say(
            f"{'round' if first else 'warm-up'}\n  portal {pair[0]}\n  bare   {pair[1]}"
        )
        rounds.append(pair)
    return rounds[1:]


def _summary(rounds: list[tuple[Figures, Figures]]) -> None:
    say(f"load {os.getloadavg()[0]:.1f}; median (lowest to highest) of {ROUNDS} rounds")
    for who, side in (("portal", 0), ("bare", 1)):
        cells = [f"  {who:7}"]
        for field in ("per_second", "p50", "p95", "p99", "server_ms"):
            values = [getattr(pair[side], field) for pair in rounds]
            middle, low, high = statistics.median(values), min(values), max(values)
            cells.append(f"{field} {middle:.2f} ({low:.2f} to {high:.2f})")
        say("  ".join(cells))
    ratios = [ours.per_second / bare.per_second for ours, bare in rounds]
    say("  ratios  " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    cpu = statistics.median(bare.server_ms / ours.server_ms for ours, bare in rounds)
    say(f"  by CPU  {cpu:.2f}")


if __name__ == "__main__":
    sys.exit(main())
