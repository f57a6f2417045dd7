"""How differences are told, in Spanish."""

from datetime import datetime
from typing import Final, NamedTuple

from django.utils import timezone

from attendance.reconciliation.marks import Kind, Reason


class Badge(NamedTuple):
    """What components/badge.html shows."""

    kind: str
    icon: str
    text: str


BADGES: Final = {
    Kind.EQUAL: Badge("success", "check", "Igual"),
    Kind.DIFFERENT: Badge("warning", "alert", "Distinta"),
    Kind.ONLY_OURS: Badge("info", "info", "Solo en el portal"),
    Kind.ONLY_THEIRS: Badge("danger", "x", "Solo en SENCE"),
    Kind.GONE: Badge("neutral", "clock", "Ya no está en SENCE"),
}
GROUPS: Final = {
    Kind.DIFFERENT: "Distintas",
    Kind.ONLY_OURS: "Solo en el portal",
    Kind.ONLY_THEIRS: "Solo en SENCE",
    Kind.GONE: "Ya no están en SENCE",
    Kind.EQUAL: "Iguales",
}
REASONS: Final = {
    Reason.NONE: "",
    Reason.TEST: "En el portal es una sesión de prueba.",
    Reason.RUNNING: "En el portal está en curso.",
    Reason.NO_CLOSE: "En el portal no llegó el cierre.",
    Reason.NO_CLOSE_THERE: "SENCE no muestra el término.",
    Reason.CLOCK: "Los relojes difieren: inicio y término están corridos lo mismo.",
    Reason.START: "El término coincide; el inicio no.",
    Reason.END: "El inicio coincide; el término no.",
    Reason.OTHER_ACTION: "Otra acción: a esa hora figura en {code}.",
    Reason.NO_ANSWER: "Pidió iniciar sesión, pero la confirmación no llegó al portal.",
    Reason.NOT_ENROLLED: "No está en la nómina de la acción.",
    Reason.LEFT_OUT: (
        "Puede estar en una fila del archivo que se dejó fuera sin saber de quién era."
    ),
    Reason.ADJUSTED: (
        "El porcentaje del portal incluye un ajuste de tiempo, que SENCE no tiene."
    ),
    Reason.UNKNOWN: "Sin explicación conocida.",
}


def why_gone(first: datetime, since: datetime) -> str:
    """Return why a mark of SENCE's is no difference, as a sentence, by both days."""
    return (
        "Ya no está en la última lista completa de SENCE: apareció en el archivo "
        f"subido el {timezone.localtime(first):%d-%m-%Y} y falta desde la lista "
        f"completa subida el {timezone.localtime(since):%d-%m-%Y}."
    )


def why(reason: Reason, detail: str = "") -> str:
    """Return why two records differ, as a sentence."""
    return REASONS[reason].format(code=detail or "otra")
