"""1,000 participants with 60,000 sessions: python -m tests.bench.attendance.

Counting all of it again against its own SQL; the list of participants against its own
SQL and an empty page; the total Excel by the memory that it takes.
"""

import http.client
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from tests.bench.against_raw import keeps_limit
from tests.bench.output import say
from tests.bench.server import HOST, gunicorn, peak_memory, port, portal
from tests.bench.statements import Statement, of_page, replay, signing_in, statements

PEOPLE = 1000
SESSIONS = 60  # of each participant; as many classes
FEW = 10  # participants of the action that the memory is compared with
COUNTING = 4.0  # times the raw SQL
MEMORY = 16.0  # MiB of RSS beyond those of FEW participants
ROUNDS = 7
DOWNLOADS = 3


def main() -> int:
    """Measure; return the exit code."""
    with portal():
        big, small, cookie = _prepare()
        passed = [_counting(big)]
        pages = _record(big, cookie)
        with gunicorn():
            passed += [
                keeps_limit(name, path, f"/raw/{number}/", cookie)
                for number, (name, path) in enumerate(pages.items())
            ]
            passed.append(_excel(big, small, cookie))
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def _prepare() -> tuple[Any, Any, str]:
    """Make both actions; return them and the cookie that lets in."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from attendance.services.totals import recount_action
    from otec_portal.core.models import Membership
    from tests.factories.core import MembershipFactory
    from tests.factories.courses import CourseFactory
    from tests.factories.tokens import SenceTokenFactory

    member: Membership = MembershipFactory()
    SenceTokenFactory(training_body=member.training_body)
    course = CourseFactory(training_body=member.training_body)
    big, small = (_fill(course, number) for number in (PEOPLE, FEW))
    for action in (big, small):
        recount_action(action)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(member.user)
    name = settings.SESSION_COOKIE_NAME
    return big, small, f"{name}={client.cookies[name].value}"


def _fill(course: Any, people: int) -> Any:
    """An action in which each of `people` comes to every class, sooner or later."""
    from django.utils import timezone

    from courses.models import Enrolment, Participant
    from otec_portal.core.rut import with_check_digit
    from tests.factories.courses import TrainingActionFactory

    today = timezone.localdate()
    action = TrainingActionFactory(
        course=course,
        production=True,
        production_used_at=timezone.now(),
        starts_on=today - timedelta(days=SESSIONS + 5),
        ends_on=today + timedelta(days=5),
    )
    known = Participant.objects.count()
    persons = Participant.objects.bulk_create(
        Participant(
            training_body=course.training_body,
            run=with_check_digit(10_000_000 + known + number),
            first_names="Ñusta Belén",
            last_names=f"Apellido{number}",
        )
        for number in range(people)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(action=action, participant=one) for one in persons
    )
    _hold_classes(action)
    _come_in(enrolments)
    return action


def _hold_classes(action: Any) -> None:
    from django.utils import timezone

    from attendance.models import ClassState, TrainingClass
    from tests.factories.core import UserFactory

    teacher = UserFactory()
    now = timezone.now()
    TrainingClass.objects.bulk_create(
        TrainingClass(
            action=action,
            facilitator=teacher,
            state=ClassState.ENDED,
            started_at=now - timedelta(days=day),
            ended_at=now - timedelta(days=day) + timedelta(hours=2),
        )
        for day in range(1, SESSIONS + 1)
    )


def _come_in(enrolments: list[Any]) -> None:
    """Each start and close is a receipt, decided and come back; but for every third."""
    from django.utils import timezone

    from attendance.models import Clock, SenceSession, SenceToken, SessionState

    now = timezone.now()
    token = SenceToken.objects.get()
    sessions = SenceSession.objects.bulk_create(
        (
            SenceSession(
                training_body=token.training_body,
                enrolment=one,
                token=token,
                environment="production",
                otec_rut=token.training_body.rut,
                run=one.participant.run,
                action_code=one.action.action_code,
                line=one.action.line,
                state=SessionState.CLOSED,
                sence_id=f"{number}-{day}",
                started_at=(at := now - timedelta(days=day, minutes=-number % 45)),
                start_by=at + timedelta(minutes=15),
                opened_at=at,
                opened_clock=Clock.SENCE,
                expires_at=at + timedelta(hours=3),
                close_handed_at=at + timedelta(minutes=70),
                closed_at=at + timedelta(minutes=75 + number % 20),
                closed_clock=Clock.SENCE,
            )
            for number, one in enumerate(enrolments)
            for day in range(1, SESSIONS + 1)
        ),
        batch_size=2000,
    )
    _answer(sessions)


def _answer(sessions: list[Any]) -> None:
    from attendance.models import (
        BrowserReturn,
        CallbackKind,
        Decision,
        Outcome,
        Receipt,
    )

    kinds = (CallbackKind.START_CONFIRMED, CallbackKind.CLOSE_CONFIRMED)
    receipts = Receipt.objects.bulk_create(
        (
            Receipt(session=one, kind=kind, received_at=one.opened_at, length=0)
            for one in sessions
            for kind in kinds
        ),
        batch_size=2000,
    )
    Decision.objects.bulk_create(
        (
            Decision(receipt=one, outcome=Outcome.APPLIED, at=one.received_at)
            for one in receipts
        ),
        batch_size=2000,
    )
    BrowserReturn.objects.bulk_create(
        (
            BrowserReturn(receipt=one, own=True, at=one.received_at)
            for number, one in enumerate(receipts)
            if number % 3
        ),
        batch_size=2000,
    )


def _counting(action: Any) -> bool:
    """recount_action and its own statements as plain SQL, in turn."""
    from attendance.services.totals import recount_action

    recorded = statements(partial(recount_action, action))
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(partial(recount_action, action)))
        bare.append(_timed(partial(_replay, recorded)))
    ratio = statistics.median(
        one / other for one, other in zip(ours, bare, strict=True)
    )
    say(
        f"{'PASS' if ratio <= COUNTING else 'FAIL'}  counting {PEOPLE} participants, "
        f"{PEOPLE * SESSIONS} sessions: {statistics.median(ours) * 1000:.0f} ms, "
        f"raw {statistics.median(bare) * 1000:.0f} ms, ratio {ratio:.2f}"
    )
    return ratio <= COUNTING


def _replay(recorded: list[Statement]) -> None:
    from django.db import transaction

    with transaction.atomic():
        replay(recorded)


def _timed(deed: Callable[[], Any]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _record(action: Any, cookie: str) -> dict[str, str]:
    """Keep what each page asks of the database; return their paths by name."""
    from django.test import Client
    from django.urls import reverse

    from tests.bench import raw

    client = Client(headers={"host": f"{HOST}:{port()}", "cookie": cookie})
    listed = reverse("attendance:participants", args=[action.public_id])
    one = action.enrolments.order_by("pk").first()
    detail = reverse("attendance:detail", args=[one.public_id])
    paths = {
        "list": listed,
        "list by percentage": f"{listed}?orden=porcentaje&pagina=20",
        "list below": f"{listed}?ver=bajo",
        "detail": detail,
    }
    before = signing_in(client)
    pages = {}
    for number, path in enumerate(paths.values()):
        asked = of_page(client, path)[before:]
        pages[f"{number}"] = raw.RawPage("attendance/closed.html", asked)
    raw.keep(pages)
    return paths


def _excel(big: Any, small: Any, cookie: str) -> bool:
    """The total of both actions; the workers' memory after the one and the other."""
    for _ in range(DOWNLOADS * 2):  # both workers
        _download(small, cookie)
    before = peak_memory()
    took = [_download(big, cookie) for _ in range(DOWNLOADS)]
    grown = (peak_memory() - before) / 1024
    for first, whole, size in took:
        say(
            f"total Excel: first bytes after {first:.2f} s, all after {whole:.2f} s, "
            f"{size / 1024 / 1024:.1f} MiB"
        )
    passed = grown <= MEMORY
    say(
        f"{'PASS' if passed else 'FAIL'}  RSS {before / 1024:.0f} MiB with {FEW} "
        f"participants, {grown:+.1f} MiB with {PEOPLE}"
    )
    return passed


def _download(action: Any, cookie: str) -> tuple[float, float, int]:
    """Return seconds to the first byte and to the last, and how many bytes."""
    connection = http.client.HTTPConnection(HOST, port(), timeout=300)
    start = time.perf_counter()
    path = f"/acciones/{action.public_id}/asistencia/excel/"
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    assert answer.status == http.HTTPStatus.OK, answer.status
    size = len(answer.read(1))
    first = time.perf_counter() - start
    while part := answer.read(65_536):
        size += len(part)
    whole = time.perf_counter() - start
    connection.close()
    return first, whole, size


if __name__ == "__main__":
    sys.exit(main())
