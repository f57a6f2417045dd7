"""Mail: queued as a row with the deed it tells of, sent later by the worker."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from otec_portal.core import mail_server, to_sence
from otec_portal.core.database import stubbornly
from otec_portal.core.mail_html import html_of
from otec_portal.core.mail_message import message_of
from otec_portal.core.models import (
    MailAttachment,
    MailFailure,
    MailState,
    OutgoingEmail,
    TrainingBody,
)
from otec_portal.core.models.mail import UNSENT, WAITING
from otec_portal.core.workflow import TransitionRefused

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
LONGEST_RUN = timedelta(minutes=1)  # a slow server must not hold the worker
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=4)
LONGEST_SUBJECT: Final[int] = OutgoingEmail._meta.get_field("subject").max_length or 0
MOST_ATTEMPTS: Final = 25  # with these waits, about three days


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file to go with a mail; its bytes are at `key`, sealed (core/sealed.py)."""

    name: str
    content_type: str
    key: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class About:
    """What there is to know of a mail besides its words.

    A `secret` one carries a link that lets somebody in: it forgets its words once it
    is settled and is never sent again. `region` (a code) is that of its action, ""
    where it has none; `page` the path in the portal where it is made anew; `release`
    who lets it go to an address of SENCE. After `expires_at`, where there is one, what
    it says is so no more: it does not leave. Of those with one `slot` ("" is none) one
    alone is not withdrawn. Its headings show `shown_to` ("" for who gets it),
    `shown_cc` and `reply_to`; none of them gets it for that. `attached` go with it.
    """

    secret: bool = True
    region: str = ""
    page: str = ""
    expires_at: datetime | None = None
    slot: str = ""
    release: to_sence.Release | None = None
    shown_to: str = ""
    shown_cc: str = ""
    reply_to: str = ""
    attached: Sequence[Attached] = ()


def queue(
    *,
    dedup_key: str,
    training_body: TrainingBody | None,
    recipients: Iterable[str],
    subject: str,
    text: str,
    at: datetime,
    about: About = About(),
) -> int:
    """Queue one mail to each of `recipients`; return how many are new.

    The same `dedup_key` never reaches the same recipient twice. Raises
    to_sence.NotForSence for an address of SENCE without a release.
    """
    queued = 0
    for address in recipients:
        draft = Draft(f"{dedup_key}:{address}", address, subject, text, about)
        row = _row(draft, training_body=training_body, at=at)
        fields = {name: getattr(row, name) for name in _DRAFTED}
        with transaction.atomic(savepoint=False):
            mail, new = OutgoingEmail.objects.get_or_create(
                dedup_key=row.dedup_key, defaults=fields
            )
            if new:
                _attach([(mail, about)])
        queued += new
    return queued


@dataclass(frozen=True)
class Draft:
    """A mail to one recipient; `dedup_key` is its own, never used before."""

    dedup_key: str
    to: str
    subject: str
    text: str
    about: About = About()


_DRAFTED: Final = (
    *("training_body", "region", "to", "subject", "text", "html", "secret", "page"),
    *("released_by", "action", "message_id", "due_at", "created_at"),
    *("expires_at", "slot", "shown_to", "shown_cc", "reply_to"),
)


def queue_each(
    drafts: Iterable[Draft], *, training_body: TrainingBody | None, at: datetime
) -> list[OutgoingEmail]:
    """Queue mails that differ from each other, in their order; return the rows.

    All or none: a key that was used before raises IntegrityError, an address of
    SENCE without a release to_sence.NotForSence.
    """
    wanted = list(drafts)
    rows = [_row(draft, training_body=training_body, at=at) for draft in wanted]
    with transaction.atomic(savepoint=False):
        mails = OutgoingEmail.objects.bulk_create(rows, batch_size=500)
        _attach(zip(mails, (draft.about for draft in wanted), strict=True))
    return mails


def _attach(mails: Iterable[tuple[OutgoingEmail, About]]) -> None:
    files = [
        MailAttachment(mail=mail, **asdict(one))
        for mail, about in mails
        for one in about.attached
    ]
    if files:
        MailAttachment.objects.bulk_create(files)


def _row(
    draft: Draft, *, training_body: TrainingBody | None, at: datetime
) -> OutgoingEmail:
    """Return a mail to queue, its subject one line. Raises to_sence.NotForSence."""
    about = draft.about
    to_sence.check(draft.to, about.release)
    subject = subject_line(draft.subject)
    return OutgoingEmail(
        dedup_key=draft.dedup_key,
        training_body=training_body,
        region=about.region,
        to=draft.to,
        subject=subject,
        text=draft.text,
        html=html_of(draft.text, subject=subject),
        secret=about.secret,
        page=about.page,
        released_by=about.release.by if about.release else None,
        action=about.release.action if about.release else None,
        expires_at=about.expires_at,
        slot=about.slot,
        shown_to=about.shown_to,
        shown_cc=about.shown_cc,
        reply_to=about.reply_to,
        message_id=message_id(),
        due_at=at,
        created_at=at,
    )


def subject_line(text: str) -> str:
    """Return `text` as it stands as a subject: one line, no longer than is kept."""
    return " ".join(text.split())[:LONGEST_SUBJECT]


def message_id() -> str:
    """Return a Message-ID that no other mail has."""
    return make_msgid(domain=urlsplit(settings.PORTAL_BASE_URL).hostname)


def withdraw(mails: QuerySet[OutgoingEmail], *, at: datetime) -> int:
    """Keep those of `mails` that have not left yet from leaving; return how many.

    What a worker has in hand may still leave, but is not tried again.
    """
    unsent = mails.filter(state__in=UNSENT)
    unsent.filter(unwanted_since=None).update(unwanted_since=at)
    return sum(_withdraw(mail, at=at) for mail in unsent)


def _withdraw(mail: OutgoingEmail, *, at: datetime, failure: str = "") -> bool:
    """End a mail that is not wanted, unless a worker has it in hand."""
    idle = Q(state__in=WAITING) | Q(due_at__lte=at, handed_at=None)
    try:
        mail.advance(
            "withdraw",
            at=at,
            only_if=idle & Q(unwanted_since__isnull=False),
            **({"failure": failure} if failure else {}),
            **_forgotten(mail),
        )
    except TransitionRefused:
        return False
    return True


def send_due(*, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Send what is due at `now`; return how many mails left.

    Each lease runs from what `clock` says when the mail's turn comes (without one:
    from `now`); after LONGEST_RUN the rest waits for the next run. A mail whose worker
    died is taken up again when its lease is over, with the same Message-ID; if the
    server may have it already, it becomes uncertain instead.
    """
    due = OutgoingEmail.objects.filter(state__in=UNSENT, due_at__lte=now)
    sent = 0
    for mail in due.order_by("due_at", "pk")[:500]:
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
        if not _expire(mail, at=now):
            _withdraw(mail, at=now)
        _doubt_of_the_dead(mail, at=now)
        return False
    error = _failure_of(mail, clock=clock or (lambda: now))
    try:
        # the answer is known here alone: forgotten, the mail would be uncertain
        stubbornly(lambda: _settle(mail, error, at=clock() if clock else now))
    except TransitionRefused:  # its lease was over: another worker settled it
        logger.warning("mail %s was taken up by another worker", mail.pk)
    return error is None


def _claim(mail: OutgoingEmail, *, at: datetime) -> bool:
    try:
        mail.advance(
            "claim",
            at=at,
            only_if=Q(due_at__lte=at, unwanted_since=None, handed_at=None) & _holds(at),
            due_at=at + LEASE,
            attempts=mail.attempts + 1,
        )
    except TransitionRefused:
        return False
    return True


def _holds(at: datetime) -> Q:
    """Return the condition of mail whose words are still so at `at`."""
    return Q(expires_at=None) | Q(expires_at__gte=at)


def _expire(mail: OutgoingEmail, *, at: datetime) -> bool:
    """Withdraw a mail whose last moment is over by `at`; say whether it was one."""
    over = OutgoingEmail.objects.filter(pk=mail.pk, expires_at__lt=at)
    over.filter(unwanted_since=None).update(unwanted_since=at)
    return over.exists() and _withdraw(mail, at=at, failure=MailFailure.EXPIRED)


def _doubt_of_the_dead(mail: OutgoingEmail, *, at: datetime) -> None:
    """Leave to a person what a dead worker was just handing over."""
    over = Q(due_at__lte=at, handed_at__isnull=False, attempts=mail.attempts)
    try:
        mail.advance(
            "doubt", at=at, only_if=over, failure=MailFailure.DIED, **_forgotten(mail)
        )
    except TransitionRefused:
        return


class Superseded(Exception):
    """The mail is another worker's by now, or nobody wants it any more."""


def _failure_of(
    mail: OutgoingEmail, *, clock: Callable[[], datetime]
) -> Exception | None:
    """Hand `mail` to the server; return what went wrong."""

    def note_it() -> None:
        at = clock()
        mine = OutgoingEmail.objects.filter(
            _holds(at),
            pk=mail.pk,
            state=MailState.SENDING,
            attempts=mail.attempts,
            unwanted_since=None,
        )
        if not mine.update(handed_at=at):
            raise Superseded

    try:
        mail_server.hand_over(message_of(mail), about_to=note_it)
    except SoftTimeLimitExceeded:  # the task's, not this mail's: as if the worker died
        raise
    except Exception as error:  # noqa: BLE001 - one bad mail holds up no other
        logger.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
        return error
    return None


def _settle(mail: OutgoingEmail, error: Exception | None, *, at: datetime) -> None:
    """Write down what came of it. Raises TransitionRefused if another one has."""
    mine = Q(attempts=mail.attempts)  # else another worker has it in hand
    if error is None:
        told: dict[str, Any] = {"sent_at": at, "failure": "", "last_error": ""}
        mail.advance("deliver", at=at, only_if=mine, **told, **_forgotten(mail))
        return
    failure = mail_server.kind_of(error)
    told = {"failure": failure, "last_error": _told(error)}
    if failure == MailFailure.SILENCE:
        mail.advance("doubt", at=at, only_if=mine, **told, **_forgotten(mail))
    elif failure in mail_server.FOR_GOOD or mail.attempts >= MOST_ATTEMPTS:
        mail.advance("refuse", at=at, only_if=mine, **told, **_forgotten(mail))
    else:
        wait = min(FIRST_RETRY * 2 ** min(mail.attempts - 1, 10), LONGEST_RETRY)
        told |= {"due_at": at + wait, "handed_at": None}
        mail.advance("retry", at=at, only_if=mine, **told)
        _withdraw(mail, at=at)


def _forgotten(mail: OutgoingEmail) -> dict[str, Any]:
    """Return what is left of the words of a mail that is settled: of most, all.

    A link that lets somebody in is kept no longer than it has to leave.
    """
    if not mail.secret or mail.text_sha256:
        return {}
    digest = sha256(mail.text.encode()).hexdigest()
    return {"text": "", "html": "", "text_sha256": digest}
