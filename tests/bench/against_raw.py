"""A page in turn with its own SQL and an empty page of its template (raw.py)."""

import statistics

from tests.bench.client import Figures, drive
from tests.bench.output import say
from tests.bench.server import HOST, port

ROUNDS = 7
PER_ROUND = 40
LIMIT = 2.0  # of the raw p95


def keeps_limit(name: str, path: str, raw: str, cookie: str) -> bool:
    """Ask for `path` and for the raw page `raw` in turn; say whether LIMIT is kept."""
    rounds = [(_drive(path, cookie), _drive(raw, cookie)) for _ in range(1 + ROUNDS)]
    counted = rounds[1:]
    ratio = statistics.median(ours.p95 / bare.p95 for ours, bare in counted)
    errors = sum(one.errors for pair in counted for one in pair)
    passed = ratio <= LIMIT and not errors
    p50, p95, bare95 = (
        statistics.median(values)
        for values in (
            [ours.p50 for ours, _ in counted],
            [ours.p95 for ours, _ in counted],
            [bare.p95 for _, bare in counted],
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
