"""Sworn statements as SENCE's system has them; packets that ask for liquidation."""

from liquidation.models.builds import BuildState, PacketBuild
from liquidation.models.declarations import (
    TO_ISSUE,
    Declaration,
    DeclarationState,
    Source,
)
from liquidation.models.deliveries import (
    AnswerEvidence,
    Audience,
    Dispatch,
    PacketAnswer,
    PacketLink,
    Way,
)
from liquidation.models.out_of_term import OutOfTermAnswer, OutOfTermRequest
from liquidation.models.packets import Packet, PacketAction, PacketState
from liquidation.models.papers import Paper, PaperState, Placement
from liquidation.models.reports import (
    DeclarationDocument,
    DeclarationReminder,
    DeclarationReport,
    GcaList,
)

__all__ = [
    "TO_ISSUE",
    "AnswerEvidence",
    "Audience",
    "BuildState",
    "Declaration",
    "DeclarationDocument",
    "DeclarationReminder",
    "DeclarationReport",
    "DeclarationState",
    "Dispatch",
    "GcaList",
    "OutOfTermAnswer",
    "OutOfTermRequest",
    "Packet",
    "PacketAction",
    "PacketAnswer",
    "PacketBuild",
    "PacketLink",
    "PacketState",
    "Paper",
    "PaperState",
    "Placement",
    "Source",
    "Way",
]
