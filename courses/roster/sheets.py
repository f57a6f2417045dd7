"""Rosters that leave as spreadsheets: the template, and the list itself."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import xlsxwriter
from django.db.models import QuerySet

from courses.models import Enrolment
from courses.roster.lines import MAX_ROWS
from courses.roster.preview import YES_OR_NO
from otec_portal.core import rut
from otec_portal.core.excel import stream

# an import of what was exported finds the columns by these headings again
HEADINGS: Final = ("RUN", "Nombres", "Apellidos", "Correo", "Exento")
_WIDTHS: Final = (16, 28, 28, 34, 12)
_AT_ONCE: Final = 2000  # rows fetched from the database
_EXAMPLE: Final = (
    rut.display(rut.with_check_digit(12_345_678)),
    "María José",
    "Pérez Soto",
    "maria.perez@correo.example",
    "No",
)
_HELP: Final = (
    "Una fila por participante. Borra la fila de ejemplo antes de subir el archivo.",
    "RUN: con o sin puntos, con dígito verificador. La columna ya tiene formato Texto.",
    "Nombres y Apellidos: obligatorios.",
    "Correo: opcional. Ahí llega el enlace personal del participante.",
    "Exento: Sí o No. En blanco no cambia lo que el portal ya tiene.",
    "Los exentos (becarios) no registran asistencia en SENCE.",
    "Las columnas pueden ir en cualquier orden y el portal ignora las que no conoce.",
)


def template() -> bytes:
    """Return an empty roster to fill in: text columns, one example, the rules."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        as_text = book.add_format({"num_format": "@"})
        page = book.add_worksheet("Nómina")
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            page.set_column(column, column, width, as_text)
            page.write_string(0, column, heading, head)
            page.write_string(1, column, _EXAMPLE[column], as_text)
        page.data_validation(
            *(1, len(HEADINGS) - 1, MAX_ROWS, len(HEADINGS) - 1),
            {"validate": "list", "source": list(YES_OR_NO.values())},
        )
        page.freeze_panes(1, 0)
        words = book.add_worksheet("Cómo llenarla")
        words.set_column(0, 0, 100)
        for row, text in enumerate(_HELP):
            words.write_string(row, 0, text)
    return buffer.getvalue()


def spreadsheet(enrolments: QuerySet[Enrolment]) -> Iterator[bytes]:
    """Yield a roster as a spreadsheet that can be imported again."""
    rows = (
        (
            rut.display(one.participant.run),
            one.participant.first_names,
            one.participant.last_names,
            one.participant.email,
            YES_OR_NO[one.exempt],
        )
        for one in enrolments.iterator(chunk_size=_AT_ONCE)
    )
    return stream(HEADINGS, rows, sheet="Nómina")
