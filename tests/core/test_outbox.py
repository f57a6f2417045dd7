"""Mail: queued once per key and recipient, sent once, tried again with patience."""

from datetime import timedelta
from email.message import Message
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from pytest_django import Settings

from otec_portal.core import outbox
from otec_portal.core.models import MailState, OutgoingEmail
from tests.factories import NOW, OutgoingEmailFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class DeadServer(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


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
    assert (row.state, row.due_at) == (MailState.QUEUED, NOW + MINUTE)
    assert "unexpectedly closed" in row.last_error

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due(now=NOW + MINUTE - timedelta(microseconds=1)) == 0
    assert outbox.send_due(now=NOW + MINUTE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (MailState.SENT, 2, "")


@pytest.mark.parametrize(
    ("failed_before", "wait"),
    [(0, 1), (1, 2), (2, 4), (7, 128), (8, 240), (50, 240), (1_000, 240)],
)
def test_mail_failing_again_and_again_waits_longer_up_to_four_hours(
    settings: Settings, failed_before: int, wait: int
) -> None:
    """F6: a server that is down for weeks must not break the queue either."""
    row = OutgoingEmailFactory(attempts=failed_before)
    settings.EMAIL_BACKEND = DEAD
    assert outbox.send_due(now=NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.due_at) == (MailState.QUEUED, NOW + wait * MINUTE)


def test_mail_of_a_worker_that_died_is_taken_up_when_its_lease_is_over() -> None:
    """F1: killed before SMTP: sent once, later, with the same Message-ID."""
    row = OutgoingEmailFactory()
    row.advance("claim", at=NOW, due_at=NOW + outbox.LEASE)
    assert outbox.send_due(now=NOW + outbox.LEASE - MINUTE) == 0
    assert outbox.send_due(now=NOW + outbox.LEASE) == 1
    (sent,) = django_mail.outbox
    assert sent.extra_headers["Message-ID"] == row.message_id


def test_mail_of_others_goes_out_though_one_fails(settings: Settings) -> None:
    queue("a")
    queue("b")
    settings.EMAIL_BACKEND = DEAD
    outbox.send_due(now=NOW)
    states = OutgoingEmail.objects.values_list("state", "attempts")
    assert list(states) == [(MailState.QUEUED, 1)] * 2


def test_mail_withdrawn_in_the_queue_never_leaves() -> None:
    row = OutgoingEmailFactory()
    assert outbox.withdraw(OutgoingEmail.objects.all(), at=NOW) == 1
    assert outbox.withdraw(OutgoingEmail.objects.all(), at=NOW) == 0
    assert outbox.send_due(now=NOW + 600 * MINUTE) == 0
    row.refresh_from_db()
    assert row.state == MailState.WITHDRAWN


@pytest.mark.parametrize("state", [MailState.SENDING, MailState.SENT])
def test_mail_in_hand_or_gone_is_not_withdrawn(state: MailState) -> None:
    sent_at = NOW if state == MailState.SENT else None
    OutgoingEmailFactory(state=state, sent_at=sent_at)
    assert outbox.withdraw(OutgoingEmail.objects.all(), at=NOW) == 0


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
