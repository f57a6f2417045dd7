"""Notices and who gets them, as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from courses.ladder import Kind
from courses.notices import NATIONAL, OVER, REGIONAL, Plan
from otec_portal.core.attention import how_many
from otec_portal.core.models import Membership, TrainingBody
from otec_portal.core.to_sence import reaches

KIND_LABELS: Final[Mapping[Kind, str]] = {
    Kind.ORDINARY: "Día 40: emitir el certificado, o entregar al OTIC",
    Kind.LAST: "Día 59: último día para emitir, con justificación",
    Kind.LIQUIDATION: "Día 60: liquidar",
    Kind.ANSWER: "Respuesta a una solicitud de anulación",
    Kind.DECLARATION: "Declaración jurada de una parcial, desde el 1 de enero",
}
ALL: Final = "Todos los elegidos"
FINAL_ONLY: Final = "Solo los de los plazos finales"
NONE: Final = "Ninguno"


def notice_label(notice: int) -> str:
    """Return when a notice comes.

    >>> notice_label(3), notice_label(0)
    ('3 días antes', 'El mismo día')
    """
    if notice == OVER:
        return "Una vez, cuando el plazo ya venció"
    return f"{how_many(notice, 'día', 'días')} antes" if notice else "El mismo día"


@dataclass(frozen=True)
class Recipient:
    """Somebody who may act, which reminders reach them, and why not all."""

    membership: Membership
    gets: str
    because: str


def recipients(body: TrainingBody, plan: Plan) -> list[Recipient]:
    """Return who may act for `body`, by name, and what reaches each. Two queries."""
    rows = (
        Membership.objects.in_force()
        .filter(training_body=body, role__in=[NATIONAL, REGIONAL], user__is_active=True)
        .select_related("user", "reminder_silence")
        .prefetch_related("regions")
        .order_by("user__full_name", "pk")
    )
    return [_recipient(one, plan) for one in rows]


def _recipient(membership: Membership, plan: Plan) -> Recipient:
    silent = hasattr(membership, "reminder_silence")
    if not membership.user.email:
        return Recipient(membership, NONE, "No tiene correo")
    if not reaches(membership.user.email):
        because = "Su correo es de SENCE, adonde el portal no escribe por su cuenta"
        return Recipient(membership, NONE, because)
    if not silent and membership.role in plan.roles:
        return Recipient(membership, ALL, "")
    because = "Prefirió no recibirlos" if silent else "Su perfil no está elegido"
    national = membership.role == NATIONAL
    return Recipient(membership, FINAL_ONLY if national else NONE, because)
