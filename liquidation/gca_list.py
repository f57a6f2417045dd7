"""Reading the participants' list of SENCE's system (GCA): a file, or pasted.

RUT, Nombre, N° sesiones, Estado DJ, by the reader of all tables (core/tabular) and the
headings of SENCE's exports; with or without headings. No database.
"""

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Final

from attendance.reconciliation.headings import Column, Layout, find_layout
from attendance.reconciliation.read import lines_below
from attendance.reconciliation.rows import ExportKind
from courses.roster import lines as roster
from liquidation.models import DeclarationState
from otec_portal.core import rut
from otec_portal.core.folding import fold
from otec_portal.core.tabular import texts
from otec_portal.core.tabular.containers import Kind, Unreadable, kind_of
from otec_portal.core.tabular.reading import recognised, tables_of
from otec_portal.core.tabular.tables import Limits, Table, clean

MAX_TEXT: Final = 1_000_000  # characters, which the browser carries to be confirmed
LIMITS: Final = Limits(characters=MAX_TEXT)
MAX_LINES: Final = 5_000
_BEGINS_WITHIN: Final = 10  # rows, where there are no headings
_NEEDS: Final = ((ExportKind.DECLARATIONS, {Column.RUN, Column.STATE}),)
_USUAL: Final = (Column.RUN, Column.NAME, Column.SESSIONS, Column.STATE)
_WORDS: Final = {
    "emitid": DeclarationState.ISSUED,
    "pendiente de emi": DeclarationState.PENDING,
    "pendiente de validacion": DeclarationState.IN_VALIDATION,
    "aprobad": DeclarationState.REISSUE_APPROVED,
    "rechazad": DeclarationState.REJECTED,
    "anulad": DeclarationState.ANNULLED,
}


@dataclass(frozen=True)
class GcaRow:
    """One line of the list, as it was written; `number` counts from 1.

    `run` is in its stored form where it is one, and as it came where it isn't.
    """

    number: int
    run: str
    name: str
    sessions: str
    state: str


def as_text(data: bytes) -> str:
    """Return the list in a file as text that `read` understands; its lines stay.

    Excel, CSV, or the page saved from the browser. Raises Unreadable.
    """
    if kind_of(data, LIMITS) == Kind.TEXT:
        return _within(texts.decode(data))
    table, _ = _find(tables_of(data, LIMITS, web_pages=True))
    written = StringIO()
    rows = ([clean(cell) for cell in row] for row in table.rows)
    csv.writer(written, delimiter="\t", lineterminator="\n").writerows(rows)
    return _within(written.getvalue())


def read(text: str) -> list[GcaRow]:
    """Return the lines of the list. Raises Unreadable: empty, too_long, columns…"""
    table, layout = _find(tables_of(_within(text).encode(), LIMITS, web_pages=True))
    below = list(lines_below(table.rows, layout))
    if len(below) > MAX_LINES:
        raise Unreadable(
            f"La lista tiene más de {MAX_LINES:,} líneas.".replace(",", "."),
            code="too_long",
        )
    return [_row(number, row, layout) for number, row in below]


def read_run(text: str) -> str | None:
    """Return a RUN in its stored form, or None."""
    try:
        return rut.normalise(text)
    except ValueError:
        return None


def read_state(text: str) -> DeclarationState | None:
    """Return the state that these words mean, or None.

    >>> read_state("Declaración Jurada Aprobado para su Re-emisión").value
    'reissue_approved'
    """
    words = fold(text).removeprefix("dj ").removeprefix("declaracion jurada ")
    if words == "pendiente":
        return DeclarationState.PENDING
    for begin, state in _WORDS.items():
        if words.startswith(begin):
            return state
    return None


def _within(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Unreadable(
            "La lista es demasiado larga. Deja solo la tabla de participantes.",
            code="too_big",
        )
    return text


def _find(tables: list[Table]) -> tuple[Table, Layout]:
    """Return the table with the list, the one with most lines, and its columns."""
    found = recognised(tables, _layout)
    if not found:
        raise Unreadable(
            "No se reconocen las columnas. Trae la lista con sus títulos: RUT, Nombre, "
            "N° sesiones, Estado DJ.",
            code="columns",
        )
    return max(found, key=lambda one: sum(1 for _ in lines_below(one[0].rows, one[1])))


def _layout(rows: list[list[str]]) -> Layout | None:
    if layout := find_layout(rows, needs=_NEEDS):
        return layout
    for place, row in enumerate(rows[:_BEGINS_WITHIN]):
        if len(row) >= len(_USUAL) and rut.is_valid(clean(row[0])):
            columns = {column: [number] for number, column in enumerate(_USUAL)}
            return Layout(ExportKind.DECLARATIONS, place, columns, [], [])
    return None


def _row(number: int, row: list[str], layout: Layout) -> GcaRow:
    typed, digit = (layout.cell(row, one) for one in (Column.RUN, Column.DIGIT))
    return GcaRow(
        number=number,
        run=roster.read_run(typed, digit=digit),
        name=layout.cell(row, Column.NAME),
        sessions=layout.cell(row, Column.SESSIONS),
        state=layout.cell(row, Column.STATE),
    )
