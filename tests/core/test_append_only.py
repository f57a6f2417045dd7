"""C10: evidence is written once; the database itself refuses to alter it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from attendance.models import (
    Adjustment,
    AdjustmentEvidence,
    BrowserReturn,
    Decision,
    ExportSighting,
    Handover,
    LeftOutLine,
    MarkTurn,
    Outcome,
    Receipt,
    Reconciliation,
    ReconciliationNote,
    Review,
    SenceExport,
    SenceFigure,
    SenceMark,
    Step,
    Verdict,
)
from certificates.models import (
    AnnulmentDecision,
    AnnulmentEvidence,
    AnnulmentRequest,
    Certificate,
    CertificateFile,
    DecisionEvidence,
)
from courses.models import Reminder, ReminderDigest, ReminderLine
from liquidation.models import (
    AnswerEvidence,
    DeclarationDocument,
    DeclarationReport,
    Dispatch,
    GcaList,
    OutOfTermAnswer,
    OutOfTermRequest,
    PacketAnswer,
)
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.models import AuditEntry, TransitionLog
from tests.factories import NOW
from tests.factories.attendance import (
    AdjustmentEvidenceFactory,
    AdjustmentFactory,
    ExportSightingFactory,
    LeftOutLineFactory,
    MarkTurnFactory,
    ReceiptFactory,
    ReconciliationFactory,
    ReconciliationNoteFactory,
    SenceExportFactory,
    SenceFigureFactory,
    SenceMarkFactory,
    SenceSessionFactory,
)
from tests.factories.certificates import (
    AnnulmentDecisionFactory,
    AnnulmentEvidenceFactory,
    AnnulmentRequestFactory,
    CertificateFactory,
    CertificateFileFactory,
    DecisionEvidenceFactory,
)
from tests.factories.core import UserFactory
from tests.factories.courses import (
    ReminderDigestFactory,
    ReminderFactory,
    ReminderLineFactory,
    TrainingActionFactory,
)
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationReportFactory,
    GcaListFactory,
    OutOfTermAnswerFactory,
    OutOfTermRequestFactory,
)
from tests.factories.packets import (
    AnswerEvidenceFactory,
    DispatchFactory,
    PacketAnswerFactory,
)


def a_handover() -> Handover:
    session = SenceSessionFactory()
    return Handover.objects.create(
        session=session,
        step=Step.START,
        token=session.token,
        url="https://sence.example",
        fields={},
        at=NOW,
    )


ROWS: dict[type[models.Model], Callable[[], models.Model]] = {
    AuditEntry: lambda: AuditEntry.objects.create(at=NOW, action="x"),
    TransitionLog: lambda: TransitionLog.objects.create(
        target_type="x", target_id=1, transition="x", state="x", at=NOW
    ),
    Receipt: ReceiptFactory,
    SenceExport: SenceExportFactory,
    ExportSighting: ExportSightingFactory,
    LeftOutLine: LeftOutLineFactory,
    MarkTurn: MarkTurnFactory,
    SenceMark: SenceMarkFactory,
    SenceFigure: SenceFigureFactory,
    Reconciliation: ReconciliationFactory,
    ReconciliationNote: ReconciliationNoteFactory,
    Decision: lambda: Decision.objects.create(
        receipt=ReceiptFactory(), outcome=Outcome.APPLIED, at=NOW
    ),
    BrowserReturn: lambda: BrowserReturn.objects.create(
        receipt=ReceiptFactory(), own=True, at=NOW
    ),
    Review: lambda: Review.objects.create(
        receipt=ReceiptFactory(), verdict=Verdict.DISMISSED, by=UserFactory(), at=NOW
    ),
    Handover: a_handover,
    Adjustment: AdjustmentFactory,
    AdjustmentEvidence: AdjustmentEvidenceFactory,
    GcaList: GcaListFactory,
    DeclarationReport: lambda: DeclarationReportFactory(
        declaration__action=TrainingActionFactory()
    ),
    DeclarationDocument: DeclarationDocumentFactory,
    Certificate: CertificateFactory,
    CertificateFile: CertificateFileFactory,
    AnnulmentRequest: AnnulmentRequestFactory,
    AnnulmentEvidence: AnnulmentEvidenceFactory,
    AnnulmentDecision: AnnulmentDecisionFactory,
    DecisionEvidence: DecisionEvidenceFactory,
    OutOfTermRequest: OutOfTermRequestFactory,
    OutOfTermAnswer: OutOfTermAnswerFactory,
    Dispatch: DispatchFactory,
    PacketAnswer: PacketAnswerFactory,
    AnswerEvidence: AnswerEvidenceFactory,
    Reminder: ReminderFactory,
    ReminderDigest: ReminderDigestFactory,
    ReminderLine: ReminderLineFactory,
}
EVERY_KIND = pytest.mark.parametrize(
    "model", ROWS, ids=lambda model: str(model.__name__)
)
COMMANDS = pytest.mark.parametrize(
    "command", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}"]
)


def key_of(model: type[models.Model]) -> Any:
    return model._meta.pk


def test_append_only_models_are_all_known_to_this_test() -> None:
    """C10: who adds a kind of evidence must prove here that it can't be altered."""
    assert set(AppendOnlyModel.__subclasses__()) == set(ROWS)


# protocol.md, docs/adr/0002: what may be disputed; by hand, not read from the models
EVIDENCE = [
    "attendance_adjustment",
    "attendance_adjustmentevidence",
    "attendance_browserreturn",
    "attendance_decision",
    "attendance_exportsighting",
    "attendance_handover",
    "attendance_leftoutline",
    "attendance_markturn",
    "attendance_receipt",
    "attendance_reconciliation",
    "attendance_reconciliationnote",
    "attendance_review",
    "attendance_senceexport",
    "attendance_sencefigure",
    "attendance_sencemark",
    "certificates_annulmentdecision",
    "certificates_annulmentevidence",
    "certificates_annulmentrequest",
    "certificates_certificate",
    "certificates_certificatefile",
    "certificates_decisionevidence",
    "core_auditentry",
    "core_transitionlog",
    "courses_reminder",
    "courses_reminderdigest",
    "courses_reminderline",
    "liquidation_answerevidence",
    "liquidation_declarationdocument",
    "liquidation_declarationreport",
    "liquidation_dispatch",
    "liquidation_gcalist",
    "liquidation_outoftermanswer",
    "liquidation_outoftermrequest",
    "liquidation_packetanswer",
]


@pytest.mark.django_db
def test_evidence_is_guarded_by_the_database_table_by_table() -> None:
    """C10: a table may lose its guard with a migration, whatever its model says."""
    query = {
        "postgresql": (
            "SELECT DISTINCT relname FROM pg_trigger"
            " JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname LIKE '%append_only%' AND tgenabled = 'O'"
        ),
        "sqlite": (
            "SELECT DISTINCT tbl_name FROM sqlite_master"
            " WHERE type = 'trigger' AND name LIKE '%append_only%'"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert sorted(row[0] for row in cursor.fetchall()) == EVIDENCE


@EVERY_KIND
@pytest.mark.django_db
def test_evidence_truncated_is_refused(
    postgresql: None, model: type[models.Model]
) -> None:
    """C10: whoever owns the tables may, unless the tables themselves refuse it."""
    row = ROWS[model]()
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # no key may wait for the end of the transaction
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")
    assert model._default_manager.filter(pk=row.pk).exists()


@EVERY_KIND
@COMMANDS
@pytest.mark.django_db
def test_evidence_changed_by_sql_is_refused(
    model: type[models.Model], command: str
) -> None:
    """C10: whoever reaches the database past the portal is refused as well."""
    row = ROWS[model]()
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match=f"{table} is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command.format(table=table, key=key_of(model).column))
    assert model._default_manager.filter(pk=row.pk).exists()


@EVERY_KIND
@pytest.mark.django_db
def test_evidence_saved_again_is_refused(model: type[models.Model]) -> None:
    """C10: by the ORM neither: save, update, delete."""
    row = ROWS[model]()
    rows = model._default_manager.filter(pk=row.pk)
    same = {key_of(model).name: row.pk}
    for attempt in (row.save, row.delete, rows.delete, lambda: rows.update(**same)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()
