"""What keeps a form from leaving: told to operators, once per cause."""

from datetime import datetime
from typing import Final

from attendance.models import SenceToken
from attendance.sence.outgoing import Problem
from attendance.services.alerts import raise_alert
from courses.models import Enrolment

# by whom a problem strikes; every other one strikes the whole action
_OF_ONE_PERSON: Final = {"run", "nonce", "sence_id"}
_OF_THE_BODY: Final = {"no_token", "token", "otec_rut"}
_OF_THE_PORTAL: Final = {"return_address", "another_sence"}


def alert_problem(
    enrolment: Enrolment, problem: Problem, *, at: datetime, closing: bool = False
) -> None:
    """Tell operators why SENCE would refuse what this enrolment sends."""
    action, code = enrolment.action, problem.code
    who, about = f"Nadie de {action} puede", f"action{action.pk}"
    if code in _OF_ONE_PERSON:
        who, about = "Un participante no puede", f"enrolment{enrolment.pk}"
    elif code in _OF_THE_BODY | _OF_THE_PORTAL:
        who = "Nadie puede"
        about = "no_token" if code in {"no_token", "token"} else "body"
    raise_alert(
        training_body=action.course.training_body,
        action=action if code not in _OF_THE_BODY | _OF_THE_PORTAL else None,
        enrolment=enrolment if code in _OF_ONE_PERSON else None,
        cause=f"preflight:{code}:{about}",
        title=f"{who} {_deed(code, closing=closing)}: {problem.message}",
        next_step=_next_step(code, closing=closing),
        at=at,
    )


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
    if code in {"no_token", "token"}:
        return f"Agrega un token SENCE vigente y {again}"
    if code in _OF_THE_PORTAL:
        return (
            "Avisa a quien administra el portal: debe revisar la dirección pública "
            "configurada (PORTAL_BASE_URL)."
        )
    return f"Corrige el dato en la ficha y {again}"


def alert_unreadable_token(token: SenceToken, *, at: datetime) -> None:
    """Tell operators that `token` is there and no key opens it."""
    raise_alert(
        training_body=token.training_body,
        action=None,
        cause=f"unreadable:token{token.pk}",
        title=f"El portal no puede leer el token {token}.",
        next_step=(
            "Agrega otra vez ese token y revoca el que no se puede leer. Si son "
            "varios, avisa a quien administra el portal: puede faltar una clave de "
            "cifrado (ENCRYPTION_KEYS)."
        ),
        at=at,
    )
