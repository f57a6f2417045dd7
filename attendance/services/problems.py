"""What keeps a form from leaving: told to operators, once per cause."""

from datetime import datetime
from typing import Final

from attendance.models import AlertSubject, SenceToken
from attendance.models.alerts import OF_THE_WHOLE_BODY
from attendance.sence.outgoing import Problem
from attendance.services.alerts import Trouble, raise_alert
from courses.models import Enrolment

# whom a problem strikes; every other one strikes the whole action
_SUBJECTS: Final = {
    "run": AlertSubject.PERSON,
    "nonce": AlertSubject.PERSON,
    "sence_id": AlertSubject.PERSON,
    "no_token": AlertSubject.TOKENS,
    "token": AlertSubject.TOKENS,
    "otec_rut": AlertSubject.BODY,
    "return_address": AlertSubject.PORTAL,
    "another_sence": AlertSubject.PORTAL,
}


def alert_problem(
    enrolment: Enrolment, problem: Problem, *, at: datetime, closing: bool = False
) -> None:
    """Tell operators why SENCE would refuse what this enrolment sends."""
    action, code = enrolment.action, problem.code
    subject = _SUBJECTS.get(code, AlertSubject.ACTION)
    who, about = {
        AlertSubject.PERSON: ("Un participante no puede", f"enrolment{enrolment.pk}"),
        AlertSubject.ACTION: (f"Nadie de {action} puede", f"action{action.pk}"),
        AlertSubject.TOKENS: ("Nadie puede", "no_token"),
    }.get(subject, ("Nadie puede", "body"))
    trouble = Trouble(
        training_body=action.course.training_body,
        action=None if subject in OF_THE_WHOLE_BODY else action,
        enrolment=enrolment if subject == AlertSubject.PERSON else None,
        subject=subject,
        cause=f"preflight:{code}:{about}",
        title=f"{who} {_deed(code, closing=closing)}: {problem.message}",
        next_step=_next_step(code, closing=closing),
    )
    raise_alert(trouble, at=at)


def _deed(code: str, *, closing: bool) -> str:
    if code == "another_sence":
        return "seguir con su sesión"
    return "cerrar su sesión" if closing else "iniciar sesión"


def _next_step(code: str, *, closing: bool) -> str:
    again = (
        "pide al participante que cierre su sesión antes de que venza."
        if closing
        else "pide al participante que inicie sesión de nuevo."
    )
    if code == "another_sence":
        return (
            "Avisa a quien administra el portal: cambió la dirección de SENCE "
            "(SENCE_BASE_URL) con sesiones abiertas. Debe volver a la anterior."
        )
    if _SUBJECTS.get(code) == AlertSubject.TOKENS:
        return f"Agrega un token SENCE vigente y {again}"
    if _SUBJECTS.get(code) == AlertSubject.PORTAL:
        return (
            "Avisa a quien administra el portal: debe revisar la dirección pública "
            "configurada (PORTAL_BASE_URL)."
        )
    return f"Corrige el dato en la ficha y {again}"


def alert_unreadable_token(token: SenceToken, *, at: datetime) -> None:
    """Tell operators that `token` is there and no key opens it."""
    trouble = Trouble(
        training_body=token.training_body,
        action=None,
        subject=AlertSubject.TOKENS,
        cause=f"unreadable:token{token.pk}",
        title=f"El portal no puede leer el token {token}.",
        next_step=(
            "Agrega otra vez ese token y revoca el que no se puede leer. Si son "
            "varios, avisa a quien administra el portal: puede faltar una clave de "
            "cifrado (ENCRYPTION_KEYS)."
        ),
    )
    raise_alert(trouble, at=at)
