"""The spreadsheet of 100,000 courses: python -m tests.bench.excel.

How long it takes, when its first bytes come, and how much memory the server needs for
it beyond what a spreadsheet of 100 rows needs.
"""

import http.client
import sys
import time
from dataclasses import dataclass
from datetime import timedelta

from tests.bench.output import say
from tests.bench.server import HOST, gunicorn, peak_memory, port, portal

ROWS = 100_000
FEW = 100
LIMIT = 16.0  # MiB of RSS beyond those of FEW rows
TIMES = 3


@dataclass(frozen=True)
class Download:
    """One spreadsheet. Seconds, bytes."""

    first: float
    whole: float
    size: int


def main() -> int:
    """Measure; return the exit code."""
    with portal():
        cookie = _prepare()
        with gunicorn():
            for _ in range(TIMES * 2):  # both workers
                _download("3&criterio=region&region=MA", cookie)
            before = peak_memory()
            downloads = [_download("3", cookie) for _ in range(TIMES)]
            grown = (peak_memory() - before) / 1024
    for one in downloads:
        say(
            f"{ROWS} rows: first bytes after {one.first:.2f} s, all after "
            f"{one.whole:.2f} s, {one.size / 1024 / 1024:.1f} MiB"
        )
    passed = grown <= LIMIT
    say(f"RSS {before / 1024:.0f} MiB with {FEW} rows, {grown:+.1f} MiB with {ROWS}")
    say("PASS" if passed else "FAIL")
    return 0 if passed else 1


def _prepare() -> str:
    """Make the rows; return the cookie that lets in."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from courses.models import Course, TrainingAction
    from otec_portal.core.models import Membership
    from tests.factories.core import MembershipFactory
    from tests.factories.courses import CourseFactory

    member: Membership = MembershipFactory()
    course: Course = CourseFactory(training_body=member.training_body)
    today = timezone.localdate()
    TrainingAction.objects.bulk_create(
        (
            TrainingAction(
                course=course,
                action_code=f"{6_000_000 + number}",
                line=3,
                starts_on=today - timedelta(days=number % 1000),
                ends_on=today + timedelta(days=number % 60),
                region="MA" if number < FEW else "ML",
            )
            for number in range(ROWS)
        ),
        batch_size=5000,
    )
    client = Client()
    client.force_login(member.user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _download(programme: str, cookie: str) -> Download:
    connection = http.client.HTTPConnection(HOST, port(), timeout=120)
    start = time.perf_counter()
    path = f"/cursos/excel/?programa={programme}"
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    assert answer.status == http.HTTPStatus.OK, answer.status
    size = len(answer.read(1))
    first = time.perf_counter() - start
    while part := answer.read(65_536):
        size += len(part)
    whole = time.perf_counter() - start
    connection.close()
    return Download(first, whole, size)


if __name__ == "__main__":
    sys.exit(main())
