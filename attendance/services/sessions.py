"""The life of a session from our side: start, ask to close, run out of time."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from attendance.models import (
    RUNNING,
    SenceSession,
    SessionState,
    Step,
)
from attendance.sence.outgoing import sence_code_to_send
from attendance.services.callbacks import decide_waiting
from attendance.services.handing_out import Form, fields_of, hand_over
from attendance.services.limits import SENCE_TAKES, end_if_over
from courses.models import ActionState, Enrolment, Environment, TrainingAction
from courses.services import EnvironmentMoved, note_production_use
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


def start(enrolment: Enrolment, *, now: datetime) -> Form:
    """Hand out the form of a start; while one is pending, the same form again (A10).

    Raises StartRefused, AlreadyRunning, EnvironmentMoved, or NotSendable, this after an
    alert to operators, which stands whatever becomes of the rest.
    """
    refuse_start(enrolment, now=now)
    session = _pending_start(enrolment, now=now)
    if session is None:
        try:
            return _begin(enrolment, now=now)
        except IntegrityError:
            # another tab was first: one live session per enrolment
            session = _pending_start(enrolment, now=now)
            if session is None:
                _refuse_who_left(enrolment)
                raise
    fields = fields_of(session, Step.START, now=now)
    return hand_over(session, Step.START, fields, now=now)


def _pending_start(enrolment: Enrolment, *, now: datetime) -> SenceSession | None:
    """Return the attempt that waits for its answer, with enough time left for it.

    None without one, or where it is over by now. Raises AlreadyRunning, StartRefused.
    """
    session = live_session(enrolment, now=now)
    if session is not None and session.state == SessionState.STARTING:
        _leave_sence_its_time(session, now=now)
    if session is None or session.is_over:
        return None
    if session.state in RUNNING:
        raise AlreadyRunning("Ya tienes una sesión abierta.")
    return session


def _leave_sence_its_time(session: SenceSession, *, now: datetime) -> None:
    """Put off the limit of a pending start, handed out again, that is too near.

    Who signs in with less than SENCE's three minutes would come back late. It stays the
    same attempt: an answer to the form of another tab may be on its way. But once only:
    after that the attempt is abandoned (docs/adr/0032) [choice]. Raises StartRefused
    while an answer is waiting to be decided.
    """
    if session.state_at(now) != SessionState.STARTING:
        raise _undecided()
    taken = min(SENCE_TAKES, _start_timeout())
    if session.start_by >= now + taken:
        return
    furthest = session.started_at + _start_timeout() + taken
    if furthest < now + taken:
        _abandon(session, now=now)
        return
    pending = SenceSession.objects.filter(pk=session.pk, state=SessionState.STARTING)
    if pending.filter(start_by__lt=furthest).update(start_by=furthest):
        session.start_by = furthest
    else:  # in this moment its answer came, or another tab put it off
        session.refresh_from_db()


def _abandon(session: SenceSession, *, now: datetime) -> None:
    """End a pending start before its limit, unless its answer came by now.

    Raises StartRefused while that can't be decided.
    """
    if not decide_waiting(session, now=now):
        raise _undecided()
    with suppress(TransitionRefused):
        session.advance("abandon", at=now)
    session.refresh_from_db()


def _undecided() -> StartRefused:
    return StartRefused(
        "Todavía estamos registrando la respuesta de SENCE. Espera unos minutos e "
        "inténtalo otra vez.",
        code="undecided",
    )


def _start_timeout() -> timedelta:
    return timedelta(seconds=settings.SENCE_START_TIMEOUT)


def _refuse_who_left(enrolment: Enrolment) -> None:
    """Raise StartRefused where a roster's change took the enrolment away meanwhile."""
    if not Enrolment.objects.filter(pk=enrolment.pk).exists():
        raise StartRefused(
            "Ya no estás en la nómina de este curso. Si crees que es un error, "
            "habla con tu OTEC.",
            code="not_enrolled",
        )


def refuse_start(enrolment: Enrolment, *, now: datetime) -> None:
    """Raise StartRefused, with the reason in words, where no start is possible."""
    action = enrolment.action
    if enrolment.exempt:
        raise StartRefused(
            "No necesitas registrar asistencia en SENCE: entra directo a tu curso.",
            code="exempt",
        )
    _refuse_closed(action)
    state = action.state_on(timezone.localdate(now))
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


def _refuse_closed(action: TrainingAction) -> None:
    if action.closed_because:
        raise StartRefused(
            "Este curso ya está cerrado y no recibe más registros. "
            "Si crees que es un error, habla con tu OTEC.",
            code="action_closed",
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
    """End `session` if its time is over; say whether it is.

    What came for it and led to nothing yet is decided first, as of its arrival: it may
    have come in time. While that can't be done the session is left as it stands.
    """
    if session.state_at(now) == session.state:
        return False
    if not decide_waiting(session, now=now):
        return session.is_over
    return session.is_over or end_if_over(session, now=now)


@sensitive_variables("fields")
def request_close(session: SenceSession, *, now: datetime) -> Form:
    """Hand out the form of the close; once asked for, the same form again.

    Raises NotRunning, or NotSendable (after alerting operators).
    """
    settle(session, now=now)
    if session.state_at(now) not in RUNNING:
        raise NotRunning("Esta sesión ya no está abierta.")
    fields = fields_of(session, Step.CLOSE, now=now)  # refused before anything moves
    with transaction.atomic():
        _ask_to_close(session, now=now)
        return hand_over(session, Step.CLOSE, fields, now=now)


def _ask_to_close(session: SenceSession, *, now: datetime) -> None:
    if session.state == SessionState.OPEN:
        try:
            session.advance("ask_to_close", at=now, close_handed_at=now)
        except TransitionRefused:
            session.refresh_from_db()
    if session.state != SessionState.CLOSING:
        raise NotRunning("Esta sesión ya no está abierta.")


@sensitive_variables("fields")
def _begin(enrolment: Enrolment, *, now: datetime) -> Form:
    """Keep a new attempt with its form. Raises IntegrityError beside another one."""
    session = _attempt(enrolment, now=now)
    fields = fields_of(session, Step.START, now=now)  # refused before anything is kept
    with transaction.atomic():
        _hold_action(session)
        if session.environment == Environment.PRODUCTION:
            note_production_use(enrolment.action, at=now)
        session.save()
        return hand_over(session, Step.START, fields, now=now)


def _hold_action(session: SenceSession) -> None:
    """Lock the action as it is by now: nothing begins in one closed or moved meanwhile.

    Raises StartRefused, EnvironmentMoved.
    """
    rows = TrainingAction.objects.select_for_update(no_key=True)
    current = rows.get(pk=session.enrolment.action_id)
    _refuse_closed(current)
    if current.environment != session.environment:
        raise EnvironmentMoved(
            "El curso cambió de ambiente en este momento. Inténtalo otra vez."
        )


def _attempt(enrolment: Enrolment, *, now: datetime) -> SenceSession:
    """Return an attempt that is not kept yet, with the data as they are now.

    Its token comes with its form.
    """
    action, course = enrolment.action, enrolment.action.course
    return SenceSession(
        training_body=course.training_body,
        enrolment=enrolment,
        environment=action.environment,
        otec_rut=course.training_body.rut,
        run=enrolment.participant.run,
        sence_code=sence_code_to_send(course.sence_code, action.line),
        action_code=action.action_code,
        line=action.line,
        stand_in=stand_in(),
        started_at=now,
        start_by=now + _start_timeout(),
    )
