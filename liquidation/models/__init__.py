"""Sworn statements as SENCE's system has them, and what was learned of them."""

from liquidation.models.declarations import (
    TO_ISSUE,
    Declaration,
    DeclarationState,
    Source,
)
from liquidation.models.out_of_term import OutOfTermAnswer, OutOfTermRequest
from liquidation.models.reports import (
    DeclarationDocument,
    DeclarationReminder,
    DeclarationReport,
    GcaList,
)

__all__ = [
    "TO_ISSUE",
    "Declaration",
    "DeclarationDocument",
    "DeclarationReminder",
    "DeclarationReport",
    "DeclarationState",
    "GcaList",
    "OutOfTermAnswer",
    "OutOfTermRequest",
    "Source",
]
