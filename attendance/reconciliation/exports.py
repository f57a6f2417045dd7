"""A comparison to take away, as Excel or CSV, row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attendance.models import ReconciliationNote
from attendance.reconciliation.compare import compare_action, wall
from attendance.reconciliation.screen import Row, everything
from courses.models import TrainingAction
from otec_portal.core import csv_file, excel, rut
from otec_portal.core.excel import Cell
from otec_portal.core.models import Membership

HEADERS: Final = (
    "Resultado",
    "Motivo probable",
    "RUT",
    "Participante",
    "Inicio en el portal",
    "Fin en el portal",
    "Inicio en SENCE",
    "Fin en SENCE",
    "Notas",
)
FORMATS: Final = {"xlsx": excel.CONTENT_TYPE, "csv": csv_file.CONTENT_TYPE}


def stream(
    action: TrainingAction, *, format_: str, seen_by: Membership, now: datetime
) -> Iterator[bytes]:
    """Yield the whole comparison as a file of `format_`."""
    found = compare_action(action, now=now, seen_by=seen_by)
    rows = (_cells(row) for row in everything(action, found))
    if format_ == "csv":
        return csv_file.stream(HEADERS, rows)
    return excel.stream(HEADERS, rows, sheet="Comparación con SENCE")


def _cells(row: Row) -> tuple[Cell, ...]:
    ours, theirs = row.ours, row.theirs
    return (
        row.badge.text,
        row.why,
        rut.display(row.run),
        row.name,
        _time(ours.starts_at if ours else None),
        _time(ours.ends_at if ours else None),
        _time(theirs.starts_at if theirs else None),
        _time(theirs.ends_at if theirs else None),
        "\n".join(map(_told, row.notes)),
    )


def _told(note: ReconciliationNote) -> str:
    return f"{wall(note.at):%d-%m-%Y} {note.by.full_name}: {note.text}"


def _time(at: datetime | None) -> datetime | None:
    return wall(at).replace(microsecond=0) if at else None
