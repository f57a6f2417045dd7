"""A form for SENCE, checked, kept and handed to the participant's browser."""

from dataclasses import dataclass, field
from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from attendance.models import Handover, SenceSession, SenceToken, Step
from attendance.sence import addresses
from attendance.sence.outgoing import NotSendable, Outgoing, Problem, without_token
from attendance.services.problems import alert_problem, alert_unreadable_token
from courses.models import Enrolment
from otec_portal.core.sence_address import refuses_stand_in, stand_in


@dataclass(frozen=True)
class Form:
    """A form ready for the participant's browser. `fields` holds the token."""

    session: SenceSession
    url: str
    fields: dict[str, str] = field(repr=False)


@sensitive_variables("fields")
def hand_over(
    session: SenceSession, step: Step, fields: dict[str, str], *, now: datetime
) -> Form:
    """Keep what leaves, but for the token, and return it."""
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


def _take_token(session: SenceSession, *, now: datetime) -> None:
    """Give `session` the token that its next form carries: the one it has, if sound.

    Else (refused or revoked meanwhile, or nobody can read it) the best there is, which
    may be the same suspect one. Raises NotSendable, after alerting, without any.
    """
    if session.token_id and session.token.sound:
        return
    session.token = _best_token(session.enrolment, now=now)
    if not session._state.adding:
        SenceSession.objects.filter(pk=session.pk).update(token=session.token)


def _best_token(enrolment: Enrolment, *, now: datetime) -> SenceToken:
    body = enrolment.action.course.training_body
    for token in SenceToken.objects.filter(training_body=body).by_preference():
        if token.readable:
            return token
        alert_unreadable_token(token, at=now)
    problem = Problem("no_token", "La OTEC no tiene un token SENCE vigente.")
    _report(enrolment, [problem], now=now)
    raise NotSendable([problem])


def fields_of(session: SenceSession, step: Step, *, now: datetime) -> dict[str, str]:
    """Return the fields of a form. Raises NotSendable, after alerting operators."""
    _refuse_another_sence(session, now=now)
    closing = step == Step.CLOSE
    _take_token(session, now=now)
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
        _report(session.enrolment, refusal.problems, now=now, closing=closing)
        raise


def _refuse_another_sence(session: SenceSession, *, now: datetime) -> None:
    """What was begun with SENCE, and its token, never goes to a stand-in; nor back."""
    same = session.stand_in == stand_in()
    if same and not refuses_stand_in(session.environment):
        return
    problem = Problem(
        "another_sence",
        "el portal está conectado a otra dirección que aquella en que empezó.",
    )
    _report(session.enrolment, [problem], now=now)
    raise NotSendable([problem])


def _report(
    enrolment: Enrolment, found: list[Problem], *, now: datetime, closing: bool = False
) -> None:
    for problem in found:
        alert_problem(enrolment, problem, at=now, closing=closing)
