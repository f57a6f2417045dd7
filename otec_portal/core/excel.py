"""Spreadsheets, written row by row: 100,000 take no more memory than ten.

An .xlsx is a ZIP of XML (ECMA-376, part 1). Text goes in as text and never becomes a
formula (D11); figures are figures and dates are dates. Why not a library:
docs/adr/0015.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import RawIOBase
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CONTENT_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
Cell = str | int | float | Decimal | date | time | timedelta | None
_LONGEST_TEXT: Final = 32_767  # characters that Excel takes in a cell
_WIDEST: Final = 60  # characters
_ROWS_AT_ONCE: Final = 500
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()  # of Excel's calendar
_DAY: Final = timedelta(days=1)
_HEAD, _DATE, _MOMENT, _TIME, _DURATION = 1, 2, 3, 4, 5  # the styles of _STYLES
_NOT_IN_XML: Final = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORMATS: Final = (
    "dd\\-mm\\-yyyy",
    "dd\\-mm\\-yyyy hh:mm:ss",
    "hh:mm:ss",
    "[hh]:mm:ss",
)
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">'
    + "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
        for number, code in enumerate(_FORMATS, start=164)
    )
    + '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    f'<cellXfs count="{2 + len(_FORMATS)}"><xf/><xf fontId="1" applyFont="1"/>'
    + "".join(
        f'<xf numFmtId="{number}" applyNumberFormat="1"/>'
        for number, _ in enumerate(_FORMATS, start=164)
    )
    + "</cellXfs></styleSheet>"
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its head stays in sight; `filters` puts Excel's filters on it.

    `name` has 31 characters at most and none of `[]:*?/\\`. `widths`, in characters,
    are of the first columns; the others are as wide as their heads.
    """

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    filters: bool = False


def stream(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Hoja1"
) -> Iterator[bytes]:
    """Yield a spreadsheet of one sheet; see stream_book."""
    return stream_book([Sheet(sheet, headers, rows)])


def stream_book(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """Yield a spreadsheet in pieces, while the rows of `sheets` are read one by one.

    Times of day are those of the clock on the wall: give them in the zone to show.
    """
    pipe = _Pipe()
    filtered: list[str] = []
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=1) as package:
        for name, xml in _parts(len(sheets)).items():
            package.writestr(_entry(name), _XML + xml)
        for number, sheet in enumerate(sheets, start=1):
            with package.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for piece in _in_batches(_sheet(sheet, filtered)):
                    part.write(piece.encode())
                    yield pipe.take()
        package.writestr(_entry("xl/workbook.xml"), _XML + _book(sheets, filtered))
    yield pipe.take()


def _parts(sheets: int) -> dict[str, str]:
    """The parts around `sheets` sheets, but for the book itself, which comes last."""
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
        f' ContentType="{_KIND}.worksheet+xml"/>'
        for number in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml"'
            f' ContentType="{_KIND}.sheet.main+xml"/>{types}'
            '<Override PartName="/xl/styles.xml"'
            f' ContentType="{_KIND}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles"'
            ' Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _STYLES,
    }


def _book(sheets: Sequence[Sheet], filtered: list[str]) -> str:
    """The book: its sheets' names, and what each filter is on."""
    listed, ranges = "", iter(filtered)
    defined = ""
    for number, one in enumerate(sheets, start=1):
        name = escape(one.name, {'"': "&quot;"})
        listed += f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        if one.filters:
            quoted = escape(one.name).replace("'", "''")
            defined += (
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number - 1}"'
                f" hidden=\"1\">'{quoted}'!{next(ranges)}</definedName>"
            )
    names = f"<definedNames>{defined}</definedNames>" if defined else ""
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets>{names}</workbook>"
    )


def _sheet(sheet: Sheet, filtered: list[str]) -> Iterator[str]:
    """Yield a head that stays in sight, then the rows; note what the filter is on."""
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{_columns(sheet)}</cols><sheetData>"
    )
    yield f"<row>{''.join(_text(head, _HEAD) for head in sheet.headers)}</row>"
    last = 1
    for row in sheet.rows:
        yield f"<row>{''.join(map(_cell, row))}</row>"
        last += 1
    yield "</sheetData>"
    if sheet.filters:
        column = _letters(len(sheet.headers))
        filtered.append(f"$A$1:${column}${last}")
        yield f'<autoFilter ref="A1:{column}{last}"/>'
    yield "</worksheet>"


def _columns(sheet: Sheet) -> str:
    given = dict(enumerate(sheet.widths))
    return "".join(
        f'<col min="{n + 1}" max="{n + 1}"'
        f' width="{given.get(n) or max(min(len(head) + 4, _WIDEST), 14)}"'
        ' customWidth="1"/>'
        for n, head in enumerate(sheet.headers)
    )


def _letters(number: int) -> str:
    """Return the name of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cell(value: Cell) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date) and value.toordinal() <= _DAY_ZERO:
        return _text(value.isoformat())  # before Excel's calendar begins
    if isinstance(value, timedelta) and value < timedelta(0):
        return _text(length_of(value))  # Excel would show a time below zero as #####
    style, number = _number(value)
    return f'<c s="{style}"><v>{number}</v></c>' if style else f"<c><v>{number}</v></c>"


def _number(value: float | Decimal | date | time | timedelta) -> tuple[int, object]:
    """Return the style of a cell and what stands in it: Excel counts in days."""
    if isinstance(value, datetime):
        day = value.toordinal() - _DAY_ZERO
        return _MOMENT, day + _share_of_day(value.time())
    if isinstance(value, date):
        return _DATE, value.toordinal() - _DAY_ZERO
    if isinstance(value, time):
        return _TIME, _share_of_day(value)
    if isinstance(value, timedelta):
        return _DURATION, value / _DAY
    return 0, value


def length_of(value: timedelta) -> str:
    """Write a length of time as hh:mm:ss, with a minus below zero."""
    minutes, seconds = divmod(int(abs(value).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{hours:02}:{minutes:02}:{seconds:02}"


def _share_of_day(at: time) -> float:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) / _DAY


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
