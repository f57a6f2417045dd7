"""Spreadsheets, written row by row: 100,000 take no more memory than ten.

An .xlsx is a ZIP of XML (ECMA-376, part 1). Text goes in as text and never becomes a
formula (D11); figures are figures and dates are dates. Why not a library:
docs/adr/0015.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import RawIOBase
from itertools import chain
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CONTENT_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
Cell = str | int | float | Decimal | date | None
_LONGEST_TEXT: Final = 32_767  # characters that Excel takes in a cell
_WIDEST: Final = 60  # characters
_ROWS_AT_ONCE: Final = 500
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()  # of Excel's calendar
_HEAD, _DATE = 1, 2  # the styles of _STYLES
_NOT_IN_XML: Final = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT_TYPE}.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
        ' Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
        '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    ),
}


def workbook(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Hoja1"
) -> bytes:
    """Return a whole spreadsheet of one sheet: for some rows, not for thousands."""
    return b"".join(stream(headers, rows, sheet=sheet))


def stream(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Hoja1"
) -> Iterator[bytes]:
    """Yield the same spreadsheet in pieces, while `rows` are read one by one.

    `sheet` has 31 characters at most and none of `[]:*?/\\`.
    """
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=1) as package:
        for name, xml in chain(_PARTS.items(), [("xl/workbook.xml", _book(sheet))]):
            package.writestr(_entry(name), _XML + xml)
        with package.open(_entry("xl/worksheets/sheet1.xml"), "w") as part:
            for piece in _in_batches(_sheet(headers, rows)):
                part.write(piece.encode())
                yield pipe.take()
    yield pipe.take()


def _book(sheet: str) -> str:
    name = escape(sheet, {'"': "&quot;"})
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a head that stays in sight, then the rows."""
    widths = (min(len(head) + 4, _WIDEST) for head in headers)
    columns = (
        f'<col min="{n}" max="{n}" width="{max(width, 14)}" customWidth="1"/>'
        for n, width in enumerate(widths, start=1)
    )
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{''.join(columns)}</cols><sheetData>"
    )
    yield f"<row>{''.join(_text(head, _HEAD) for head in headers)}</row>"
    for row in rows:
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        return f'<c s="{_DATE}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
    return "<c/>" if value is None else f"<c><v>{value}</v></c>"


def _text(value: str, style: int = 0) -> str:
    clean = escape(_NOT_IN_XML.sub("", value)[:_LONGEST_TEXT])
    return (
        f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'
    )


def _in_batches(pieces: Iterable[str]) -> Iterator[str]:
    batch: list[str] = []
    for piece in pieces:
        batch.append(piece)
        if len(batch) == _ROWS_AT_ONCE:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def _entry(name: str) -> ZipInfo:
    """Of no particular day: the same rows give the same bytes."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


class _Pipe(RawIOBase):
    """What is written at one end is taken at the other; there is no going back."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._written)
        self._written.clear()
        return taken
