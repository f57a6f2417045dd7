"""After liquidation nobody sees the detail of attendance any more (question 132).

The certificates stay downloadable and the records are kept; only their pages close.
"""

from courses.models import ActionState, TrainingAction

CLOSED = (
    "SENCE ya liquidó esta acción, y desde entonces el detalle de su asistencia no se "
    "muestra ni se descarga. Los registros se conservan, y los certificados emitidos "
    "se pueden seguir descargando."
)


def detail_is_closed(action: TrainingAction) -> bool:
    """Say whether the attendance of `action` may no longer be shown."""
    return action.decision == ActionState.LIQUIDATED
