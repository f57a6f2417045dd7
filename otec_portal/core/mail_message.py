"""A queued mail as the server gets it: its headings, its words, its files."""

import hashlib
from typing import Final

from django.core.mail import EmailMultiAlternatives

from otec_portal.core import sealed
from otec_portal.core.models import MailAttachment, OutgoingEmail

HEADINGS: Final = {"To": "shown_to", "Cc": "shown_cc", "Reply-To": "reply_to"}


class AttachmentLost(Exception):
    """A file of the mail can't be read, or is not the one that was queued."""


def message_of(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """Return what is handed over, to `mail.to` alone, whomever its headings show.

    Raises AttachmentLost.
    """
    shown = {name: getattr(mail, field) for name, field in HEADINGS.items()}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        headers={
            "Message-ID": mail.message_id,
            **{name: value for name, value in shown.items() if value},
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for one in mail.attachments.order_by("pk"):
        message.attach(one.name, _content_of(one), one.content_type)
    return message


def _content_of(one: MailAttachment) -> bytes:
    try:
        with sealed.opened(one.key) as file:
            content = file.read()
    except (OSError, sealed.DamagedFile) as lost:
        raise AttachmentLost(f"{one.pk}: {type(lost).__name__}") from lost
    if hashlib.sha256(content).hexdigest() != one.sha256:
        raise AttachmentLost(f"{one.pk}: another content")
    return content
