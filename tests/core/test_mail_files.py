"""Mail with files and headings of its own: what the server gets, now and once more."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from threading import Thread

import pytest
from django.core import mail as django_mail
from pytest_django import Settings

from otec_portal.core import outbox, sealed
from otec_portal.core.models import MailFailure, MailState, OutgoingEmail
from otec_portal.core.resealing import reseal_all
from otec_portal.core.services.mails import resend
from tests.core.smtp_server import MailServer
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7\n.\n..\r\n" + bytes(range(256)) * 400


def _attached(
    content: bytes = CONTENT, name: str = "expediente.pdf"
) -> outbox.Attached:
    return outbox.Attached(
        name=name,
        content_type="application/pdf",
        key=sealed.keep(io.BytesIO(content), folder="packets"),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def _queued(*files: outbox.Attached) -> OutgoingEmail:
    (mail,) = outbox.queue_each(
        [
            outbox.Draft(
                dedup_key="packet:1",
                to="rosa@empresa.example",
                subject="Solicitud de liquidación",
                text="Adjuntamos el expediente.",
                about=outbox.About(
                    secret=False,
                    shown_to="oficina@region.example",
                    shown_cc="rosa@empresa.example",
                    reply_to="rosa@empresa.example",
                    attached=files,
                ),
            )
        ],
        training_body=None,
        at=NOW,
    )
    return mail


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.socket.getsockname()
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield listening
        listening.shutdown()
        thread.join()


def test_mail_with_a_file_reaches_the_server_byte_for_byte(server: MailServer) -> None:
    mail = _queued(_attached())
    assert outbox.send_due(now=NOW) == 1
    (taken,) = server.taken
    got = message_from_string(taken, policy=policy.default)
    assert isinstance(got, EmailMessage)
    (file,) = got.iter_attachments()
    assert file.get_content() == CONTENT
    assert file.get_filename() == "expediente.pdf"
    assert got["Message-ID"] == mail.message_id


def test_mail_shows_its_headings_and_reaches_one_alone() -> None:
    _queued()
    outbox.send_due(now=NOW)
    (sent,) = django_mail.outbox
    shown = sent.message()
    assert sent.recipients() == ["rosa@empresa.example"]
    assert shown.get_all("To") == ["oficina@region.example"]
    assert shown.get_all("Cc") == ["rosa@empresa.example"]
    assert shown.get_all("Reply-To") == ["rosa@empresa.example"]


def test_mail_without_headings_of_its_own_shows_who_gets_it() -> None:
    outbox.queue(
        dedup_key="alert:1",
        training_body=None,
        recipients=["ana@otec.example"],
        subject="Aviso",
        text="Mira esto.",
        at=NOW,
        about=outbox.About(attached=[_attached(b"%PDF-1.7")]),
    )
    outbox.send_due(now=NOW)
    (sent,) = django_mail.outbox
    shown = sent.message()
    assert (shown["To"], shown["Cc"]) == ("ana@otec.example", None)
    assert [one[1] for one in sent.attachments] == [b"%PDF-1.7"]


def test_mail_sent_again_carries_the_same_files_and_headings() -> None:
    mail = _queued(_attached(), _attached(b"PK", "expediente.zip"))
    outbox.send_due(now=NOW)
    again = resend(mail.public_id, by=UserFactory(), at=NOW)
    outbox.send_due(now=NOW)
    first, second = django_mail.outbox
    assert second.attachments == first.attachments
    assert second.message()["Cc"] == first.message()["Cc"]
    assert again.message_id != mail.message_id
    assert mail.attachments.count() == again.attachments.count() == 2


@pytest.mark.parametrize("fault", ["gone", "exchanged"])
def test_mail_whose_file_is_lost_waits_and_leaves_whole(fault: str) -> None:
    """F7: never without what it should carry, never with another content."""
    good, other = _attached(), _attached(b"%PDF-other")
    mail = _queued(good)
    file = mail.attachments.get()
    file.key = other.key if fault == "exchanged" else "packets/" + "0" * 32
    file.save()
    assert outbox.send_due(now=NOW) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.failure) == (MailState.RETRYING, MailFailure.FILE)
    assert not django_mail.outbox
    file.key = good.key
    file.save()
    assert outbox.send_due(now=NOW + timedelta(minutes=2)) == 1


def test_mail_queued_twice_carries_its_files_once() -> None:
    file = _attached()
    for _ in range(2):
        outbox.queue(
            dedup_key="alert:1",
            training_body=None,
            recipients=["ana@otec.example"],
            subject="Aviso",
            text="Mira esto.",
            at=NOW,
            about=outbox.About(attached=[file]),
        )
    assert OutgoingEmail.objects.get().attachments.count() == 1


def test_mail_leaves_whole_after_a_key_was_rotated(settings: Settings) -> None:
    """C12: its files are sealed anew, and its rows name the new ones."""
    mail = _queued(_attached())
    settings.ENCRYPTION_KEYS = ["another key of this test", *settings.ENCRYPTION_KEYS]
    before = mail.attachments.get().key
    reseal_all()
    assert mail.attachments.get().key != before
    assert outbox.send_due(now=NOW) == 1
    (sent,) = django_mail.outbox
    assert [one[1] for one in sent.attachments] == [CONTENT]
