"""Sessions with SENCE and the evidence of them."""

from attendance.models.alerts import AlertSubject, OperatorAlert
from attendance.models.classes import ClassState, TrainingClass
from attendance.models.handovers import Handover, Step
from attendance.models.mark_turns import MarkTurn
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
from attendance.models.reconciliation import (
    ExportSighting,
    ExportUpload,
    LeftOutLine,
    Reconciliation,
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceMark,
)
from attendance.models.session_states import (
    LIVE,
    RUNNING,
    Clock,
    Level,
    SessionState,
)
from attendance.models.sessions import SenceSession
from attendance.models.tokens import SenceToken, TokenState
from attendance.models.totals import (
    Adjustment,
    AdjustmentEvidence,
    AttendanceTotal,
    ClassTime,
)

__all__ = [
    "LIVE",
    "RUNNING",
    "Adjustment",
    "AdjustmentEvidence",
    "AlertSubject",
    "AttendanceTotal",
    "BrowserReturn",
    "CallbackKind",
    "ClassState",
    "ClassTime",
    "Clock",
    "Decision",
    "ExportSighting",
    "ExportUpload",
    "Flag",
    "Handover",
    "LeftOutLine",
    "Level",
    "MarkTurn",
    "OperatorAlert",
    "Outcome",
    "Receipt",
    "Reconciliation",
    "ReconciliationNote",
    "Review",
    "SenceExport",
    "SenceFigure",
    "SenceMark",
    "SenceSession",
    "SenceToken",
    "SessionState",
    "Step",
    "TokenState",
    "TrainingClass",
    "Verdict",
]
