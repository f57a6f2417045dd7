"""Which column of an export holds what, told by the headings as SENCE writes them.

Accents, case, order and further columns don't matter. RUN and names: as in rosters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from attendance.reconciliation.rows import ExportKind
from courses.roster import columns as roster
from otec_portal.core.folding import fold
from otec_portal.core.tabular.tables import clean

_SEARCHED: Final = 50  # rows in which the headings may stand


class Column(StrEnum):
    """What a column may hold; the values are SENCE's own headings."""

    RUN = "RUT"
    DIGIT = "Dígito verificador"
    NAME = "Nombre"
    DATE = "Fecha"
    FACILITATOR = "Facilitador"
    CLASS_START = "Inicio Sesión"
    CLASS_END = "Fin Sesión"
    CLASS_LENGTH = "Duración Sesión"
    START = "Hora Inicio"
    END = "Hora Fin"
    LENGTH = "Duración Participante"
    PER_CENT = "Porcentaje"
    SESSIONS = "N° sesiones"
    STATE = "Estado DJ"


_SPELLINGS: Final = {
    Column.DATE: "fecha, fecha sesion, fecha de la sesion, dia",
    Column.FACILITATOR: "facilitador, facilitadora, relator, relatora, tutor",
    Column.CLASS_START: "inicio sesion, inicio de sesion, inicio clase, sesion inicio",
    Column.CLASS_END: (
        "fin sesion, fin de sesion, termino sesion, termino de sesion, fin clase"
    ),
    Column.CLASS_LENGTH: "duracion sesion, duracion de sesion, duracion clase",
    Column.START: (
        "hora inicio, hora de inicio, hora inicio participante, inicio participante, "
        "hora entrada, fecha hora inicio, fecha y hora inicio"
    ),
    Column.END: (
        "hora fin, hora de fin, hora termino, hora de termino, hora fin participante, "
        "fin participante, hora salida, fecha hora fin, fecha y hora fin"
    ),
    Column.LENGTH: "duracion participante, duracion del participante, duracion",
    Column.PER_CENT: (
        "porcentaje, porcentaje asistencia, porcentaje de asistencia, asistencia, "
        "porcentaje participante"
    ),
    Column.SESSIONS: (
        "n sesiones, no sesiones, nro sesiones, num sesiones, numero sesiones, "
        "numero de sesiones, n de sesiones, no de sesiones, cantidad sesiones, "
        "cantidad de sesiones, total sesiones, total de sesiones, sesiones"
    ),
    Column.STATE: (
        "estado dj, estado d j, estado de dj, estado de la dj, dj, estado, "
        "estado declaracion jurada, estado de declaracion jurada, "
        "estado de la declaracion jurada, estado declaracion, declaracion jurada"
    ),
}
_MEANINGS: Final = {
    name: column
    for column, spellings in _SPELLINGS.items()
    for name in spellings.split(", ")
}
_OF_ROSTERS: Final = {
    roster.Field.RUN: Column.RUN,
    roster.Field.DIGIT: Column.DIGIT,
    roster.Field.FIRST: Column.NAME,
    roster.Field.SECOND: Column.NAME,
    roster.Field.LAST: Column.NAME,
    roster.Field.MATERNAL: Column.NAME,
    roster.Field.FULL: Column.NAME,
}
Needs = Sequence[tuple[ExportKind, set[Column]]]
# by what a table is known, the most telling first
TO_COMPARE: Final[Needs] = (
    (ExportKind.DETAIL, {Column.START, Column.END}),
    (ExportKind.DECLARATIONS, {Column.RUN, Column.SESSIONS, Column.STATE}),
    (ExportKind.PERCENTAGES, {Column.RUN, Column.PER_CENT}),
)


def meaning_of(heading: str) -> Column | None:
    """Return what a column with this heading holds, or None."""
    bare = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(heading)).split())
    if (column := _MEANINGS.get(bare)) is not None:
        return column
    known = roster.meaning_of(heading)
    return _OF_ROSTERS.get(known) if known else None


def _is_vague(cell: tuple[int, str]) -> bool:
    """Say whether a heading means something only where no other one does."""
    return fold(cell[1]) == "estado"


@dataclass(frozen=True)
class Layout:
    """Where the headings stand (`row` counts from 1), and which columns hold what."""

    kind: ExportKind
    row: int
    columns: dict[Column, list[int]]
    headings: list[tuple[str, str]]
    unused: list[str]

    def cell(self, row: list[str], column: Column) -> str:
        """Return what `row` has in `column`; of names in several, all of them."""
        places = self.columns.get(column, [])
        found = [clean(row[place]) for place in places if place < len(row)]
        return " ".join(filter(None, found))


def find_layout(rows: list[list[str]], *, needs: Needs = TO_COMPARE) -> Layout | None:
    """Return the layout by the first row that has the headings of an export.

    `needs` says which columns make a row the headings of which export.
    """
    for number, row in enumerate(rows[:_SEARCHED], start=1):
        columns: dict[Column, list[int]] = {}
        headings, unused = [], []
        for place, cell in sorted(enumerate(row), key=_is_vague):
            heading = clean(cell)
            column = meaning_of(heading)
            if column is None or (column in columns and column != Column.NAME):
                unused += [heading] if heading else []
            else:
                columns.setdefault(column, []).append(place)
                headings.append((heading, column.value))
        for kind, needed in needs:
            if needed <= columns.keys():
                return Layout(kind, number, columns, headings, unused)
    return None
