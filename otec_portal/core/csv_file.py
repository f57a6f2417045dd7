"""CSV that Excel in Chile opens well: UTF-8 with its mark, semicolons, commas.

Text that a spreadsheet would take for a formula gets an apostrophe in front (D11).
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Final

from otec_portal.core.excel import Cell, length_of

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
_MARK: Final = "\ufeff"
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_ROWS_AT_ONCE: Final = 500


def stream(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the file in pieces, while `rows` are read one by one."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow([_word(head) for head in headers])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_word(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece


def _word(value: Cell) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value
    if isinstance(value, date | time):
        return f"{value:{_format_of(value)}}"
    if isinstance(value, timedelta):
        return length_of(value)
    if isinstance(value, float | Decimal):
        return f"{value}".replace(".", ",")
    return "" if value is None else str(value)


def _format_of(value: date | time) -> str:
    if isinstance(value, time):
        return "%H:%M:%S"
    return "%d-%m-%Y %H:%M:%S" if isinstance(value, datetime) else "%d-%m-%Y"
