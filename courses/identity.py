"""What SENCE knows an action by: it keeps what was sent, whatever is edited since.

Records in production can never be deleted at SENCE (protocol.md, "Addresses"), nor
moved to another code. So whoever changes a code that has such records says, by a tick
of its own, that it was written wrongly.
"""

from collections.abc import Collection

from django.utils import timezone

from courses.models import Course, TrainingAction
from otec_portal.core.attention import how_many
from otec_portal.core.errors import DomainError

OF_ACTION = {"action_code", "line"}
OF_COURSE = {"sence_code"}
TO_TICK = "Marca la casilla si estaba mal escrito; si no, deja el de antes."


class IdentityUnconfirmed(DomainError):
    """What SENCE has records under would change, and nobody said that it was wrong."""

    code = "identity_unconfirmed"


def records_under(row: TrainingAction | Course) -> str:
    """Return in Spanish what has records in production by the codes of `row`, or ""."""
    if isinstance(row, TrainingAction):
        return _of_action(row)
    return _of_course(row)


def _of_action(action: TrainingAction) -> str:
    if action.production_used_at is None:
        return ""
    since = timezone.localtime(action.production_used_at)
    return (
        f"La acción tiene registros en producción desde el {since:%d-%m-%Y} y lleva "
        f"el código {action.action_code} en la línea {action.line}: SENCE no los "
        "traspasa a otro. Cámbialos solo si estaban mal escritos."
    )


def _of_course(course: Course) -> str:
    if course.pk is None:
        return ""
    actions = TrainingAction.objects.filter(course=course)
    number = actions.exclude(production_used_at=None).count()
    if not number:
        return ""
    return (
        f"El curso tiene {how_many(number, 'acción', 'acciones')} con registros en "
        f"producción y lleva el código SENCE {course.sence_code or 'en blanco'}: "
        "SENCE no los traspasa a otro. Cámbialo solo si estaba mal escrito."
    )


def refuse_unconfirmed(
    before: TrainingAction | Course, *, changed: Collection[str], confirmed: bool
) -> None:
    """Raise IdentityUnconfirmed where `changed` needs the tick that is not there.

    `before` is the row as the database has it, locked.
    """
    of = OF_ACTION if isinstance(before, TrainingAction) else OF_COURSE
    if not confirmed and of.intersection(changed) and records_under(before):
        raise IdentityUnconfirmed(TO_TICK)
