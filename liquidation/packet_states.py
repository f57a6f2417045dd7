"""The states of a packet in words and icons."""

from dataclasses import dataclass
from typing import Final

from courses.outlook import Badge
from liquidation.models import PacketState


@dataclass(frozen=True)
class Words:
    """A state as people read it."""

    badge: Badge
    meaning: str


WORDS: Final = {
    PacketState.DRAFT: Words(
        Badge("warning", "clock", PacketState.DRAFT.label),
        "Todavía le falta algo para enviarlo a la Dirección Regional.",
    ),
    PacketState.READY: Words(
        Badge("success", "check", PacketState.READY.label),
        "Tiene todo lo que se pide: se puede armar y enviar.",
    ),
    PacketState.SENT: Words(
        Badge("info", "arrow", PacketState.SENT.label),
        "La Dirección Regional lo tiene y todavía no responde.",
    ),
    PacketState.OBSERVED: Words(
        Badge("danger", "alert", PacketState.OBSERVED.label),
        "La Dirección Regional lo observó: hay que corregirlo y enviarlo otra vez.",
    ),
    PacketState.LIQUIDATED: Words(
        Badge("success", "lock", PacketState.LIQUIDATED.label),
        "La Dirección Regional liquidó sus acciones.",
    ),
}
MOVES: Final = {  # by the transition that led there
    "complete": "Quedó completo",
    "reopen": "Volvió a borrador: le falta algo",
    "send": "Pasó a enviado",
    "observe": "La Dirección Regional lo observó",
    "correct": "Volvió a borrador para corregirlo",
    "liquidate": "La Dirección Regional lo liquidó",
}


def words_of(state: str) -> Words:
    """Return how `state` is shown."""
    return WORDS[PacketState(state)]
