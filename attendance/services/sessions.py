"""The life of a session from our side: start, ask to close, run out of time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from attendance.models import (
    LIVE,
    Handover,
    Receipt,
    SenceSession,
    SenceToken,
    SessionState,
    Step,
    TokenState,
)
from attendance.sence import addresses
from attendance.sence.outgoing import (
    NotSendable,
    Outgoing,
    Problem,
    sence_code_to_send,
    without_token,
)
from attendance.services.alerts import raise_alert
from courses.models import ActionState, Enrolment, Environment
from courses.services import note_production_use
from otec_portal.core.errors import DomainError
from otec_portal.core.sence_address import refuses_stand_in, stand_in
from otec_portal.core.workflow import TransitionRefused


class StartRefused(DomainError):
    """This participant can't start a session now."""

    code = "start_refused"


class AlreadyRunning(DomainError):
    """The participant has an open session: it goes on."""

    code = "already_running"


class NotRunning(DomainError):
    """There is no open session to close."""

    code = "not_running"


@dataclass(frozen=True)
class Form:
    """A form ready for the participant's browser. `fields` holds the token."""

    session: SenceSession
    url: str
    fields: dict[str, str] = field(repr=False)


def start(enrolment: Enrolment, *, now: datetime) -> Form:
    """Hand out the form of a start; while one is pending, the same form again (A10).

    Raises StartRefused, AlreadyRunning, or NotSendable (after alerting operators).
    """
    refuse_start(enrolment, now=now)
    session = live_session(enrolment, now=now) or _begin(enrolment, now=now)
    if session.state != SessionState.STARTING:
        raise AlreadyRunning("Ya tienes una sesión abierta.")
    return _hand_over(session, Step.START, now=now)


def refuse_start(enrolment: Enrolment, *, now: datetime) -> None:
    """Raise StartRefused, with the reason in words, where no start is possible."""
    action = enrolment.action
    if enrolment.exempt:
        raise StartRefused(
            "No necesitas registrar asistencia en SENCE: entra directo a tu curso.",
            code="exempt",
        )
    state = action.state_on(timezone.localdate(now))
    if action.is_frozen(now) or state in {ActionState.LIQUIDATED, ActionState.ANNULLED}:
        raise StartRefused(
            "Este curso ya está cerrado y no recibe más registros. "
            "Si crees que es un error, habla con tu OTEC.",
            code="action_closed",
        )
    if state == ActionState.UPCOMING:
        raise StartRefused(
            f"Tu curso empieza el {action.starts_on:%d-%m-%Y}. "
            "Desde ese día podrás iniciar sesión.",
            code="not_started",
        )
    if state == ActionState.FINISHED:
        raise StartRefused(
            f"Tu curso terminó el {action.ends_on:%d-%m-%Y} "
            "y ya no recibe más registros.",
            code="finished",
        )
    if refuses_stand_in(action.environment):
        raise StartRefused(
            "El portal está conectado a un simulador y este curso registra en SENCE "
            "de verdad. Avisa a tu OTEC.",
            code="stand_in",
        )


def live_session(enrolment: Enrolment, *, now: datetime) -> SenceSession | None:
    """Return the live session, after ending one whose time is over."""
    session = (
        SenceSession.objects.live()
        .filter(enrolment=enrolment)
        .select_related("token")
        .first()
    )
    if session is not None and settle(session, now=now):
        return None
    return session


def settle(session: SenceSession, *, now: datetime) -> bool:
    """End `session` if its time is over at `now`; say whether it was.

    Limits go by the clock, not by whether a job has run: at the very limit a session
    is still within.
    """
    if session.is_unanswered(now):
        transition = "abandon"
    elif session.is_overdue(now):
        transition = "expire"
    else:
        return False
    try:
        session.advance(transition, at=now)
    except TransitionRefused:
        session.refresh_from_db()
        return session.state not in LIVE
    return True


def settle_all(*, now: datetime) -> int:
    """End every session whose time is over at `now`; return how many.

    One whose answer is kept and not decided yet waits for the decision: the answer may
    have come in time.
    """
    sessions = SenceSession.objects
    over = sessions.unanswered(now) | sessions.overdue(now)
    undecided = Receipt.objects.filter(session=OuterRef("nonce"), decision=None)
    settled = over.exclude(Exists(undecided))
    return sum(settle(session, now=now) for session in settled.iterator())


def request_close(session: SenceSession, *, now: datetime) -> Form:
    """Hand out the form of the close; once asked for, the same form again.

    Raises NotRunning, or NotSendable (after alerting operators).
    """
    settle(session, now=now)
    if session.state == SessionState.OPEN:
        _fields(session, Step.CLOSE, now=now)  # refused before anything moves
        try:
            session.advance("ask_to_close", at=now, close_handed_at=now)
        except TransitionRefused:
            session.refresh_from_db()
    if session.state != SessionState.CLOSING:
        raise NotRunning("Esta sesión ya no está abierta.")
    return _hand_over(session, Step.CLOSE, now=now)


def _begin(enrolment: Enrolment, *, now: datetime) -> SenceSession:
    action, course = enrolment.action, enrolment.action.course
    session = SenceSession(
        enrolment=enrolment,
        token=_token_to_use(enrolment, now=now),
        environment=action.environment,
        otec_rut=course.training_body.rut,
        run=enrolment.participant.run,
        sence_code=sence_code_to_send(course.sence_code, action.line),
        action_code=action.action_code,
        line=action.line,
        stand_in=stand_in(),
        started_at=now,
        start_by=now + timedelta(seconds=settings.SENCE_START_TIMEOUT),
    )
    _fields(session, Step.START, now=now)
    try:
        with transaction.atomic():
            session.save()
            if action.environment == Environment.PRODUCTION:
                note_production_use(action, at=now)
    except IntegrityError:
        # another tab was first: one live session per enrolment
        winner = live_session(enrolment, now=now)
        if winner is None:
            raise
        return winner
    return session


@sensitive_variables("fields")
def _hand_over(session: SenceSession, step: Step, *, now: datetime) -> Form:
    fields = _fields(session, step, now=now)
    start = step == Step.START
    url = (addresses.start_url if start else addresses.close_url)(session.environment)
    Handover.objects.create(
        session=session,
        step=step,
        token=session.token,
        url=url,
        fields=without_token(fields),
        at=now,
    )
    return Form(session, url, fields)


def _token_to_use(enrolment: Enrolment, *, now: datetime) -> SenceToken:
    """Return the best token. Raises NotSendable, after alerting, without one."""
    body = enrolment.action.course.training_body
    token = SenceToken.objects.filter(training_body=body).best()
    if token is None:
        problem = Problem("no_token", "La OTEC no tiene un token SENCE vigente.")
        _report(enrolment, [problem], now=now)
        raise NotSendable([problem])
    return token


def _fields(session: SenceSession, step: Step, *, now: datetime) -> dict[str, str]:
    closing = step == Step.CLOSE
    if session.token.state == TokenState.REVOKED:  # meanwhile: never sent again
        session.token = _token_to_use(session.enrolment, now=now)
        session.save(update_fields=["token"])
    outgoing = Outgoing(
        environment=session.environment,
        otec_rut=session.otec_rut,
        token=session.token.secret,
        sence_code=session.sence_code,
        action_code=session.action_code,
        line=session.line,
        run=session.run,
        nonce=session.nonce,
        returns=addresses.close_returns() if closing else addresses.start_returns(),
        sence_id=session.sence_id,
        closing=closing,
        https_only=addresses.https_only(session.environment),
    )
    try:
        return outgoing.fields()
    except NotSendable as refusal:
        _report(session.enrolment, refusal.problems, now=now)
        raise


def _report(enrolment: Enrolment, found: list[Problem], *, now: datetime) -> None:
    action = enrolment.action
    for problem in found:
        about = "no_token" if problem.code in {"no_token", "token"} else action.pk
        raise_alert(
            training_body=action.course.training_body,
            action=None if about == "no_token" else action,
            cause=f"preflight:{problem.code}:{about}",
            title=f"Nadie puede iniciar sesión: {problem.message}",
            next_step="Corrige el dato en la ficha y pide que vuelvan a intentarlo.",
            at=now,
        )
