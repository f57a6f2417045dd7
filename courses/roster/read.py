"""From the bytes of an upload to the lines of a roster."""

from dataclasses import dataclass
from typing import Final

from courses.roster.columns import Layout, find_layout
from courses.roster.lines import MAX_ROWS, MOST_ROWS, Line, lines_of
from otec_portal.core.tabular.containers import Unreadable
from otec_portal.core.tabular.reading import recognised, tables_of

_NO_HEADINGS: Final = (
    "No se encontró la fila de títulos. La planilla necesita una columna «RUN» (o "
    "«RUT») y otra con los nombres. La plantilla ya las trae."
)
_NO_LINES: Final = (
    "La nómina no tiene participantes. Escribe una fila por persona debajo de los "
    "títulos."
)


@dataclass(frozen=True)
class Roster:
    """What a file says, not yet compared with anything."""

    sheet: str  # "" for a CSV
    layout: Layout
    lines: list[Line]


def read_roster(data: bytes) -> Roster:
    """Return the roster in `data`, from the first sheet that has one.

    Whatever the bytes are, the outcome is a Roster or Unreadable.
    """
    found = [
        Roster(table.name, layout, lines_of(table.rows, layout))
        for table, layout in recognised(tables_of(data), find_layout)
    ]
    if not found:
        raise Unreadable(_NO_HEADINGS, code="no_headings")
    roster = next((one for one in found if one.lines), None)
    if roster is None:
        raise Unreadable(_NO_LINES, code="no_lines")
    if len(roster.lines) > MAX_ROWS:
        raise Unreadable(
            f"La nómina tiene más de {MOST_ROWS} participantes. Divídela en varios "
            "archivos.",
            code="too_many_lines",
        )
    return roster
