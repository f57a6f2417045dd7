"""Every message of a session in order, for the operator's eyes and for SENCE's desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from attendance.models import (
    Decision,
    Flag,
    Handover,
    Receipt,
    Review,
    SenceSession,
    SessionState,
)
from attendance.models.receipts import TO_REVIEW
from attendance.sence.errors import SenceError, told_by
from attendance.sence.incoming import parse
from attendance.sence.spelling import BLANKED, HIDDEN, hidden, spelled
from attendance.sence.wire import Field
from otec_portal.core.workflow import TransitionLog

LONGEST_SHOWN = 500  # characters
MOST_FIELDS_SHOWN = 50  # of one message on a page


@dataclass(frozen=True)
class Message:
    """One form handed out, or one callback, as the operator sees it."""

    at: datetime
    sent: bool
    title: str
    address: str
    fields: list[tuple[str, str]]
    receipt: Receipt | None = None
    outcome: str = ""
    outcome_label: str = ""
    flags: tuple[Flag, ...] = ()
    errors: tuple[SenceError, ...] = ()
    linked: bool = False
    review: Review | None = None
    more_fields: int = 0  # that are not among `fields`
    whole: int = 0  # bytes that came, of which the first `read` are shown
    read: int = 0

    @property
    def needs_review(self) -> bool:
        """Whether it waits for a person."""
        return self.outcome in TO_REVIEW and self.review is None


@dataclass(frozen=True)
class Move:
    """One change of a session's state."""

    at: datetime
    reached: SessionState
    by: str


def moves_of(session: SenceSession) -> list[Move]:
    """Return the changes of state of `session`, oldest first."""
    logged = TransitionLog.objects.filter(
        target_type=session._meta.label, target_id=session.pk
    ).order_by("at", "pk")
    return [Move(one.at, SessionState(one.state), one.by) for one in logged]


def sent_message(handover: Handover, *, nonce: str) -> Message:
    """Return a form of the session with `nonce` as the operator sees it."""
    fields = [*handover.fields.items(), (str(Field.TOKEN), handover.token.masked)]
    return Message(
        at=handover.at,
        sent=True,
        title=f"Formulario de {handover.get_step_display().lower()} entregado",
        address=handover.url,
        fields=_shown(fields, token=handover.token.masked, nonce=nonce),
    )


def message_of(receipt: Receipt, *, most_fields: int = MOST_FIELDS_SHOWN) -> Message:
    """Return `receipt` (`with_head`) as the operator sees it.

    To SQLite the head of an empty body is NULL.
    """
    head: bytes | None = receipt.head  # type: ignore[attr-defined]  # with_head
    kept: int = receipt.kept  # type: ignore[attr-defined]  # with_head
    return received_message(
        receipt, bytes(head or b""), whole=kept, most_fields=most_fields
    )


def received_message(
    receipt: Receipt, body: bytes, *, whole: int, most_fields: int
) -> Message:
    """Return the answer whose `body` was read, of `whole` bytes."""
    decision: Decision | None = getattr(receipt, "decision", None)
    pairs = parse(body, receipt.content_type).pairs
    return Message(
        at=receipt.received_at,
        sent=False,
        title=receipt.get_kind_display(),
        address=_text(receipt.origin, receipt.session_id),
        fields=_shown(pairs[:most_fields], token=BLANKED, nonce=receipt.session_id),
        more_fields=max(0, len(pairs) - most_fields),
        receipt=receipt,
        outcome=receipt.outcome,
        outcome_label=decision.get_outcome_display() if decision else "Sin decidir",
        flags=tuple(receipt.flags),
        errors=_errors(receipt, decision),
        linked=receipt.linked,
        review=getattr(receipt, "review", None),
        whole=whole,
        read=len(body),
    )


def whole_body(receipt: Receipt) -> bytes:
    """Return all that came, but for the session's nonce, however it is spelled (C4)."""
    return spelled(receipt.session_id).sub(HIDDEN.encode(), bytes(receipt.body))


def _errors(receipt: Receipt, decision: Decision | None) -> tuple[SenceError, ...]:
    """Each code as operators read it: after a close it may mean something else."""
    codes = decision.codes if decision else []
    return tuple(told_by(code, closing=receipt.closing) for code in codes)


def _shown(
    fields: Iterable[tuple[str, str]], *, token: str, nonce: str
) -> list[tuple[str, str]]:
    """Nobody reads a nonce or a token from a screen (C4), in whatever field it is."""
    secrets = {Field.TOKEN.lower(): token, Field.NONCE.lower(): HIDDEN}
    return [
        (_text(name, nonce), _text(secrets.get(name.strip().lower(), value), nonce))
        for name, value in fields
    ]


def _text(text: str, nonce: str) -> str:
    return _printable(hidden(text, nonce, by=HIDDEN)[:LONGEST_SHOWN])


def _printable(text: str) -> str:
    """Escape what could pass for a line of ours, or hide what stands there."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text
    )
