"""Mail: queued as a row with the deed it tells of, sent later by the worker."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet

from otec_portal.core.models import MailState, OutgoingEmail, TrainingBody
from otec_portal.core.workflow import TransitionRefused

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
LONGEST_RUN = timedelta(minutes=1)  # a slow server must not hold the worker
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=4)


def queue(
    *,
    dedup_key: str,
    training_body: TrainingBody | None,
    recipients: Iterable[str],
    subject: str,
    text: str,
    at: datetime,
) -> int:
    """Queue one mail to each of `recipients`; return how many are new.

    The same `dedup_key` never reaches the same recipient twice.
    """
    queued = 0
    for address in recipients:
        _, new = OutgoingEmail.objects.get_or_create(
            dedup_key=f"{dedup_key}:{address}",
            defaults={
                "training_body": training_body,
                "to": address,
                "subject": subject,
                "text": text,
                "message_id": _message_id(),
                "due_at": at,
                "created_at": at,
            },
        )
        queued += new
    return queued


@dataclass(frozen=True)
class Draft:
    """A mail to one recipient; `dedup_key` is its own, never used before."""

    dedup_key: str
    to: str
    subject: str
    text: str


def queue_each(
    drafts: Iterable[Draft], *, training_body: TrainingBody | None, at: datetime
) -> list[OutgoingEmail]:
    """Queue mails that differ from each other, in their order; return the rows.

    All or none: a key that was used before raises IntegrityError.
    """
    return OutgoingEmail.objects.bulk_create(
        [
            OutgoingEmail(
                dedup_key=draft.dedup_key,
                training_body=training_body,
                to=draft.to,
                subject=draft.subject,
                text=draft.text,
                message_id=_message_id(),
                due_at=at,
                created_at=at,
            )
            for draft in drafts
        ],
        batch_size=500,
    )


def _message_id() -> str:
    return make_msgid(domain=urlsplit(settings.PORTAL_BASE_URL).hostname)


def withdraw(mails: QuerySet[OutgoingEmail], *, at: datetime) -> int:
    """Keep those of `mails` that have not left yet from leaving; return how many.

    What a worker has in hand may still leave, but is not tried again.
    """
    unsent = mails.filter(state__in=[MailState.QUEUED, MailState.SENDING])
    unsent.filter(unwanted_since=None).update(unwanted_since=at)
    return sum(_withdraw(mail, at=at) for mail in unsent)


def _withdraw(mail: OutgoingEmail, *, at: datetime) -> bool:
    """End a mail that is not wanted, unless a worker has it in hand."""
    idle = Q(state=MailState.QUEUED) | Q(due_at__lte=at)
    try:
        mail.advance(
            "withdraw",
            at=at,
            only_if=idle & Q(unwanted_since__isnull=False),
            **_forgotten(mail),
        )
    except TransitionRefused:
        return False
    return True


def send_due(*, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Send what is due at `now`; return how many mails left.

    Each lease runs from what `clock` says when the mail's turn comes (without one:
    from `now`); after LONGEST_RUN the rest waits for the next run. A mail whose worker
    died is taken up again when its lease is over, with the same Message-ID.
    """
    due = OutgoingEmail.objects.filter(
        state__in=[MailState.QUEUED, MailState.SENDING], due_at__lte=now
    ).order_by("due_at", "pk")
    sent = 0
    for mail in due[:500]:
        at = clock() if clock else now
        if at - now > LONGEST_RUN:
            break
        sent += _send(mail, now=at, clock=clock)
    return sent


def _told(error: Exception) -> str:
    """What is kept of an error; many have no words but their name."""
    return f"{type(error).__name__}: {error}".replace("\0", "")[:300]


def _send(
    mail: OutgoingEmail, *, now: datetime, clock: Callable[[], datetime] | None
) -> bool:
    if not _claim(mail, at=now):
        _withdraw(mail, at=now)
        return False
    error = _failure_of(mail)
    try:
        return _settle(mail, error, at=clock() if clock else now)
    except TransitionRefused:  # its lease was over: another worker settled it
        logger.warning("mail %s was taken up by another worker", mail.pk)
        return error is None


def _claim(mail: OutgoingEmail, *, at: datetime) -> bool:
    try:
        mail.advance(
            "claim",
            at=at,
            only_if=Q(due_at__lte=at, unwanted_since=None),
            due_at=at + LEASE,
            attempts=mail.attempts + 1,
        )
    except TransitionRefused:
        return False
    return True


def _failure_of(mail: OutgoingEmail) -> Exception | None:
    """Hand `mail` to the server; return what went wrong."""
    try:
        EmailMessage(
            subject=mail.subject,
            body=mail.text,
            to=[mail.to],
            headers={"Message-ID": mail.message_id},
        ).send()
    except Exception as error:  # noqa: BLE001 - one bad mail holds up no other
        logger.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
        return error
    return None


def _settle(mail: OutgoingEmail, error: Exception | None, *, at: datetime) -> bool:
    """Write down what came of it. Raises TransitionRefused if another one has."""
    if error:
        wait = min(FIRST_RETRY * 2 ** min(mail.attempts - 1, 10), LONGEST_RETRY)
        mail.advance(
            "retry",
            at=at,
            only_if=Q(attempts=mail.attempts),  # else another worker has it in hand
            due_at=at + wait,
            last_error=_told(error),
        )
        _withdraw(mail, at=at)
        return False
    mail.advance("deliver", at=at, sent_at=at, last_error="", **_forgotten(mail))
    return True


def _forgotten(mail: OutgoingEmail) -> dict[str, Any]:
    """Return what is left of the words of a mail that was sent or withdrawn.

    A link in them may open an account or let a participant in: they are kept no longer
    than they have to leave.
    """
    return {"text": "", "text_sha256": sha256(mail.text.encode()).hexdigest()}
