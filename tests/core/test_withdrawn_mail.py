"""Mail whose words no longer hold: what has not left does not leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest

from otec_portal.core import outbox
from otec_portal.core.models import MailState, OutgoingEmail
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def withdraw(*, at: datetime = NOW) -> int:
    return outbox.withdraw(OutgoingEmail.objects.all(), at=at)


def a_dead_worker_took(mail: OutgoingEmail) -> None:
    mail.advance("claim", at=NOW, due_at=NOW + outbox.LEASE)


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
    OutgoingEmailFactory(
        state=state,
        sent_at=sent_at,
        settled=state == MailState.SENT,
        due_at=NOW + outbox.LEASE,
    )
    assert outbox.withdraw(OutgoingEmail.objects.all(), at=NOW) == 0


def test_mail_of_a_worker_that_died_is_not_taken_up_once_withdrawn() -> None:
    """The link in it was replaced while it lay half sent."""
    row = OutgoingEmailFactory()
    a_dead_worker_took(row)
    assert withdraw(at=NOW + MINUTE) == 0
    assert outbox.send_due(now=NOW + outbox.LEASE) == 0
    row.refresh_from_db()
    assert row.state == MailState.WITHDRAWN
    assert row.unwanted_since == NOW + MINUTE


def test_mail_withdrawn_when_its_lease_is_over_ends_at_once() -> None:
    a_dead_worker_took(OutgoingEmailFactory())
    just_before = NOW + outbox.LEASE - timedelta(microseconds=1)
    assert withdraw(at=just_before) == 0
    assert withdraw(at=NOW + outbox.LEASE) == 1


def while_it_is_sent(deed: Callable[[], object], error: Exception | None) -> Any:
    def sending(*_: object, **__: object) -> None:
        deed()
        if error:
            raise error

    return patch("otec_portal.core.mail_server.hand_over", sending)


def test_mail_withdrawn_while_it_fails_is_not_tried_again() -> None:
    row = OutgoingEmailFactory()
    with while_it_is_sent(withdraw, SMTPServerDisconnected("closed")):
        assert outbox.send_due(now=NOW) == 0
    row.refresh_from_db()
    assert row.state == MailState.WITHDRAWN


def test_mail_withdrawn_while_the_server_takes_it_is_told_as_sent() -> None:
    row = OutgoingEmailFactory()
    with while_it_is_sent(withdraw, None):
        assert outbox.send_due(now=NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.unwanted_since) == (MailState.SENT, NOW)


@pytest.mark.parametrize("way", ["sent", "withdrawn"])
def test_mail_that_is_settled_keeps_no_words(way: str) -> None:
    """A link in it may open an account: it is kept no longer than it has to leave."""
    row = OutgoingEmailFactory(text="Entra por https://portal.example/entrar/x/")
    if way == "withdrawn":
        withdraw()
    outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert (row.state, row.text) == (way, "")
    said = "Entra por https://portal.example/entrar/x/"
    assert row.text_sha256 == sha256(said.encode()).hexdigest()


def test_mail_that_failed_keeps_its_words_for_the_next_try() -> None:
    row = OutgoingEmailFactory()
    with while_it_is_sent(bool, SMTPServerDisconnected("closed")):
        outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert row.text
    assert outbox.send_due(now=NOW + MINUTE) == 1
