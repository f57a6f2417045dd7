"""What rows are called, in the history and in /administracion/."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

import pytest
from django.db import models

from attendance.models import BrowserReturn, Receipt, ReconciliationNote
from otec_portal.core import audit
from otec_portal.core.models import AuditEntry, SignInAttempt
from tests.factories.attendance import ReceiptFactory

ROOT = Path(__file__).parents[1]
ROOMS = ("otec_portal", "courses", "attendance", "certificates", "liquidation")
LATE_AT_NIGHT = datetime(2026, 6, 16, 3, 30, tzinfo=UTC)  # the 15th, 23:30 in Santiago


@pytest.mark.parametrize(
    "row",
    [
        Receipt(kind="close_confirmed", received_at=LATE_AT_NIGHT),
        BrowserReturn(at=LATE_AT_NIGHT),
        ReconciliationNote(at=LATE_AT_NIGHT),
        AuditEntry(at=LATE_AT_NIGHT, action="x"),
        SignInAttempt(at=LATE_AT_NIGHT, key="x"),
    ],
    ids=lambda row: type(row).__name__,
)
def test_title_that_names_a_moment_names_that_of_santiago(row: models.Model) -> None:
    """E2: the clock of the wall, and its day."""
    assert "15-06-2026" in str(row)
    assert "03:30" not in str(row)


@pytest.mark.django_db
def test_history_keeps_the_title_of_a_receipt_by_the_clock_of_santiago() -> None:
    """What the history keeps is never mended afterwards."""
    entry = audit.record(
        "attendance.receipt_reviewed",
        at=LATE_AT_NIGHT,
        by=None,
        training_body=None,
        target=ReceiptFactory(received_at=LATE_AT_NIGHT),
    )
    assert entry.target_label == "Inicio confirmado 15-06-2026 23:30:00"


def test_moments_are_written_in_the_zone_of_santiago() -> None:
    """Django keeps them in UTC: after 20:00 in Santiago that is another day."""
    strangers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if _writes_a_stored_moment(node)
    ]
    assert strangers == []


def _writes_a_stored_moment(node: ast.AST) -> TypeGuard[ast.expr]:
    """Say whether a field that is a moment is formatted as it was stored."""
    match node:
        case ast.FormattedValue(value=ast.Attribute(attr=name)):
            return re.fullmatch(r"(\w+_)?at", name) is not None
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr=how)):
            return how == "strftime" and re.fullmatch(r"(\w+_)?at", name) is not None
        case _:
            return False


@pytest.mark.parametrize(
    ("stored", "line"),
    [
        (True, "f'{self.received_at:%d-%m-%Y}'"),
        (True, "f'{one.at}'"),
        (True, "note.at.strftime('%H:%M')"),
        (False, "f'{localtime(self.received_at):%d-%m-%Y}'"),
        (False, "f'{action.starts_on:%d-%m-%Y}'"),
        (False, "f'{one.format}'"),
    ],
)
def test_writing_of_a_stored_moment_is_recognised(stored: bool, line: str) -> None:
    tree = ast.walk(ast.parse(line))
    assert any(_writes_a_stored_moment(node) for node in tree) == stored
