"""Rosters as files of every kind, made when they are wanted."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from otec_portal.core.rut import display, with_check_digit

XLS = Path(__file__).with_name("files") / "nomina.xls"
ANA, JUAN, EVA = (with_check_digit(48_000_020 + n) for n in range(3))
HEADINGS = ("RUT", "Nombres", "Apellidos", "Correo", "Exento")
ANAS = (display(ANA), "Ana María", "Ñancupil Soto", "ana@correo.example", "No")
JUANS = (display(JUAN), "Juan", "Díaz", "", "Sí")
Rows = Sequence[Sequence[object]]


def xlsx(*rows: Sequence[object], sheet: str = "Nómina") -> bytes:
    """Return a workbook whose numbers are numbers, as Excel would write it."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, list(row))
    return buffer.getvalue()


def comma_separated(
    *rows: Sequence[object], delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def ods(*rows: Sequence[object]) -> bytes:
    """Return an OpenDocument sheet of text."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(cell))}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" '
        f'xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="Hoja1">'
        f"{cells}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"/>'
    return package(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def package(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP of `parts`."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


def sheet_of(cells: str, **more: str) -> bytes:
    """Return a workbook whose one sheet has this XML for its data.

    `more` are further parts, by the name of their file in `xl/`.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with ZipFile(BytesIO(xlsx(["a"]))) as book:
        parts: dict[str, str | bytes] = {
            name: book.read(name) for name in book.namelist()
        }
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    )
    parts |= {f"xl/{name}.xml": content for name, content in more.items()}
    return package(parts)
