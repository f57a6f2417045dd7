"""C10: evidence is written once; the database itself refuses to alter it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from attendance.models import (
    Adjustment,
    AdjustmentEvidence,
    BrowserReturn,
    Decision,
    Handover,
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
from liquidation.models import DeclarationDocument, DeclarationReport, GcaList
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.models import AuditEntry, TransitionLog
from tests.factories import (
    NOW,
    AdjustmentEvidenceFactory,
    AdjustmentFactory,
    DeclarationDocumentFactory,
    DeclarationReportFactory,
    GcaListFactory,
    ReceiptFactory,
    ReconciliationFactory,
    ReconciliationNoteFactory,
    SenceExportFactory,
    SenceFigureFactory,
    SenceMarkFactory,
    SenceSessionFactory,
    TrainingActionFactory,
    UserFactory,
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
    "attendance_handover",
    "attendance_receipt",
    "attendance_reconciliation",
    "attendance_reconciliationnote",
    "attendance_review",
    "attendance_senceexport",
    "attendance_sencefigure",
    "attendance_sencemark",
    "core_auditentry",
    "core_transitionlog",
    "liquidation_declarationdocument",
    "liquidation_declarationreport",
    "liquidation_gcalist",
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


@pytest.fixture(scope="module")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal on a file of SQLite, migrated from nothing by its own command."""
    path = tmp_path_factory.mktemp("sqlite") / "portal.sqlite3"
    migrate(path)
    return path


def migrate(path: Path, *target: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", *target],
        cwd=settings.ROOT_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "otec_portal.settings.test",
            "DATABASE_URL": f"sqlite:///{path}",
        },
        check=True,
        timeout=120,
    )


def guards(path: Path) -> set[str]:
    """The triggers that stand before the evidence in this file."""
    poke = sqlite3.connect(path)
    try:
        rows = poke.execute(
            "SELECT name FROM sqlite_master"
            " WHERE type = 'trigger' AND name LIKE 'attendance_%append_only%'"
        )
        return {name for (name,) in rows}
    finally:
        poke.close()


def test_evidence_whose_table_sqlite_makes_anew_stays_guarded(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """C10: SQLite alters a table by a copy, without triggers, back and forth."""
    path = tmp_path / "portal.sqlite3"
    shutil.copy(sqlite_file, path)
    guarded = guards(path)
    assert "attendance_receipt_append_only_delete" in guarded
    migrate(path, "attendance", "0010")
    assert guards(path) == guarded
    migrate(path, "attendance")
    assert guards(path) == guarded


def fill(poke: sqlite3.Connection, table: str) -> None:
    """Write one row of nothings, without Django, whatever its checks say."""
    poke.execute("PRAGMA ignore_check_constraints = ON")
    columns = poke.execute(f"PRAGMA table_info({table})").fetchall()
    needed = [
        (name, 1 if "int" in kind.lower() else "{}")
        for _, name, kind, not_null, _, _ in columns
        if not_null
    ]
    names, values = zip(*needed, strict=True)
    marks = ", ".join("?" * len(values))
    poke.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)


@EVERY_KIND
@COMMANDS
def test_evidence_in_a_sqlite_file_is_refused_to_other_programs(
    sqlite_file: Path, model: type[models.Model], command: str
) -> None:
    """C10: on SQLite too, whichever database this run uses."""
    table = model._meta.db_table
    poke = sqlite3.connect(sqlite_file)
    try:
        fill(poke, table)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            poke.execute(command.format(table=table, key=key_of(model).column))
    finally:
        poke.rollback()
        poke.close()


def test_evidence_replaced_on_sqlite_is_refused_by_our_own_connections(
    sqlite_file: Path,
) -> None:
    """C10: REPLACE deletes without asking the triggers, unless told to ask them."""
    table = Receipt._meta.db_table
    poke = sqlite3.connect(sqlite_file)
    poke.executescript(settings.SQLITE_PRAGMAS)
    try:
        fill(poke, table)
        (key,) = poke.execute(f"SELECT id FROM {table}").fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            poke.execute(f"REPLACE INTO {table} SELECT * FROM {table} WHERE id = {key}")
    finally:
        poke.rollback()
        poke.close()
