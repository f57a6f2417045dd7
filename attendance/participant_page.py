"""What a participant sees of a course: the state in words, the clock, the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.urls import reverse

from attendance.after_liquidation import CLOSED_TO_PARTICIPANT, detail_is_closed
from attendance.models import (
    RUNNING,
    CallbackKind,
    Flag,
    Level,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.selectors import first_outcome, with_evidence
from attendance.sence.errors import participant_text
from attendance.services.sessions import StartRefused, refuse_start
from courses.models import Enrolment
from otec_portal.core.listing import Listing

RECENT: Final = 10  # sessions: the one that runs, if one does, is the latest


@dataclass(frozen=True)
class Notice:
    """One thing to tell the participant. `kind`: success, info, warning, danger."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class PastSession:
    """One line of the history."""

    session: SenceSession
    state: SessionState
    level: Level | None
    duration: float | None  # seconds


@dataclass(frozen=True)
class CoursePage:
    """Everything that the page shows, at the server's `now`."""

    enrolment: Enrolment
    now: datetime
    running: SenceSession | None
    refusal: str
    notice: Notice | None
    closed: str  # why no history is shown, "" where it is
    sessions: Listing[SenceSession]

    @property
    def history(self) -> list[PastSession]:
        """The sessions of the page that is looked at, the latest first."""
        return [
            PastSession(one, one.state_at(self.now), one.level, one.duration)
            for one in self.sessions.page
        ]

    @property
    def remaining(self) -> float | None:
        """The seconds left of the running session."""
        return self.running.remaining(self.now) if self.running else None

    @property
    def close_failed(self) -> bool:
        """Whether the page tells of a close that SENCE refused: help is at hand."""
        return self.notice is not None and self.notice.kind == "danger"

    @property
    def status_url(self) -> str:
        """Where the page's clock asks for the server's times."""
        return reverse("attendance:status", args=[self.enrolment.public_id])


def course_page(
    enrolment: Enrolment,
    *,
    now: datetime,
    asked: QueryDict,
    receipt: Receipt | None = None,
) -> CoursePage:
    """Return the page of `enrolment`; `receipt` is what the browser just carried.

    `asked` is the query string: which page of the history.
    """
    own = SenceSession.objects.filter(enrolment=enrolment)
    latest_first = with_evidence(own).order_by("-started_at", "-pk")
    closed = detail_is_closed(enrolment.action)
    shown = Listing(latest_first.none() if closed else latest_first, asked=asked)
    # on the first page, where they read, the latest are there without asking again
    read = not closed and shown.page.number == 1
    recent = list(shown.page if read else latest_first[:RECENT])
    running = next((one for one in recent if one.state_at(now) in RUNNING), None)
    return CoursePage(
        enrolment=enrolment,
        now=now,
        running=running,
        refusal="" if running else _refusal(enrolment, now),
        notice=_notice(recent, receipt, now=now),
        closed=CLOSED_TO_PARTICIPANT if closed else "",
        sessions=shown,
    )


def _refusal(enrolment: Enrolment, now: datetime) -> str:
    try:
        refuse_start(enrolment, now=now)
    except StartRefused as refused:
        return refused.message
    return ""


def _notice(
    latest_first: list[SenceSession], receipt: Receipt | None, *, now: datetime
) -> Notice | None:
    """Tell of the message just carried, else of how the latest session stands."""
    if not latest_first:
        return None
    latest = latest_first[0]
    if receipt is not None and receipt.outcome not in _TOLD_BY_STATE:
        return _of_receipt(receipt, receipt.session.state_at(now))
    return _of_state(latest, latest.state_at(now))


def _of_receipt(receipt: Receipt, state: SessionState) -> Notice:
    """Who did the same step in two tabs is told that it is done, not that it failed."""
    if state == SessionState.CLOSED and receipt.closing:
        return _CLOSED_BEFORE
    if state == SessionState.OPEN and _started_twice(receipt):
        return _OPEN_BEFORE
    return _BY_OUTCOME[first_outcome(receipt)]


def _started_twice(receipt: Receipt) -> bool:
    """Whether the person signed in at SENCE a second time for the same start."""
    if receipt.kind != CallbackKind.START_CONFIRMED or receipt.decision.codes:
        return False
    outcome, flags = first_outcome(receipt), receipt.decision.flags
    return outcome == Outcome.OUT_OF_ORDER or flags == [Flag.SENCE_ID_DIFFERS]


def _of_state(session: SenceSession, state: SessionState) -> Notice | None:
    if state == SessionState.FAILED:
        return _failure(session, "No se pudo iniciar tu sesión")
    if state == SessionState.OPEN and session.close_handed_at:
        return _failure(session, "No se pudo cerrar tu sesión", closing=True)
    return _unheard(session, state) or _BY_STATE.get(state)


def _unheard(session: SenceSession, state: SessionState) -> Notice | None:
    """An answer that came and was not believed: nobody is told that none came."""
    kept = [
        _BY_OUTCOME[Outcome(receipt.outcome)]
        for receipt in session.receipts.all()
        if receipt.outcome in _KEPT.get(state, ())
        and receipt.closing == (state == SessionState.EXPIRED)
    ]
    return kept[-1] if kept else None


def _failure(
    session: SenceSession, title: str, *, closing: bool = False
) -> Notice | None:
    failed = [
        receipt
        for receipt in session.receipts.all()
        if receipt.outcome == Outcome.APPLIED
        and receipt.closing == closing
        and receipt.is_error(receipt.decision.codes)
    ]
    if not failed:
        return None
    text = participant_text(failed[-1].decision.codes, closing=closing)
    return Notice("danger", title, text)


_KEPT = {
    SessionState.ABANDONED: {Outcome.LATE, Outcome.QUARANTINED},
    SessionState.EXPIRED: {Outcome.LATE},
}
_TOLD_BY_STATE = {"", Outcome.APPLIED, Outcome.REPEATED}
_BY_STATE = {
    SessionState.CLOSING: Notice(
        "info",
        "Falta confirmar el cierre",
        "Presiona otra vez «Cerrar sesión SENCE» si no alcanzaste a terminar "
        "en el sitio de SENCE.",
    ),
    SessionState.CLOSED: Notice(
        "success",
        "Tu sesión quedó cerrada",
        "SENCE registró tu inicio y tu cierre. Ya puedes salir de esta página.",
    ),
    SessionState.STARTING: Notice(
        "info",
        "Falta que inicies sesión en SENCE",
        "Presiona otra vez «Iniciar sesión SENCE» para seguir donde quedaste.",
    ),
    SessionState.ABANDONED: Notice(
        "warning",
        "No recibimos respuesta de SENCE",
        "El tiempo para iniciar pasó sin respuesta. "
        "Puedes iniciar sesión de nuevo ahora mismo.",
    ),
    SessionState.EXPIRED: Notice(
        "warning",
        "Tu sesión venció sin cierre",
        "Pasó el tiempo máximo y no recibimos tu cierre. "
        "Si seguirás estudiando, inicia una sesión nueva.",
    ),
}
_OPEN_BEFORE = Notice(
    "info",
    "Tu sesión ya estaba abierta",
    "Entraste a SENCE más de una vez para el mismo inicio. Guardamos ambas respuestas; "
    "no tienes que hacer nada más.",
)
_CLOSED_BEFORE = Notice(
    "info",
    "Tu sesión ya estaba cerrada",
    "Recibimos otra respuesta de SENCE por el mismo cierre y la guardamos. "
    "No tienes que hacer nada más.",
)
_BY_OUTCOME = {
    Outcome.QUARANTINED: Notice(
        "warning",
        "No pudimos confirmar tu registro",
        "La respuesta que llegó no coincide con lo que enviamos. La guardamos y tu "
        "OTEC la revisará. Inténtalo otra vez; si se repite, avísale.",
    ),
    Outcome.LATE: Notice(
        "warning",
        "La respuesta de SENCE llegó tarde",
        "La guardamos y tu OTEC la revisará. "
        "Si seguirás estudiando, inicia una sesión nueva.",
    ),
    Outcome.OUT_OF_ORDER: Notice(
        "info",
        "Recibimos una respuesta que no esperábamos",
        "La guardamos para que tu OTEC la revise. "
        "Más abajo ves cómo está tu sesión ahora.",
    ),
}
