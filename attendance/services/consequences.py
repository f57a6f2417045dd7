"""What a decided receipt means for tokens and operators."""

from attendance.models import Outcome
from attendance.sence.errors import Kind, SenceError, lookup
from attendance.services.alerts import raise_alert
from attendance.services.cases import Case
from attendance.services.tokens import suspect_token, vindicate_token


def follow(case: Case, outcome: Outcome) -> None:
    """Tell operators what they must hear of, and mark or clear the token."""
    if outcome == Outcome.QUARANTINED:
        _alert_quarantine(case)
    elif outcome == Outcome.APPLIED and case.failed:
        # in one order, so that two sessions with the same codes never deadlock
        for error in [lookup(code) for code in sorted(case.codes)]:
            _heed(case, error)
    elif outcome == Outcome.APPLIED:
        vindicate_token(case.session.token, at=case.at)


def _heed(case: Case, error: SenceError) -> None:
    if error.kind == Kind.TOKEN:
        suspect_token(case.session.token, at=case.at)
    if error.alert:
        _raise(
            case,
            cause=_cause(case, error),
            whole_body=error.kind == Kind.TOKEN,
            code=error.code,
            title=error.diagnosis_for(closing=case.closing),
            next_step=error.next_step,
        )


def _cause(case: Case, error: SenceError) -> str:
    """One cause: a broken token, the portal itself, an action, or one person's data."""
    session = case.session
    if error.kind == Kind.TOKEN:
        return f"sence:{error.code}:token{session.token_id}"
    if error.kind == Kind.REQUEST:
        return f"sence:{error.code}:portal"
    action = session.enrolment.action_id
    if not error.known:
        # anybody can post ever new codes: all of them are one cause
        return f"sence:unknown:action{action}"
    if error.setup_alert:
        return f"sence:{error.code}:action{action}"
    return f"sence:{error.code}:enrolment{session.enrolment_id}"


def _alert_quarantine(case: Case) -> None:
    _raise(
        case,
        cause=f"quarantine:{case.session.enrolment.action_id}",
        title="Llegó una respuesta de SENCE que no coincide con lo enviado.",
        next_step=(
            "Revisa la recepción en cuarentena: no se contó asistencia con ella."
        ),
    )


def _raise(
    case: Case,
    *,
    cause: str,
    title: str,
    next_step: str,
    code: str = "",
    whole_body: bool = False,
) -> None:
    action = case.session.enrolment.action
    raise_alert(
        training_body=action.course.training_body,
        action=None if whole_body else action,
        cause=cause,
        code=code,
        title=title,
        next_step=next_step,
        at=case.at,
    )
