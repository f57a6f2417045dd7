"""What a decided receipt means for tokens and operators."""

from typing import Final

from attendance.models import AlertSubject, Outcome, Step
from attendance.models.alerts import (
    CAUSE_OF_QUARANTINE,
    CAUSE_OF_SENCE,
    OF_THE_WHOLE_BODY,
)
from attendance.sence.errors import Kind, SenceError, lookup
from attendance.services.alerts import Trouble, raise_alert
from attendance.services.cases import Case
from attendance.services.tokens import clear_doubt, suspect_token

_TOLD: Final = frozenset({Outcome.APPLIED, Outcome.LATE, Outcome.OUT_OF_ORDER})


def mark_token_and_alert(case: Case, outcome: Outcome) -> None:
    """Mark or clear the token, and tell operators what they must hear of.

    An error that came too late or out of order moves nothing, the token included, but
    it may be the only sign of a broken setup: operators hear of it. A success with a
    flag moves the session and proves nothing of the token (docs/adr/0004).
    """
    if outcome == Outcome.QUARANTINED:
        _alert_quarantine(case)
    elif case.failed and outcome in _TOLD:
        errors = [lookup(code) for code in case.codes or ("",)]
        refused = any(error.kind == Kind.TOKEN for error in errors)
        several = refused and _other_token_left(case)
        if refused and not several and outcome == Outcome.APPLIED:
            suspect_token(case.session.token, at=case.at)
        _alert_errors(case, errors, of_several=several)
    elif outcome == Outcome.APPLIED and not case.flags:
        token = case.session.token
        if token.doubted and not _other_token_left(case):
            clear_doubt(token, at=case.at)


def _other_token_left(case: Case) -> bool:
    """Whether another token than the session's left too: SENCE says not which it means.

    As where it was revoked between two tabs, and the answer is to the older form.
    """
    step = Step.CLOSE if case.closing else Step.START
    left = case.session.handovers.filter(step=step)
    return left.exclude(token=case.session.token_id).exists()


def _alert_errors(case: Case, errors: list[SenceError], *, of_several: bool) -> None:
    """Raise the alerts in the order of their causes.

    Two sessions that raise the same ones then never wait for each other in a circle.
    """
    told = [_trouble(case, error, of_several) for error in errors if error.alert]
    for trouble in sorted(told, key=lambda one: (one.cause, one.code)):
        raise_alert(trouble, at=case.at)


def _trouble(case: Case, error: SenceError, of_several: bool) -> Trouble:
    session = case.session
    action = session.enrolment.action
    subject = _subject(error, closing=case.closing)
    whose = {
        AlertSubject.TOKENS: f"token{'' if of_several else session.token_id}",
        AlertSubject.PERSON: f"enrolment{session.enrolment_id}",
        AlertSubject.ACTION: f"action{session.enrolment.action_id}",
    }
    # anybody can post ever new codes: all of them are one cause, which names them
    code = error.code if error.known else "unknown" if error.code else "empty"
    return Trouble(
        training_body=action.course.training_body,
        action=None if subject in OF_THE_WHOLE_BODY else action,
        enrolment=session.enrolment if subject == AlertSubject.PERSON else None,
        subject=subject,
        cause=f"{CAUSE_OF_SENCE}{code}:{whose.get(subject, subject)}",
        code=error.code,
        title=error.diagnosis_for(closing=case.closing),
        next_step=error.next_step,
    )


def _subject(error: SenceError, *, closing: bool) -> AlertSubject:
    """A token, the portal, the body's or an action's data, or a person's."""
    if error.kind == Kind.TOKEN:
        return AlertSubject.TOKENS
    if error.kind == Kind.REQUEST:
        return AlertSubject.PORTAL
    if error.whole_body:
        return AlertSubject.BODY
    setup = error.setup_alert or (error.setup_on_start and not closing)
    if error.known and not setup:
        return AlertSubject.PERSON
    return AlertSubject.ACTION


def _alert_quarantine(case: Case) -> None:
    """One per action, whoever it strikes: it names whom it struck first."""
    action = case.session.enrolment.action
    trouble = Trouble(
        training_body=action.course.training_body,
        action=action,
        subject=AlertSubject.ANSWER,
        cause=f"{CAUSE_OF_QUARANTINE}{action.pk}",
        enrolment=case.session.enrolment,
        title="Llegó una respuesta de SENCE que no coincide con lo enviado.",
        next_step=(
            "No se contó asistencia con ella. Búscala en «Por revisar» y decide qué "
            "hacer; si llegan otras en la misma acción, estarán ahí mismo."
        ),
    )
    raise_alert(trouble, at=case.at)
