"""The daily run of reminders: python -m tests.bench.reminders [ACTIONS].

Over a million actions of which some 20,000 reminders are due: what finds them against
the plain count of the same rows, what notes them against a plain INSERT of these, each
in turn; then the digests, and their memory.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.bench.output import say
from tests.bench.server import portal

ACTIONS: Final = 1_000_000
BODIES: Final = 200
SPAN: Final = 2_650  # days over which actions end: then a day has about 20,000 due
TODAY: Final = date(2026, 6, 15)
ROUNDS: Final = 7
BATCH: Final = 5_000
LIMIT: Final = 3.0  # of the count's time
# the due rows of this database, written without any code of the portal's: each body has
# one national admin who chose nothing. Due is what has no certificate, of people who
# can be written to, and was not told. Day 0 is the end; days 40, 59 and 60 have notices
# 10, 3, 1 and 0 days before, of which one holds on each of the days from ten before on;
# 59 and 60 one more for ten days once over
PLAIN_COUNT: Final = """
SELECT count(*)
FROM courses_trainingaction action
JOIN courses_course course ON course.id = action.course_id
JOIN core_membership member ON member.training_body_id = course.training_body_id
JOIN (VALUES (40, 0), (59, 10), (60, 10)) AS term (days, over)
     ON action.day_zero BETWEEN %(today)s::date - term.days - term.over
                            AND %(today)s::date - term.days + 10
JOIN core_user person ON person.id = member.user_id
LEFT JOIN certificates_certification certification
     ON certification.action_id = action.id
WHERE action.environment = 'production' AND action.decision = ''
  AND certification.id IS NULL
  AND member.role = 'national_admin' AND person.is_active AND person.email <> ''
  AND NOT EXISTS (SELECT 1 FROM courses_reminder kept
                  WHERE kept.user_id = member.user_id AND kept.action_id = action.id
                    AND kept.step_on = action.day_zero + term.days)
"""
COLUMNS: Final = "user_id, action_id, kind, step_on, notice, noted_on"
PLAIN_INSERT: Final = (
    f"INSERT INTO courses_reminder ({COLUMNS}) SELECT {COLUMNS} FROM noted"
)
MEMORY_LIMIT: Final = 32.0  # MiB beyond what it takes before


def main() -> int:
    """Fill a database and measure; return the exit code."""
    actions = int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS
    say(f"load {os.getloadavg()[0]:.1f}")
    with portal():
        _fill(actions)
        passed = [_finding(), _noting(), _telling()]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def _fill(actions: int) -> None:
    """Actions of many bodies, each with a national admin who chose nothing."""
    from django.db import connection

    from courses.models import TrainingAction
    from otec_portal.core.models import User
    from otec_portal.core.rut import with_check_digit
    from tests.factories.core import MembershipFactory
    from tests.factories.courses import CourseFactory, TrainingActionFactory

    people = User.objects.bulk_create(  # without passwords, whose hashes take long
        User(rut=with_check_digit(49_000_000 + n), email=f"persona{n}@otec.example")
        for n in range(BODIES)
    )
    courses = [
        CourseFactory(training_body=MembershipFactory(user=one).training_body)
        for one in people
    ]
    for first in range(0, actions, BATCH):
        TrainingAction.objects.bulk_create(
            TrainingActionFactory.build(
                course=courses[number % BODIES],
                production=True,
                action_code=f"{6_000_000 + number}",
                **_dates(number, actions),
            )
            for number in range(first, min(first + BATCH, actions))
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say(f"{actions} actions")


def _dates(number: int, actions: int) -> dict[str, date]:
    """Spread evenly, two thirds of them over by TODAY."""
    days = number * SPAN // actions - SPAN * 2 // 3
    ends_on = TODAY + timedelta(days=days)
    return {"starts_on": ends_on - timedelta(days=20), "ends_on": ends_on}


def _finding() -> bool:
    """One SELECT over all actions against the count of the rows that it finds."""
    from django.db import connection

    from otec_portal import reminders

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_COUNT, {"today": TODAY})
            return int(cursor.fetchone()[0])

    due, found = count(), reminders.count(TODAY)
    say(f"{due} reminders are due by the plain count, {found} are found")
    return due == found and _keeps_limit(
        "finding", lambda: reminders.count(TODAY), "counting", count
    )


def _noting() -> bool:
    """One INSERT … SELECT that finds and keeps them against one that keeps them."""
    from django.db import connection, transaction

    from otec_portal import reminders

    def undone(deed: Callable[[], object]) -> Callable[[], None]:
        def do() -> None:
            with transaction.atomic():
                deed()
                transaction.set_rollback(True)

        return do

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_INSERT)

    with connection.cursor() as cursor:
        with transaction.atomic():
            reminders.note(TODAY)
            cursor.execute(f"SELECT {COLUMNS} FROM courses_reminder")
            rows = cursor.fetchall()
            transaction.set_rollback(True)
        cursor.execute("CREATE TEMP TABLE noted (LIKE courses_reminder)")
        cursor.execute("ALTER TABLE noted ALTER id DROP NOT NULL")
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO noted ({COLUMNS}) VALUES ({places})", rows)
        cursor.execute("VACUUM ANALYZE courses_reminder, noted")
    return _keeps_limit(
        "noting", undone(lambda: reminders.note(TODAY)), "inserting", undone(insert)
    )


def _keeps_limit(
    own: str, mine: Callable[[], object], plain: str, theirs: Callable[[], object]
) -> bool:
    """Time both in turn; say whether `mine` takes at most LIMIT times as long."""
    rounds = [(_seconds(mine), _seconds(theirs)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in rounds)
    first, second = (statistics.median(one) * 1000 for one in zip(*rounds, strict=True))
    say(
        f"{'PASS' if ratio <= LIMIT else 'FAIL'}  {own} {first:.0f} ms, "
        f"{plain} {second:.0f} ms, ratio {ratio:.2f} (limit {LIMIT})"
    )
    return ratio <= LIMIT


def _telling() -> bool:
    """The whole run, digests and all."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from otec_portal import reminders

    now = datetime(
        TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=ZoneInfo("America/Santiago")
    )
    before = _resident()
    _forget_peak()
    told: list[Any] = []
    seconds = _seconds(lambda: told.append(reminders.run(now=now)))
    grown = (_peak() - before) / 1024
    passed = grown <= MEMORY_LIMIT
    again = _seconds(lambda: told.append(reminders.run(now=now)))
    say(
        f"{'PASS' if passed else 'FAIL'}  {told[0]} digests in {seconds:.1f} s, "
        f"{grown:.1f} MiB more (limit {MEMORY_LIMIT}); the next run, with {told[1]}, "
        f"{again:.2f} s"
    )
    return passed


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    return _status("VmHWM")


def _resident() -> int:
    return _status("VmRSS")


def _status(name: str) -> int:
    """Return a figure of this process, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(one for one in lines if one.startswith(name))
    return int(line.split()[1])


if __name__ == "__main__":
    sys.exit(main())
