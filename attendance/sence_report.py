"""The ready text for SENCE's desk: all that was sent and received in a session.

For codes 300, 302, 304 and 305, which SENCE asks to be told "with as much background as
possible" (seeds/003, Anexo 2). The token is blanked.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils import timezone

from attendance.evidence import Message
from attendance.exchange import REPORTED, ends_of, whole
from attendance.models import LIVE, Decision, SenceSession
from attendance.sence.spelling import BLANKED, HIDDEN, hidden
from attendance.sence.wire import Field
from courses.models import Environment

HIDDEN_WHILE_LIVE: Final = "(no se muestra mientras la sesión está abierta)"


def sence_report(session: SenceSession, *, now: datetime) -> Iterator[str]:
    """Yield the report of `session`, message by message: it may be long."""
    ends = ends_of(session, each=REPORTED)
    yield _head(session, now=now)
    for message in whole(session, ends.first):
        yield _told(session, message, now=now)
    if ends.left_out:
        yield f"\n({ends.left_out} mensajes más, que no caben en este informe)\n"
    for message in whole(session, ends.last):
        yield _told(session, message, now=now)


def _head(session: SenceSession, *, now: datetime) -> str:
    answered = Decision.objects.filter(receipt__session=session)
    failed = answered.exclude(codes=[]).exists()
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
    return "\n".join(lines) + "\n"


def _told(session: SenceSession, message: Message, *, now: datetime) -> str:
    direction = "Enviado a" if message.sent else "Recibido desde"
    lines = ["", f"{_written(message.at)} · {message.title}"]
    lines.append(f"{direction}: {message.address or '(sin dato)'}")
    lines += [
        f"  {name} = {_reported(session, name, value, now=now)}"
        for name, value in message.fields
    ]
    if message.more_fields:
        lines.append(f"  ({message.more_fields} campos más)")
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
