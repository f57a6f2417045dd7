"""Handing one mail to the mail server, step by step, so as to know what became of it.

Up to the last byte of its content a server has not taken a mail (RFC 5321, 4.1.1.4);
once the content is out and no answer comes, nobody knows (4.5.3.2).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from smtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Final

from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from otec_portal.core.mail_message import AttachmentLost
from otec_portal.core.models import MailFailure

UTF_8: Final = "utf-8"
OK: Final = 250
FORWARDED: Final = 251
GO_ON: Final = 354
PERMANENT: Final = 500
NO_CODE: Final = 600  # from here on, and below 200, no answer of SMTP's
_LINE_ENDS: Final = re.compile(rb"\r\n|\r|\n")
_DOTS: Final = re.compile(rb"(?m)^\.")


class NobodyKnows(Exception):
    """The content was handed over and no answer came: the mail may arrive."""


class InvalidAddress(ValueError):
    """An address to which no server would deliver."""


def hand_over(message: EmailMessage, *, about_to: Callable[[], None]) -> None:
    """Send `message`, to one recipient; call `about_to` just before its content goes.

    Whatever `about_to` raises stops it in time. Raises NobodyKnows where the mail may
    have been taken; every other exception says that it was not. Backends other than
    SMTP's are asked to send as they do.
    """
    connection = get_connection()
    if not isinstance(connection, EmailBackend):
        about_to()
        connection.send_messages([message])
        return
    sender, recipient = _addresses(message)
    content = _framed(message.message().as_bytes())
    try:
        connection.open()
    except BaseException:
        _part(connection)
        raise
    server = connection.connection
    if server is None:  # only a backend that fails in silence has none
        raise SMTPServerDisconnected
    try:
        _converse(server, sender, recipient, content, about_to=about_to)
    except BaseException:
        server.close()  # in the middle of content, QUIT would be a part of it
        raise
    _part(connection)


def _part(connection: EmailBackend) -> None:
    """Take leave; how they part changes nothing of what became of the mail."""
    server = connection.connection
    try:
        with suppress(SMTPException, OSError):
            connection.close()
    finally:
        if server is not None:
            server.close()


def _addresses(message: EmailMessage) -> tuple[str, str]:
    try:
        sender = sanitize_address(message.from_email, UTF_8)
        (recipient,) = (sanitize_address(one, UTF_8) for one in message.recipients())
    except ValueError as wrong:
        raise InvalidAddress(str(wrong)) from wrong
    return sender, recipient


def _converse(
    server: SMTP,
    sender: str,
    recipient: str,
    content: bytes,
    *,
    about_to: Callable[[], None],
) -> None:
    server.ehlo_or_helo_if_needed()
    code, answer = server.mail(sender)
    if code != OK:
        raise SMTPSenderRefused(code, answer, sender)
    code, answer = server.rcpt(recipient)
    if code not in {OK, FORWARDED}:
        raise SMTPRecipientsRefused({recipient: (code, answer)})
    code, answer = server.docmd("DATA")
    if code != GO_ON:
        raise SMTPDataError(code, answer)
    about_to()
    code, answer = _deliver(server, content)
    if code != OK:
        raise SMTPDataError(code, answer)


def _framed(content: bytes) -> bytes:
    """Return `content` as it stands between DATA and the answer (RFC 5321, 4.5.2)."""
    lines = _LINE_ENDS.sub(b"\r\n", content)
    end = b"" if lines.endswith(b"\r\n") else b"\r\n"
    return _DOTS.sub(b"..", lines) + end + b".\r\n"


def _deliver(server: SMTP, content: bytes) -> tuple[int, bytes]:
    """Send `content` and return what the server answers. Raises NobodyKnows.

    Whatever interrupts it, the time limit of the task as well: an interrupt may come
    when the last byte is out. Only a socket that fails says that it is not.
    """
    sent = False
    try:
        server.send(content)
        sent = True
        code, answer = server.getreply()
    except Exception as lost:
        if not sent and isinstance(lost, SMTPException | OSError):
            raise
        raise NobodyKnows(f"{type(lost).__name__}: {lost}") from lost
    if not OK <= code < NO_CODE:
        raise NobodyKnows(f"{code} {answer!r}")
    return code, answer


_KINDS: Final[tuple[tuple[type[BaseException], MailFailure], ...]] = (
    (NobodyKnows, MailFailure.SILENCE),
    (AttachmentLost, MailFailure.FILE),
    (InvalidAddress, MailFailure.ADDRESS),
    (UnicodeError, MailFailure.ADDRESS),
    (BadHeaderError, MailFailure.MESSAGE),
    (SMTPAuthenticationError, MailFailure.ACCOUNT),
    (SMTPSenderRefused, MailFailure.SENDER),
    (SMTPConnectError, MailFailure.UNREACHABLE),
    (SMTPHeloError, MailFailure.UNREACHABLE),
    (SMTPServerDisconnected, MailFailure.DROPPED),
    (SMTPException, MailFailure.OTHER),
    (OSError, MailFailure.UNREACHABLE),
)
FOR_GOOD: Final = {MailFailure.RECIPIENT, MailFailure.MESSAGE, MailFailure.ADDRESS}


def kind_of(error: BaseException) -> MailFailure:
    """Say what went wrong; another try can only help where it is not FOR_GOOD.

    A refusal for good is one of this mail. What the server has against the portal
    itself (its account, its own address) people mend, and the mail leaves then.
    """
    if isinstance(error, SMTPRecipientsRefused):
        code = min(code for code, _ in error.recipients.values())
        return MailFailure.RECIPIENT if code >= PERMANENT else MailFailure.LATER
    if isinstance(error, SMTPDataError):
        refused = error.smtp_code >= PERMANENT
        return MailFailure.MESSAGE if refused else MailFailure.LATER
    for kind, failure in _KINDS:
        if isinstance(error, kind):
            return failure
    return MailFailure.OTHER
