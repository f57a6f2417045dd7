"""Mail: queued once per key and recipient, sent once, tried again with patience."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from smtplib import SMTPServerDisconnected
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from pytest_django import Settings

from otec_portal.core import outbox
from otec_portal.core.models import MailFailure, MailState, OutgoingEmail
from tests.core.smtp_server import MailServer
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class DeadServer(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


HAND_OVER = "otec_portal.core.mail_server.hand_over"
DEAD = f"{__name__}.DeadServer"


def queue(key: str = "alert:1", *recipients: str) -> int:
    return outbox.queue(
        dedup_key=key,
        training_body=None,
        recipients=recipients or ["ana@otec.example"],
        subject="Token vencido",
        text="Pide un token nuevo.",
        at=NOW,
    )


def test_mail_queued_twice_under_one_key_is_one_row() -> None:
    assert queue() == 1
    assert queue() == 0
    assert OutgoingEmail.objects.count() == 1


def test_mail_to_two_recipients_is_two_rows_with_their_own_ids() -> None:
    assert queue("alert:1", "ana@otec.example", "eva@otec.example") == 2
    ids = OutgoingEmail.objects.values_list("message_id", flat=True)
    assert len(set(ids)) == 2
    assert all(one.endswith("@portal.example>") for one in ids)


def test_mail_due_is_sent_with_its_words() -> None:
    queue()
    assert outbox.send_due(now=NOW) == 1
    (sent,) = django_mail.outbox
    assert (sent.subject, sent.to) == ("Token vencido", ["ana@otec.example"])
    assert sent.body == "Pide un token nuevo."
    row = OutgoingEmail.objects.get()
    assert (row.state, row.sent_at, row.attempts) == (MailState.SENT, NOW, 1)
    message: Message = sent.message()
    assert message["Message-ID"] == row.message_id


def test_mail_sent_already_is_not_sent_again() -> None:
    queue()
    assert [outbox.send_due(now=NOW + n * MINUTE) for n in (0, 1, 600)] == [1, 0, 0]
    assert len(django_mail.outbox) == 1


def test_mail_due_later_waits_until_the_very_moment() -> None:
    OutgoingEmailFactory(due_at=NOW)
    assert outbox.send_due(now=NOW - timedelta(microseconds=1)) == 0
    assert outbox.send_due(now=NOW) == 1


def test_mail_to_a_dead_server_is_tried_again_later(settings: Settings) -> None:
    """F6: what failed stays, with the reason and the next try."""
    queue()
    settings.EMAIL_BACKEND = DEAD
    assert outbox.send_due(now=NOW) == 0
    row = OutgoingEmail.objects.get()
    assert (row.state, row.due_at) == (MailState.RETRYING, NOW + MINUTE)
    assert "unexpectedly closed" in row.last_error
    assert (row.failure, row.handed_at) == (MailFailure.DROPPED, None)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due(now=NOW + MINUTE - timedelta(microseconds=1)) == 0
    assert outbox.send_due(now=NOW + MINUTE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.SENT, 2)
    assert (row.failure, row.last_error) == ("", "")


@pytest.mark.parametrize(
    ("failed_before", "wait"),
    [(0, 1), (1, 2), (2, 4), (7, 128), (8, 240), (23, 240)],
)
def test_mail_failing_again_and_again_waits_longer_up_to_four_hours(
    settings: Settings, failed_before: int, wait: int
) -> None:
    """F6: a server that is down for hours costs patience and nothing else."""
    row = OutgoingEmailFactory(attempts=failed_before)
    settings.EMAIL_BACKEND = DEAD
    assert outbox.send_due(now=NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.due_at) == (MailState.RETRYING, NOW + wait * MINUTE)


@pytest.mark.parametrize(
    ("failed_before", "state"),
    [(23, MailState.RETRYING), (24, MailState.REFUSED), (1_000, MailState.REFUSED)],
)
def test_mail_failing_for_three_days_is_left_to_people(
    settings: Settings, failed_before: int, state: MailState
) -> None:
    """F6: at the twenty-fifth attempt, with what went wrong."""
    row = OutgoingEmailFactory(attempts=failed_before, plain=True)
    settings.EMAIL_BACKEND = DEAD
    outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert (row.state, row.failure) == (state, MailFailure.DROPPED)
    assert row.text


def test_mail_of_a_worker_that_died_is_taken_up_when_its_lease_is_over() -> None:
    """F1: killed before SMTP: sent once, later, with the same Message-ID."""
    row = OutgoingEmailFactory()
    row.advance("claim", at=NOW, due_at=NOW + outbox.LEASE)
    assert outbox.send_due(now=NOW + outbox.LEASE - MINUTE) == 0
    assert outbox.send_due(now=NOW + outbox.LEASE) == 1
    (sent,) = django_mail.outbox
    assert sent.extra_headers["Message-ID"] == row.message_id


class Clock:
    """Goes on by `step` with every look at it."""

    def __init__(self, step: timedelta) -> None:
        self.at = NOW - step
        self.step = step

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at


def test_mail_is_leased_from_when_its_turn_comes() -> None:
    """Else, behind a slow server, a lease is over before its mail was touched."""
    rows = [OutgoingEmailFactory() for _ in range(2)]
    seen: list[datetime] = []

    def looking(*_: object, **__: object) -> None:
        seen.append(OutgoingEmail.objects.get(state=MailState.SENDING).due_at)

    with patch(HAND_OVER, looking):
        step = timedelta(seconds=10)
        assert outbox.send_due(now=NOW, clock=Clock(step)) == 2
    assert seen == [NOW + outbox.LEASE, NOW + 2 * step + outbox.LEASE]
    for number, row in enumerate(rows):
        row.refresh_from_db()
        assert row.sent_at == NOW + (2 * number + 1) * step


def test_run_that_takes_long_leaves_the_rest_to_the_next() -> None:
    for _ in range(5):
        OutgoingEmailFactory()
    clock = Clock(outbox.LONGEST_RUN / 3)  # three looks for each mail
    assert outbox.send_due(now=NOW, clock=clock) == 2
    states = OutgoingEmail.objects.values_list("state", flat=True)
    assert sorted(states) == [MailState.QUEUED] * 3 + [MailState.SENT] * 2
    assert outbox.send_due(now=NOW + MINUTE) == 3


@pytest.mark.parametrize("fails", [False, True])
def test_mail_taken_up_by_another_worker_holds_up_no_other(fails: bool) -> None:
    """Its lease was over while the server took its time: the other one has sent it."""
    first, second = OutgoingEmailFactory(), OutgoingEmailFactory()

    def slow(message: Any, **_: object) -> None:
        if message.extra_headers["Message-ID"] == first.message_id:
            OutgoingEmail.objects.get(pk=first.pk).advance(
                "deliver", at=NOW, sent_at=NOW, text="", text_sha256="0" * 64
            )
            if fails:
                raise SMTPServerDisconnected("Connection unexpectedly closed")

    with patch(HAND_OVER, slow):
        outbox.send_due(now=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (MailState.SENT, MailState.SENT)


def test_mails_queued_each_are_rows_with_their_own_words() -> None:
    drafts = [
        outbox.Draft(f"link:{n}", f"p{n}@correo.example", "Tu enlace", f"texto {n}")
        for n in range(2)
    ]
    rows = outbox.queue_each(drafts, training_body=None, at=NOW)
    assert [(row.to, row.text) for row in rows] == [
        ("p0@correo.example", "texto 0"),
        ("p1@correo.example", "texto 1"),
    ]
    assert len({row.message_id for row in rows}) == 2
    assert outbox.send_due(now=NOW) == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.queue_each(drafts[1:], training_body=None, at=NOW)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server on a real socket, to which the portal sends."""
    with MailServer() as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.socket.getsockname()
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield listening
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("bad", "failure", "kept"),
    [
        ({"subject": "Dos\nlíneas"}, MailFailure.MESSAGE, "BadHeaderError"),
        (
            {"to": "refused@otec.example"},
            MailFailure.RECIPIENT,
            "SMTPRecipientsRefused",
        ),
        ({"to": "ana@"}, MailFailure.ADDRESS, "InvalidAddress"),
    ],
)
def test_mail_that_cannot_be_sent_keeps_its_error_and_the_next_goes_on(
    server: MailServer, bad: dict[str, str], failure: MailFailure, kept: str
) -> None:
    """F6: what is refused for good is that mail's own affair, and nobody insists."""
    wrong = OutgoingEmailFactory(**bad)
    right = OutgoingEmailFactory(subject="Después")
    outbox.send_due(now=NOW)
    right.refresh_from_db()
    wrong.refresh_from_db()
    assert right.state == MailState.SENT
    assert any("Despu" in one for one in server.taken)
    assert (wrong.state, wrong.failure) == (MailState.REFUSED, failure)
    assert outbox.send_due(now=NOW + 600 * MINUTE) == 0
    assert wrong.last_error.startswith(f"{kept}: ")


def test_mail_to_a_port_where_nobody_listens_is_tried_again(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    row = OutgoingEmailFactory()
    assert outbox.send_due(now=NOW) == 0
    row.refresh_from_db()
    assert row.last_error.startswith("ConnectionRefusedError: ")
    assert (row.state, row.failure) == (MailState.RETRYING, MailFailure.UNREACHABLE)


class Unforeseen(BaseEmailBackend):
    """Fails as nobody expects a mail server to fail."""

    def send_messages(self, email_messages: Any) -> int:
        raise LookupError("unknown encoding")


def test_mail_failing_in_a_way_nobody_foresaw_is_kept(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unforeseen"
    rows = [OutgoingEmailFactory() for _ in range(2)]
    assert outbox.send_due(now=NOW) == 0
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.failure) == (MailState.RETRYING, MailFailure.OTHER)
        assert row.last_error == "LookupError: unknown encoding"


def test_mail_past_its_last_moment_is_withdrawn_in_words() -> None:
    """Until its last second it leaves; what is said later would not be so any more."""
    rows = [OutgoingEmailFactory(expires_at=NOW + n * MINUTE) for n in (1, 0)]
    assert outbox.send_due(now=NOW + MINUTE) == 1
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == [MailState.SENT, MailState.WITHDRAWN]
    assert rows[1].get_failure_display() == (
        "No alcanzó a salir mientras lo que dice era cierto"
    )


def test_mail_whose_last_moment_passes_on_the_way_stops_before_its_content() -> None:
    """The server was slow to greet."""
    row = OutgoingEmailFactory(expires_at=NOW)
    moments = iter([NOW, NOW + MINUTE, NOW + MINUTE])
    assert outbox.send_due(now=NOW, clock=lambda: next(moments)) == 0
    assert outbox.send_due(now=NOW + 60 * MINUTE) == 0
    row.refresh_from_db()
    assert row.state == MailState.WITHDRAWN
    assert django_mail.outbox == []


def test_mail_past_its_last_moment_of_a_worker_that_died_is_withdrawn() -> None:
    row = OutgoingEmailFactory(expires_at=NOW)
    row.advance("claim", at=NOW, due_at=NOW + outbox.LEASE, attempts=1)
    assert outbox.send_due(now=NOW + outbox.LEASE) == 0
    row.refresh_from_db()
    assert row.state == MailState.WITHDRAWN


def test_of_one_slot_two_mails_are_refused_unless_one_was_withdrawn() -> None:
    first = OutgoingEmailFactory(slot="reminders:1:1:2026-06-15")
    with (
        pytest.raises(IntegrityError, match="slot"),
        transaction.atomic(),
    ):
        OutgoingEmailFactory(slot=first.slot)
    outbox.withdraw(OutgoingEmail.objects.all(), at=NOW)
    OutgoingEmailFactory(slot=first.slot)
    OutgoingEmailFactory()
    OutgoingEmailFactory()


def test_subject_is_one_line_that_is_kept_whole() -> None:
    outbox.queue(
        dedup_key="x",
        training_body=None,
        recipients=["ana@otec.example"],
        subject="Curso\r\nde " + "o" * 300,
        text="x",
        at=NOW,
    )
    row = OutgoingEmail.objects.get()
    assert row.subject.startswith("Curso de ooo")
    assert len(row.subject) == outbox.LONGEST_SUBJECT == 200
