"""From the bytes of an upload to the rows of one of SENCE's exports.

Excel, CSV, or the page saved from the browser, Latin-1 or UTF-8; hostile files are
refused as those of rosters are (core/tabular).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from attendance.reconciliation.headings import Column, Layout, find_layout
from attendance.reconciliation.rows import (
    DeclarationRow,
    DetailRow,
    Export,
    ExportKind,
    LineProblem,
    PercentageRow,
    Row,
)
from attendance.reconciliation.times import (
    EMPTY,
    LONGEST,
    are_fractions,
    end_after,
    instants,
    read_count,
    read_date,
    read_per_cent,
    read_time,
)
from courses.roster.lines import read_run
from otec_portal.core import rut
from otec_portal.core.tabular.containers import Kind, Unreadable, kind_of
from otec_portal.core.tabular.reading import recognised, tables_of
from otec_portal.core.tabular.tables import Limits, Table

LIMITS: Final = Limits(
    size=10 * 1024 * 1024, height=100_000, characters=20_000_000
)  # 1,000 participants with 60 sessions each
MOST_MARKS: Final = 2_000  # of one person in an action
_MOST_MARKS: Final = f"{MOST_MARKS:,}".replace(",", ".")  # as it is read
_NO_HEADINGS: Final = (
    "No se encontraron los títulos de ninguna exportación de SENCE. El portal entiende "
    "el detalle de conectividad (Hora Inicio, Hora Fin), la lista con porcentajes "
    "(RUT, Porcentaje) y la lista de declaraciones juradas (RUT, N° sesiones, "
    "Estado DJ)."
)


class WrongLine(ValueError):
    """A line that can't be compared; its text is for the screen."""


def read_export(data: bytes) -> Export:
    """Return the export in `data`: of several tables, the one with most lines.

    Whatever the bytes are, the outcome is an Export or Unreadable.
    """
    tables = tables_of(data, LIMITS, web_pages=True)
    typed = kind_of(data, LIMITS) in {Kind.TEXT, Kind.WEB_PAGE}
    found = [
        _export(table, layout, typed=typed)
        for table, layout in recognised(tables, find_layout)
    ]
    if not found:
        raise Unreadable(_NO_HEADINGS, code="no_headings")
    best = max(found, key=lambda one: (len(one.rows), len(one.problems)))
    if not best.rows and not best.problems:
        raise Unreadable(
            "La exportación no tiene ninguna fila debajo de los títulos.",
            code="no_lines",
        )
    people = Counter(row.run for row in best.rows)
    if best.rows and people.most_common(1)[0][1] > MOST_MARKS:
        raise Unreadable(
            f"El archivo trae más de {_MOST_MARKS} marcas de una misma persona: no es "
            "la exportación de una acción.",
            code="too_many_lines",
        )
    return best


@dataclass
class _Lines:
    """What was read so far; the same said twice counts once."""

    rows: list[Row] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    said: dict[tuple[str, ...], int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def add(self, row: Row, *, once_per: str) -> None:
        if row.canonical in self.said:
            return
        if once_per and (before := self.said.get((once_per,))):
            raise WrongLine(
                f"El RUN ya está en la fila {before}, con otros datos: no se sabe cuál "
                "vale."
            )
        self.said[row.canonical] = self.said[(once_per,)] = row.number
        self.rows.append(row)


def _export(table: Table, layout: Layout, *, typed: bool) -> Export:
    """Read the lines of a table; `typed`: its cells are the text of a CSV or a page."""
    lines = _Lines()
    fractions = not typed and _are_fractions(table, layout)
    reader = _READERS.get(layout.kind) or _percentages(as_fraction=fractions)
    for number, row in lines_below(table.rows, layout):
        try:
            read = reader(layout, row, number)
            once_per = "" if isinstance(read, DetailRow | None) else read.run
            if read is not None:
                lines.add(read, once_per=once_per)
            elif run := _valid_run(layout, row):
                lines.silent.add(run)
        except WrongLine as wrong:
            run = _valid_run(layout, row)
            lines.problems.append(LineProblem(number, str(wrong), run))
    return Export(
        kind=layout.kind,
        sheet=table.name,
        headings=layout.headings,
        unused=layout.unused,
        rows=lines.rows,
        problems=lines.problems,
        has_runs=Column.RUN in layout.columns,
        silent=frozenset(lines.silent),
        as_fractions=fractions,
    )


def lines_below(
    rows: list[list[str]], layout: Layout
) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands under the headings, but for empty lines and page footers.

    With each line its number in the file, from 1 on.
    """
    for number, row in enumerate(rows[layout.row :], start=layout.row + 1):
        filled = [cell for cell in row if cell.strip()]
        told = [column for column in layout.columns if layout.cell(row, column)]
        if told and (len(filled) > 1 or rut.is_valid(filled[0])):
            yield number, row


_Reader = Callable[[Layout, list[str], int], Row | None]


def _are_fractions(table: Table, layout: Layout) -> bool:
    below = table.rows[layout.row :]
    return layout.kind == ExportKind.PERCENTAGES and are_fractions(
        layout.cell(row, Column.PER_CENT) for row in below
    )


def _percentages(*, as_fraction: bool) -> _Reader:
    def percentage(layout: Layout, row: list[str], number: int) -> PercentageRow:
        typed = layout.cell(row, Column.PER_CENT)
        per_cent = read_per_cent(typed, as_fraction=as_fraction)
        if per_cent is None:
            raise WrongLine(f"El porcentaje {_quoted(typed)} no se entiende.")
        return PercentageRow(
            number, _run(layout, row), layout.cell(row, Column.NAME), per_cent
        )

    return percentage


def _declaration(layout: Layout, row: list[str], number: int) -> DeclarationRow:
    typed = layout.cell(row, Column.SESSIONS)
    sessions = 0 if typed in EMPTY else read_count(typed)
    if sessions is None:
        raise WrongLine(f"El número de sesiones {_quoted(typed)} no se entiende.")
    return DeclarationRow(
        number=number,
        run=_run(layout, row),
        name=layout.cell(row, Column.NAME),
        sessions=sessions,
        state=layout.cell(row, Column.STATE),
    )


def _detail(layout: Layout, row: list[str], number: int) -> DetailRow | None:
    """Read one mark; a person who never came in has a line without one."""
    start, end = layout.cell(row, Column.START), layout.cell(row, Column.END)
    if start.lower() in EMPTY and end.lower() in EMPTY:
        return None
    run = _run(layout, row) if Column.RUN in layout.columns else ""
    starts = _start(start, layout.cell(row, Column.DATE))
    ends = None if end.lower() in EMPTY else _end(end, starts)
    if not all(instants(wall) for wall in (starts, ends) if wall):
        raise WrongLine(
            "Esa hora no existió en Chile: esa noche los relojes se adelantaron."
        )
    return DetailRow(number, run, layout.cell(row, Column.NAME), starts, ends)


_READERS: Final[dict[ExportKind, _Reader]] = {
    ExportKind.DETAIL: _detail,
    ExportKind.DECLARATIONS: _declaration,
}


def _start(typed: str, typed_day: str) -> datetime:
    start = read_time(typed)
    if start is None:
        raise WrongLine(f"La hora de inicio {_quoted(typed)} no se entiende.")
    day = read_date(typed) or read_date(typed_day)
    if day is None:
        raise WrongLine(f"La fecha {_quoted(typed_day)} no se entiende.")
    return datetime.combine(day, start)


def _end(typed: str, starts: datetime) -> datetime:
    end, day = read_time(typed), read_date(typed)
    if end is None:
        raise WrongLine(f"La hora de fin {_quoted(typed)} no se entiende.")
    ends = datetime.combine(day, end) if day else end_after(starts, end)
    if ends is None:
        raise WrongLine(
            "La marca termina antes de empezar. Si terminó al día siguiente, después "
            f"de más de {LONGEST // timedelta(hours=1)} horas, escribe también esa "
            "fecha."
        )
    if ends < starts:
        raise WrongLine("La marca termina antes de empezar.")
    return ends


def _run(layout: Layout, row: list[str]) -> str:
    run = _valid_run(layout, row)
    if not run:
        typed = layout.cell(row, Column.RUN)
        raise WrongLine(f"El RUN {_quoted(typed)} no es válido.")
    return run


def _valid_run(layout: Layout, row: list[str]) -> str:
    """Return whose line this is, or "" where that can't be read."""
    typed = layout.cell(row, Column.RUN)
    run = read_run(typed, digit=layout.cell(row, Column.DIGIT))
    return run if rut.is_valid(run) else ""


def _quoted(typed: str) -> str:
    return f"«{typed}»" if typed else "está en blanco y"
