"""Every message of a session in order, for the operator's eyes and for SENCE's desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from attendance.models import (
    LIVE,
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
from courses.models import Environment
from otec_portal.core.workflow import TransitionLog

LONGEST_SHOWN = 500  # characters
HIDDEN_WHILE_LIVE = "(no se muestra mientras la sesión está abierta)"


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
    whole: int = 0  # bytes that came, of which the first `read` are shown
    read: int = 0

    @property
    def needs_review(self) -> bool:
        """Whether it waits for a person."""
        return self.outcome in TO_REVIEW and self.review is None


def messages_of(session: SenceSession) -> list[Message]:
    """Return the messages of `session` (from `with_messages`), oldest first."""
    return _in_order(session, [message_of(one) for one in session.receipts.all()])


def _in_order(session: SenceSession, received: list[Message]) -> list[Message]:
    sent = [
        _sent(one, session.nonce) for one in session.handovers.select_related("token")
    ]
    return sorted([*sent, *received], key=lambda message: message.at)


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


def _sent(handover: Handover, nonce: str) -> Message:
    fields = [*handover.fields.items(), (str(Field.TOKEN), handover.token.masked)]
    return Message(
        at=handover.at,
        sent=True,
        title=f"Formulario de {handover.get_step_display().lower()} entregado",
        address=handover.url,
        fields=_shown(fields, token=handover.token.masked, nonce=nonce),
    )


def message_of(receipt: Receipt) -> Message:
    """Return `receipt` (`with_head`) as the operator sees it.

    To SQLite the head of an empty body is NULL.
    """
    head: bytes | None = receipt.head  # type: ignore[attr-defined]
    kept: int = receipt.kept  # type: ignore[attr-defined]
    return _received(receipt, bytes(head or b""), whole=kept)


def _received(receipt: Receipt, body: bytes, *, whole: int) -> Message:
    decision: Decision | None = getattr(receipt, "decision", None)
    incoming = parse(body, receipt.content_type)
    return Message(
        at=receipt.received_at,
        sent=False,
        title=receipt.get_kind_display(),
        address=_text(receipt.origin, receipt.session_id),
        fields=_shown(incoming.pairs, token=BLANKED, nonce=receipt.session_id),
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


def sence_report(session: SenceSession, *, now: datetime) -> str:
    """Return the ready text for SENCE: all that was sent and received.

    `session` comes from `with_whole_messages`.
    For codes 300, 302, 304 and 305, which SENCE asks to be told "with as much
    background as possible" (seeds/003, Anexo 2). The token is blanked.
    """
    bodies = [(one, bytes(one.body)) for one in session.receipts.all()]
    answers = [_received(one, body, whole=len(body)) for one, body in bodies]
    messages = _in_order(session, answers)
    failed = any(message.errors for message in messages)
    subject = "antecedentes de un error" if failed else "mensajes de una sesión"
    sence_id = hidden(session.sence_id, session.nonce, by=HIDDEN)
    lines = [
        f"Registro de Asistencia E-Learning: {subject}",
        f"Preparado el {_written(now)} (hora de Santiago).",
        "",
        f"OTEC: {session.otec_rut}",
        f"Ambiente: {Environment(session.environment).label}",
        f"Sesión en SENCE: {sence_id or '(ninguna)'}",
    ]
    for message in messages:
        direction = "Enviado a" if message.sent else "Recibido desde"
        lines += ["", f"{_written(message.at)} · {message.title}"]
        lines.append(f"{direction}: {message.address or '(sin dato)'}")
        lines += [
            f"  {name} = {_reported(session, name, value, now=now)}"
            for name, value in message.fields
        ]
        lines += [f"  Advertencia: {flag.label}" for flag in message.flags]
    return "\n".join(lines) + "\n"


def _reported(session: SenceSession, name: str, value: str, *, now: datetime) -> str:
    """SENCE needs the session's identifier; the token nobody does.

    While the session runs nobody reads it: who has it can answer for SENCE (C4).
    """
    key = name.strip().lower()
    if key == Field.NONCE.lower():
        return HIDDEN_WHILE_LIVE if session.state_at(now) in LIVE else session.nonce
    return BLANKED if key == Field.TOKEN.lower() else value


def _written(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d-%m-%Y %H:%M:%S")
