"""How packets, papers and builds move: the tables by hand, a row of each state."""

from collections.abc import Callable
from typing import Any

from django.db import models

from liquidation.models import (
    BuildState,
    Packet,
    PacketBuild,
    PacketState,
    Paper,
    PaperState,
)
from otec_portal.core.workflow import Stateful
from tests.factories import NOW
from tests.factories.packets import PacketBuildFactory, PacketFactory, PaperFactory

# domain.md, "Liquidation"; not read from the models
ALLOWED: dict[type[Stateful], dict[str, tuple[set[str], str]]] = {
    Packet: {
        "complete": ({"draft"}, "ready"),
        "reopen": ({"ready"}, "draft"),
        "send": ({"ready"}, "sent"),
        "observe": ({"sent"}, "observed"),
        "correct": ({"observed"}, "draft"),
        "liquidate": ({"sent"}, "liquidated"),
    },
    Paper: {
        "place": ({"unplaced"}, "placed"),
        "take_out": ({"placed"}, "unplaced"),
        "replace": ({"placed"}, "replaced"),
        "discard": ({"unplaced"}, "discarded"),
        "bring_back": ({"replaced", "discarded"}, "unplaced"),
    },
    PacketBuild: {
        "claim": ({"waiting", "building"}, "building"),
        "finish": ({"building"}, "built"),
        "fail": ({"building"}, "failed"),
        "retry": ({"failed"}, "waiting"),
    },
}
STATES: dict[type[Stateful], type[models.TextChoices]] = {
    Packet: PacketState,
    Paper: PaperState,
    PacketBuild: BuildState,
}
FILES: dict[str, Any] = {
    "built_at": NOW,
    "zip_key": "packets/1",
    "zip_sha256": "a" * 64,
    "pdf_key": "packets/2",
    "pdf_sha256": "b" * 64,
}


def a_packet(state: str) -> Packet:
    made: Packet = PacketFactory(state=state)
    return made


def a_paper(state: str) -> Paper:
    packet = PacketFactory()
    new = PaperFactory(packet=packet) if state == PaperState.REPLACED else None
    made: Paper = PaperFactory(packet=packet, state=state, replaced_by=new)
    return made


def a_build(state: str) -> PacketBuild:
    told: dict[str, dict[str, Any]] = {
        BuildState.BUILT: {"built": True},
        BuildState.FAILED: {"failure": "El disco está lleno."},
    }
    made: PacketBuild = PacketBuildFactory(**{"state": state} | told.get(state, {}))
    return made


MAKE: dict[type[Stateful], Callable[[str], Stateful]] = {
    Packet: a_packet,
    Paper: a_paper,
    PacketBuild: a_build,
}


def changes(row: Stateful, transition: str) -> dict[str, Any]:
    """Return what has to change together with the state, as the constraints want it."""
    if isinstance(row, Paper):
        return {
            "replace": lambda: {"replaced_by_id": PaperFactory(packet=row.packet).pk},
            "bring_back": lambda: {"replaced_by_id": None},
        }.get(transition, dict)()
    return {
        "finish": FILES,
        "fail": {"failure": "El disco está lleno."},
        "retry": {"failure": ""},
    }.get(transition, {})
