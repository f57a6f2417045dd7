"""Handing a mail over: what the server says, and at which step, decides what it is."""

import socket
import socketserver
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTP
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from pytest_django import Settings

from otec_portal.core import outbox
from otec_portal.core.models import MailFailure, MailState, OutgoingEmail
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory

pytestmark = pytest.mark.django_db
RETRYING, REFUSED = MailState.RETRYING, MailState.REFUSED
CUT = "cut"  # hangs up instead of an answer


class _Conversation(socketserver.StreamRequestHandler):
    """Answers each step as the server's `script` says, else as if all were well."""

    server: "Scripted"

    def handle(self) -> None:
        if not self._says("connect", "220 ready"):
            return
        while line := self.rfile.readline().decode().strip():
            word = line.split(maxsplit=1)[0].upper()
            if not self._says(word, "354 go on" if word == "DATA" else "250 ok"):
                return
            if word == "DATA" and "DATA" not in self.server.script:
                taken = b""
                while not taken.endswith(b"\r\n.\r\n"):
                    taken += self.rfile.readline()
                self.server.taken.append(taken)
                if not self._says("content", "250 taken"):
                    return

    def _says(self, step: str, usual: str) -> bool:
        answer = self.server.script.get(step, usual)
        if answer == CUT:
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


class Scripted(socketserver.ThreadingTCPServer):
    """A mail server on a free port that answers by its `script`: {step: answer}."""

    daemon_threads = True

    def __init__(self) -> None:
        self.script: dict[str, str] = {}
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Conversation)


@pytest.fixture
def server(settings: Settings) -> Iterator[Scripted]:
    with Scripted() as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.socket.getsockname()
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 2
        yield listening
        listening.shutdown()
        thread.join()


def sent(**fields: Any) -> OutgoingEmail:
    """Let the worker send one mail; return what became of it."""
    row: OutgoingEmail = OutgoingEmailFactory(plain=True, **fields)
    outbox.send_due(now=NOW)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("step", "answer", "state", "failure"),
    [
        ("connect", "421 busy", RETRYING, MailFailure.UNREACHABLE),
        ("connect", CUT, RETRYING, MailFailure.DROPPED),
        ("MAIL", "451 later", RETRYING, MailFailure.SENDER),
        ("MAIL", "550 not you", RETRYING, MailFailure.SENDER),
        ("RCPT", "450 later", RETRYING, MailFailure.LATER),
        ("RCPT", "499 later", RETRYING, MailFailure.LATER),
        ("RCPT", "500 no", REFUSED, MailFailure.RECIPIENT),
        ("RCPT", "550 no such mailbox", REFUSED, MailFailure.RECIPIENT),
        ("RCPT", CUT, RETRYING, MailFailure.DROPPED),
        ("DATA", "451 later", RETRYING, MailFailure.LATER),
        ("DATA", "554 no", REFUSED, MailFailure.MESSAGE),
        ("DATA", CUT, RETRYING, MailFailure.DROPPED),
        ("content", "452 full", RETRYING, MailFailure.LATER),
        ("content", "554 spam", REFUSED, MailFailure.MESSAGE),
        ("content", CUT, MailState.UNCERTAIN, MailFailure.SILENCE),
        ("content", "what?", MailState.UNCERTAIN, MailFailure.SILENCE),
        ("content", "999 what?", MailState.UNCERTAIN, MailFailure.SILENCE),
        ("QUIT", CUT, MailState.SENT, ""),
        ("QUIT", "500 no", MailState.SENT, ""),
    ],
)
def test_mail_that_a_server_does_not_take_waits_is_refused_or_uncertain(
    server: Scripted, step: str, answer: str, state: MailState, failure: str
) -> None:
    """F6: refused for good is what concerns this mail; uncertain what nobody knows."""
    server.script = {step: answer}
    row = sent()
    assert (row.state, row.failure) == (state, failure)
    assert (row.handed_at is None) == (state == RETRYING or step in {"RCPT", "DATA"})
    later = NOW + outbox.LEASE + timedelta(minutes=5)
    server.script = {}
    assert outbox.send_due(now=later) == (state == RETRYING)
    taken_before = step in {"content", "QUIT"}
    assert len(server.taken) == taken_before + (state == RETRYING)


def test_mail_whose_server_falls_silent_after_the_content_is_uncertain(
    server: Scripted, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as stalling:
        settings.EMAIL_PORT = stalling.getsockname()[1]
        Thread(target=_takes_and_is_silent, args=[stalling], daemon=True).start()
        row = sent()
    assert (row.state, row.failure) == (MailState.UNCERTAIN, MailFailure.SILENCE)


def _takes_and_is_silent(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as stream:
        for answer in (b"220 x", b"250 x", b"250 x", b"250 x", b"354 x"):
            stream.write(answer + b"\r\n")
            stream.flush()
            stream.readline()
        while stream.readline():
            pass


def interrupted_in(step: str, server: Scripted) -> Any:
    """The time limit of the task comes in this step, once the server took content."""
    usual = getattr(SMTP, step)

    def interrupted(self: SMTP, *given: Any) -> Any:
        found = usual(self, *given)
        last = step == "send" and str(given[0]).endswith(r".\r\n'")
        if server.taken or last:
            raise SoftTimeLimitExceeded
        return found

    return patch.object(SMTP, step, interrupted)


@pytest.mark.parametrize("step", ["send", "getreply"])
def test_mail_interrupted_once_its_content_is_out_is_uncertain(
    server: Scripted, step: str
) -> None:
    """A server that trickles its answer outlasts the task: it may have the mail."""
    with interrupted_in(step, server):
        row = sent()
    assert (row.state, row.failure) == (MailState.UNCERTAIN, MailFailure.SILENCE)
    assert outbox.send_due(now=NOW + timedelta(days=2)) == 0
    assert len(server.taken) <= 1


def test_mail_interrupted_after_its_answer_is_not_sent_again(server: Scripted) -> None:
    """Between the answer and taking leave: nobody writes down that it left."""
    row = OutgoingEmailFactory(plain=True)
    with (
        patch.object(SMTP, "quit", side_effect=SoftTimeLimitExceeded),
        pytest.raises(SoftTimeLimitExceeded),
    ):
        outbox.send_due(now=NOW)
    assert outbox.send_due(now=NOW + 2 * outbox.LEASE) == 0
    row.refresh_from_db()
    assert (row.state, row.failure) == (MailState.UNCERTAIN, MailFailure.DIED)
    assert len(server.taken) == 1


def test_mail_interrupted_before_its_content_leaves_later_once(
    server: Scripted,
) -> None:
    """As if its worker had died: the run is over, the mail waits for its lease."""
    row = OutgoingEmailFactory(plain=True)
    with (
        patch.object(SMTP, "rcpt", side_effect=SoftTimeLimitExceeded),
        pytest.raises(SoftTimeLimitExceeded),
    ):
        outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert (row.state, row.handed_at) == (MailState.SENDING, None)
    assert outbox.send_due(now=NOW + 2 * outbox.LEASE) == 1
    assert len(server.taken) == 1


def test_mail_arrives_with_its_dots_and_line_ends(server: Scripted) -> None:
    row = sent(text=".empieza\ncon puntos\r\n..dos\n", html="<p>.</p>")
    (taken,) = server.taken
    assert row.state == MailState.SENT
    assert b"\r\n..empieza\r\ncon puntos\r\n...dos\r\n" in taken
    assert b"\n" not in taken.replace(b"\r\n", b"")
    assert b"multipart/alternative" in taken


def test_mail_taken_up_by_another_worker_before_its_content_does_not_leave(
    server: Scripted,
) -> None:
    """F10: a worker so slow that its lease is over stops before the content."""

    row = OutgoingEmailFactory()
    stale = OutgoingEmail.objects.get(pk=row.pk)
    stale.advance("claim", at=NOW, due_at=NOW, attempts=1)
    assert outbox.send_due(now=NOW) == 1
    error = outbox._failure_of(stale, clock=lambda: NOW)
    assert isinstance(error, outbox.Superseded)
    assert len(server.taken) == 1


def test_mail_of_a_worker_that_died_handing_it_over_is_uncertain() -> None:
    """F1: nobody knows whether the server has it: it is not sent by itself again."""
    row = OutgoingEmailFactory(
        state=MailState.SENDING, due_at=NOW + outbox.LEASE, handed_at=NOW, attempts=1
    )
    just_before = NOW + outbox.LEASE - timedelta(microseconds=1)
    outbox.send_due(now=just_before)
    row.refresh_from_db()
    assert row.state == MailState.SENDING
    outbox.send_due(now=NOW + outbox.LEASE)
    row.refresh_from_db()
    assert (row.state, row.failure) == (MailState.UNCERTAIN, MailFailure.DIED)
    assert (row.text, row.html) == ("", "")
    assert outbox.send_due(now=NOW + 100 * outbox.LEASE) == 0


def test_mail_that_left_after_all_is_no_longer_uncertain(server: Scripted) -> None:
    """Its worker was only slow, and the server's answer is the better witness."""
    row = OutgoingEmailFactory()
    mine = OutgoingEmail.objects.get(pk=row.pk)
    mine.advance("claim", at=NOW, due_at=NOW, attempts=1)
    assert outbox._failure_of(mine, clock=lambda: NOW) is None
    outbox.send_due(now=NOW)
    row.refresh_from_db()
    assert row.state == MailState.UNCERTAIN
    outbox._settle(mine, None, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.sent_at) == (MailState.SENT, NOW)
