"""A callback: stored raw, then decided (protocol.md, "What a callback may do")."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

from django.db import transaction

from attendance.models import CallbackKind, Decision, Receipt, SenceSession
from attendance.sence.incoming import Incoming, parse, without_token
from attendance.services.decisions import decide
from otec_portal.core.encryption import UnreadableSecret
from otec_portal.core.errors import DomainError

logger = logging.getLogger(__name__)

KEPT_OF_STRANGERS = 16_384  # bytes
PENDING_AFTER = timedelta(minutes=1)
PENDING_FOR = timedelta(days=30)
# what deciding reads: whole rows of six tables took a third of a callback's time
# (docs/bench.md); the token's secret stays out, it may be unreadable
_DECIDED_BY = (
    *("nonce", "run", "sence_code", "action_code", "line", "sence_id", "state"),
    *("start_by", "opened_at", "expires_at", "close_handed_at"),
    *("enrolment_id", "enrolment__action__course_id"),
    *("enrolment__action__session_max_minutes", "token__state", "token__last4"),
)


class Unusable(DomainError):
    """The body carries no usable IdSesionAlumno: there is nothing to keep it under."""

    code = "unusable"


@dataclass(frozen=True)
class Envelope:
    """A POST as it arrived at one of the four addresses."""

    kind: CallbackKind
    body: bytes = field(repr=False)
    content_type: str
    remote_address: str
    user_agent: str
    origin: str


def find_session(nonce: str) -> SenceSession | None:
    """Return the session that was handed out with this nonce."""
    found = SenceSession.objects.select_related("token", "enrolment__action")
    try:
        return found.only(*_DECIDED_BY).get(nonce=nonce)
    except SenceSession.DoesNotExist:
        return None


def read(envelope: Envelope) -> Incoming:
    """Return the fields of `envelope`. Raises Unusable without a usable nonce."""
    incoming = parse(envelope.body, envelope.content_type)
    if not incoming.nonce:
        raise Unusable("Este aviso no trae el identificador de una sesión.")
    return incoming


def store(
    envelope: Envelope, *, nonce: str, session: SenceSession | None, at: datetime
) -> Receipt:
    """Keep `envelope`, received at `at`, before anything is decided.

    Of one that belongs to no session only the first 16 KiB are kept.
    """
    secret = _secret_in(envelope, session)
    body = without_token(envelope.body, secret)
    return Receipt.objects.create(
        session_id=nonce,
        kind=envelope.kind,
        received_at=at,
        content_type=_shown(envelope.content_type, secret, 200),
        body=body if session else body[:KEPT_OF_STRANGERS],
        length=len(envelope.body),
        remote_address=envelope.remote_address,
        user_agent=_shown(envelope.user_agent, secret, 300),
        origin=_shown(envelope.origin, secret, 200),
    )


def _secret_in(envelope: Envelope, session: SenceSession | None) -> str:
    """The session's token if it may have come; "" where it can't be read any more."""
    if session is None or not _may_hold(envelope, session.token.last4):
        return ""
    try:
        return session.token.secret
    except UnreadableSecret:
        logger.exception("a token can't be read: evidence is kept all the same")
        return ""


def _may_hold(envelope: Envelope, last4: str) -> bool:
    headers = envelope.content_type + envelope.user_agent + envelope.origin
    came = unquote_to_bytes(envelope.body) + headers.encode()
    return last4.lower().encode() in came.lower()


def _shown(text: str, secret: str, length: int) -> str:
    """A header as it is kept: printable, without our token, at most `length` long."""
    printable = "".join(char for char in text if char.isprintable())
    return without_token(printable.encode(), secret).decode()[:length]


def decide_pending(*, now: datetime) -> int:
    """Decide what was stored and then lost its process; return how many.

    One that can't be decided is logged and does not keep back those behind it.
    """
    pending = Receipt.objects.undecided(
        since=now - PENDING_FOR, until=now - PENDING_AFTER
    ).order_by("pk")
    decided = 0
    for pk in list(pending.values_list("pk", flat=True)):
        try:
            decided += _decide_again(pk)
        except Exception:
            logger.exception("receipt %s is still undecided", pk)
    return decided


@transaction.atomic
def _decide_again(pk: int) -> bool:
    """Decide the receipt, unless another worker is at it or has done so."""
    receipt = Receipt.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    # asked after the lock: the locking statement may still see the row as it was before
    if receipt is None or Decision.objects.filter(receipt=receipt).exists():
        return False
    session = find_session(receipt.session_id)
    if session is None:
        return False
    decide(receipt, parse(bytes(receipt.body), receipt.content_type), session)
    return True
