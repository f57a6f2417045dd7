"""A person at the portal of a fault test, in a process of its own: asked by lines.

Each line on standard input is `[name, arguments]` in JSON, each answer one line. The
environment chooses the database, as for the worker beside it.
"""

import functools
import json
import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.test import Client
from django.utils import timezone

from courses.models import Reminder, TrainingAction
from courses.terms import ORDINARY
from otec_portal.core import health, outbox
from otec_portal.core.models import (
    MailState,
    Membership,
    OutgoingEmail,
    Pulse,
    PulseOf,
    Role,
    TrainingBody,
)
from tests.conftest import browser_of, sign_in
from tests.factories.core import TrainingBodyFactory
from tests.factories.courses import TrainingActionFactory
from tests.faults.settings import set_to


def queue(*recipients: str) -> int:
    """Queue one mail to each of `recipients`, in the name of the training body."""
    return outbox.queue(
        dedup_key="fault",
        training_body=_admin().training_body,
        recipients=recipients,
        subject="Aviso",
        text="Hay algo que hacer.",
        at=timezone.now(),
        about=outbox.About(secret=False),
    )


def mails() -> dict[str, list[object]]:
    """Return {recipient: [state, whether it was handed over, attempts, failure]}."""
    return {
        one.to: [one.state, one.handed_at is not None, one.attempts, one.failure]
        for one in OutgoingEmail.objects.order_by("pk")
    }


def hours_pass() -> None:
    """Let every lease and every wait be over."""
    OutgoingEmail.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def action_due(on: str) -> str:
    """An action whose ordinary term ends `on` that day; return who is told of it."""
    ends_on = date.fromisoformat(on) - timedelta(days=ORDINARY)
    TrainingActionFactory(
        course__training_body=_admin().training_body,
        production=True,
        starts_on=ends_on - timedelta(days=20),
        ends_on=ends_on,
    )
    return _admin().user.email


def reminded() -> list[list[int]]:
    """Return [notice, in how many mails that were not withdrawn] of each reminder."""
    told = Reminder.objects.annotate(
        told=Count("lines", filter=~Q(lines__digest__mail__state=MailState.WITHDRAWN))
    )
    return [list(one) for one in told.order_by("pk").values_list("notice", "told")]


def digests() -> list[str]:
    """Return the subjects of the mails of reminders, in their order."""
    rows = OutgoingEmail.objects.filter(reminder_digest__isnull=False)
    return list(rows.order_by("pk").values_list("subject", flat=True))


def scheduler_died() -> None:
    """Let the scheduler's last pulse lie an hour back."""
    now = timezone.now()
    health.beat(PulseOf.SCHEDULER, now=now - timedelta(hours=1))
    for minutes in (10, 5, 0):  # the worker goes on
        health.beat(PulseOf.WORKER, now=now - timedelta(minutes=minutes))


def pulses() -> list[str]:
    return sorted(health.pulses())


def screen(path: str) -> list[object]:
    """Return [status, words] of the page at `path`, as a national admin reads it."""
    answer = _browser().get(path)
    return [answer.status_code, _words(answer.content)]


def _browser() -> Client:
    """A browser just signed in: by a moved clock an older session may be over."""
    client = browser_of(_admin().user)
    client.raise_request_exception = False
    return client


def _words(content: bytes) -> str:
    _, _, body = content.decode().partition("<main")
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def signs_in() -> None:
    """Let the admin sign in for what is sent in later, whatever happens meanwhile."""
    _signed_in()


@functools.cache
def _signed_in() -> Client:
    return _browser()


def renames(full_name: str) -> list[object]:
    """Let the admin send a form in; return [status, words] of the answer."""
    answer = _signed_in().post("/mi-cuenta/", {"full_name": full_name})
    return [answer.status_code, _words(answer.content)]


def asked(path: str) -> list[object]:
    """Return [status, JSON] of `path`, as a machine reads it."""
    answer = Client().get(path)
    return [answer.status_code, answer.json()]


def begin() -> None:
    """Forget what the test before left; what is never deleted is emptied."""
    if connection.vendor == "postgresql":  # on SQLite nobody is reminded here
        _empty_reminders()
    TrainingAction.objects.all().delete()
    OutgoingEmail.objects.all().delete()
    Pulse.objects.all().delete()


def _empty_reminders() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute(
            "TRUNCATE courses_reminderline, courses_reminderdigest, courses_reminder"
        )


def _admin() -> Membership:
    body = TrainingBody.objects.first() or TrainingBodyFactory(name="OTEC Nuestra")
    found = Membership.objects.filter(training_body=body, role=Role.NATIONAL_ADMIN)
    return found.first() or sign_in(body, Role.NATIONAL_ADMIN).membership


DEEDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        *(queue, mails, hours_pass, scheduler_died, pulses),
        *(action_due, reminded, digests, set_to),
        *(screen, signs_in, renames, asked, begin),
    )
}


def serve() -> None:
    """Do what is asked until nobody asks any more."""
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"said": DEEDS[name](*arguments)}
        except Exception as error:  # noqa: BLE001 - told to who asked
            answer = {"failed": f"{type(error).__name__}: {error}"}
        finally:
            connection.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
