"""After liquidation nobody sees the detail of attendance any more (question 132).

Neither who runs the action nor who was there: each page says so in its place. The
certificates stay downloadable and the records are kept; only their pages close. An
answer of SENCE that still waits for a person may be looked at and dismissed.
"""

from typing import Final

from django.db.models import Q

from courses.models import ActionState, TrainingAction

CLOSED: Final = (
    "SENCE ya liquidó esta acción, y desde entonces el detalle de su asistencia no se "
    "muestra ni se descarga. Los registros se conservan, y los certificados emitidos "
    "se pueden seguir descargando."
)
CLOSED_TO_PARTICIPANT: Final = (
    "SENCE ya liquidó este curso, y desde entonces el detalle de tus sesiones no se "
    "muestra. Tu asistencia quedó en el certificado del curso; si necesitas una copia "
    "o tienes una duda, pregunta a tu OTEC:"
)


def detail_is_closed(action: TrainingAction) -> bool:
    """Say whether the attendance of `action` may no longer be shown."""
    return action.decision == ActionState.LIQUIDATED


def detail_is_open(path: str = "") -> Q:
    """Select rows of actions whose attendance may be shown; `path` leads to the action.

    The same as `detail_is_closed`, turned round, in SQL.
    """
    return ~Q(**{f"{path}decision": ActionState.LIQUIDATED})
