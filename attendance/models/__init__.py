"""Sessions with SENCE and the evidence of them."""

from attendance.models.alerts import OperatorAlert
from attendance.models.receipts import (
    BrowserReturn,
    CallbackKind,
    Decision,
    Flag,
    Outcome,
    Receipt,
    Review,
    Verdict,
)
from attendance.models.sessions import (
    LIVE,
    Clock,
    Handover,
    Level,
    SenceSession,
    SessionState,
    Step,
)
from attendance.models.tokens import SenceToken, TokenState

__all__ = [
    "LIVE",
    "BrowserReturn",
    "CallbackKind",
    "Clock",
    "Decision",
    "Flag",
    "Handover",
    "Level",
    "OperatorAlert",
    "Outcome",
    "Receipt",
    "Review",
    "SenceSession",
    "SenceToken",
    "SessionState",
    "Step",
    "TokenState",
    "Verdict",
]
