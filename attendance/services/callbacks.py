"""A callback: stored raw, then decided (protocol.md, "What a callback may do")."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from attendance.models import (
    AlertSubject,
    CallbackKind,
    Decision,
    Handover,
    OperatorAlert,
    Receipt,
    SenceSession,
)
from attendance.models.receipts import (
    LONGEST_BODY,
    LONGEST_CONTENT_TYPE,
    LONGEST_TOLD,
)
from attendance.sence.incoming import (
    Incoming,
    nonce_at_a_glance,
    parse,
    without_token,
)
from attendance.sence.spelling import spelled
from attendance.services.alerts import Trouble, raise_alert
from attendance.services.decisions import decide
from attendance.services.limits import UNDECIDED_FOR
from attendance.services.secrets import secrets_of
from otec_portal.core.errors import DomainError
from otec_portal.core.rate_limit import first_within

logger = logging.getLogger(__name__)

KEPT_OF_STRANGERS = 16_384  # bytes
MARGIN = 512  # so that a token that straddles the cut is blanked whole
MOST_READ = LONGEST_BODY + MARGIN  # bytes
PENDING_AFTER = timedelta(minutes=1)
# the frequent look goes back over more than a day, so that what is older was within
# reach of one daily look over all
LOOKED_BACK = timedelta(days=2)
# what deciding reads: whole rows of six tables took a third of a callback's time
# (docs/bench.md); the token's secret stays out, it may be unreadable
_DECIDED_BY = (
    *("nonce", "run", "sence_code", "action_code", "line", "sence_id", "state"),
    *("started_at", "start_by", "opened_at", "expires_at", "close_handed_at"),
    *("environment", "stand_in"),
    *("enrolment_id", "enrolment__action__course_id"),
    *("enrolment__action__session_max_minutes", "token__state", "token__last4"),
)


class Unusable(DomainError):
    """The body carries no usable IdSesionAlumno: there is nothing to keep it under."""

    code = "unusable"


@dataclass(frozen=True)
class Envelope:
    """A POST as it arrived at one of the four addresses.

    `body` is MOST_READ bytes at most; of one that was longer `declared` are the bytes
    that its headers told of, 0 where they didn't.
    """

    kind: CallbackKind
    body: bytes = field(repr=False)
    content_type: str
    remote_address: str
    user_agent: str
    origin: str
    declared: int = 0

    @property
    def length(self) -> int:
        """How many bytes came; of one in chunks that was cut, at least so many."""
        size = len(self.body)
        return (
            size
            if size <= LONGEST_BODY
            else min(max(size, self.declared), LONGEST_TOLD)
        )


def find_session(nonce: str) -> SenceSession | None:
    """Return the session that was handed out with this nonce."""
    found = SenceSession.objects.select_related("token", "enrolment__action")
    other_token = Handover.objects.filter(session=OuterRef("pk")).exclude(
        token=OuterRef("token")
    )
    try:
        return (
            found.only(*_DECIDED_BY)
            .annotate(other_token_left=Exists(other_token))
            .get(nonce=nonce)
        )
    except SenceSession.DoesNotExist:
        return None


def known_at_a_glance(envelope: Envelope) -> SenceSession | None:
    """Return the session that `envelope` names, found without reading it whole."""
    nonce = nonce_at_a_glance(envelope.body)
    return find_session(nonce) if nonce else None


def read(envelope: Envelope) -> Incoming:
    """Return the fields of `envelope`. Raises Unusable without a usable nonce."""
    incoming = parse(envelope.body, _kept_content_type(envelope))
    if not incoming.nonce:
        raise Unusable("Este aviso no trae el identificador de una sesión.")
    return incoming


def store(
    envelope: Envelope, *, nonce: str, session: SenceSession | None, at: datetime
) -> Receipt:
    """Keep `envelope`, received at `at`, before anything is decided.

    Of one that belongs to no session only the first 16 KiB are kept, of any other the
    first LONGEST_BODY.
    """
    secrets = _secrets_in(envelope, session)
    kept = LONGEST_BODY if session else KEPT_OF_STRANGERS
    body = _without_secrets(envelope.body, secrets, kept)
    return Receipt.objects.create(
        session_id=nonce,
        kind=envelope.kind,
        received_at=at,
        content_type=_shown(
            _kept_content_type(envelope), secrets, LONGEST_CONTENT_TYPE
        ),
        body=body,
        length=envelope.length,
        remote_address=envelope.remote_address,
        user_agent=_shown(envelope.user_agent, secrets, 300),
        origin=_shown(envelope.origin, secrets, 200),
    )


def _without_secrets(body: bytes, secrets: list[str], kept: int) -> bytes:
    """Return the first `kept` bytes of `body`, blanked, without a piece of a secret.

    What is blanked makes it shorter: the margin, whose end may hold such a piece, goes
    all the same.
    """
    came = body[: kept + MARGIN]
    blanked = without_token(came, *secrets)
    whole = len(came) < kept + MARGIN
    return blanked[:kept] if whole else blanked[:-MARGIN][:kept]


def _secrets_in(envelope: Envelope, session: SenceSession | None) -> list[str]:
    """The tokens that left in this session, as far as they may have come back."""
    if session is None:
        return []
    return secrets_of(session, only=lambda one: _may_hold(envelope, one.last4))


def _may_hold(envelope: Envelope, last4: str) -> bool:
    headers = envelope.content_type + envelope.user_agent + envelope.origin
    came = envelope.body + headers.encode()
    return spelled(last4, any_case=True).search(came) is not None


def _kept_content_type(envelope: Envelope) -> str:
    """As it is kept: what is read now must be read again when a person looks."""
    return _printable(envelope.content_type)[:LONGEST_CONTENT_TYPE]


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _shown(text: str, secrets: list[str], length: int) -> str:
    """A header as it is kept: printable, without our tokens, at most `length` long."""
    return without_token(_printable(text).encode(), *secrets).decode()[:length]


def decide_recent(*, now: datetime) -> int:
    """Do as `decide_pending` with what came within LOOKED_BACK; return how many.

    Its cost goes by what comes in two days, not by all that ever came.
    """
    return decide_pending(now=now, since=now - LOOKED_BACK)


def decide_pending(*, now: datetime, since: datetime | None = None) -> int:
    """Decide what was stored and then lost its process; return how many.

    What came before `since` is left alone. One that can't be decided is logged and
    does not keep back those behind it; after UNDECIDED_FOR operators hear of it, once,
    and it is tried again at intervals of that length.
    """
    pending = Receipt.objects.undecided(until=now - PENDING_AFTER).order_by("pk")
    if since is not None:
        pending = pending.filter(received_at__gte=since)
    decided = 0
    for pk, received_at in list(pending.values_list("pk", "received_at")):
        waited_long = now - received_at > UNDECIDED_FOR
        if since is not None and waited_long and not _first_of_a_while("retry", pk):
            continue
        decided += _decide_or_tell(pk, now=now)
    return decided


def _first_of_a_while(what: str, pk: int) -> bool:
    """Say whether `what` is done with this receipt for the first time in half an hour.

    What can't be decided so long rarely can at the next look either.
    """
    return first_within(UNDECIDED_FOR, f"{what}-receipt", str(pk))


def _decide_or_tell(pk: int, *, now: datetime) -> bool:
    """Say whether it was decided; if not, log it, and tell operators in time."""
    try:
        return _decide_again(pk, now=now)
    except Exception as raised:  # noqa: BLE001 - logged below, and looked at again
        fault = raised
    # one line, and the whole of it at times: each look finds the same
    whole = fault if _first_of_a_while("traceback", pk) else None
    logger.error("receipt %s is still undecided: %r", pk, fault, exc_info=whole)
    try:
        _tell_of_undecided(pk, now=now)
    except Exception:
        logger.exception("nobody heard of the undecided receipt %s", pk)
    return False


def decide_waiting(session: SenceSession, *, now: datetime) -> bool:
    """Decide what came for `session` and led to nothing yet, as of its arrival.

    Say whether nothing is left that may still count. One that can't be decided is
    logged, and counts as waiting for UNDECIDED_FOR. `session` is as it stands then.
    """
    nothing_left = True
    waiting = Receipt.objects.filter(session=session, decision=None)
    for receipt in waiting.order_by("pk"):
        try:
            decide(receipt=receipt, session=session, now=now)
        except Exception:
            logger.exception("receipt %s is still undecided", receipt.pk)
            nothing_left &= receipt.received_at < now - UNDECIDED_FOR
        session.refresh_from_db()
    return nothing_left


@transaction.atomic
def _decide_again(pk: int, *, now: datetime) -> bool:
    """Decide the receipt, unless another worker is at it or has done so."""
    # no key: whoever decides it from its page must not wait here, holding the session
    receipts = Receipt.objects.select_for_update(skip_locked=True, no_key=True)
    receipt = receipts.filter(pk=pk).first()
    # asked after the lock: the locking statement may still see the row as it was before
    if receipt is None or Decision.objects.filter(receipt=receipt).exists():
        return False
    session = find_session(receipt.session_id)
    if session is None:
        return False
    decide(receipt=receipt, session=session, now=now)
    return True


def _tell_of_undecided(pk: int, *, now: datetime) -> None:
    """Raise one alert for a receipt that is undecided for too long, ever."""
    receipts = Receipt.objects.without_body().select_related(
        "session__enrolment__action__course__training_body"
    )
    receipt, cause = receipts.get(pk=pk), f"undecided:receipt{pk}"
    action = receipt.session.enrolment.action
    body = action.course.training_body
    told = OperatorAlert.objects.filter(training_body=body, cause=cause)
    if receipt.received_at > now - UNDECIDED_FOR or told.exists():
        return
    trouble = Trouble(
        training_body=body,
        action=action,
        enrolment=receipt.session.enrolment,
        subject=AlertSubject.ANSWER,
        cause=cause,
        title="El portal no pudo procesar una respuesta de SENCE.",
        next_step=(
            "La respuesta está guardada, pero todavía no cuenta. Avisa a quien "
            f"administra el portal: respuesta {receipt.public_id}."
        ),
    )
    raise_alert(trouble, at=now)
