"""CSV as it comes from Excel, other systems and other decades."""

import csv
import re
from io import StringIO
from typing import Final

from otec_portal.core.tabular.containers import Unreadable, not_a_spreadsheet
from otec_portal.core.tabular.tables import USUAL, Limits, Table

DELIMITERS: Final = (";", ",", "\t", "|")
# two bytes that are an accented letter; in Windows-1252 they begin with Â or Ã, which
# Spanish does not have
_ACCENTS_IN_UTF_8: Final = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def tables_of(data: bytes, limits: Limits = USUAL) -> list[Table]:
    """Return the file as each of the delimiters has it. Raises Unreadable."""
    text = decode(data)
    return [_table(text, delimiter, limits) for delimiter in DELIMITERS]


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8, UTF-16 with its mark, or Windows-1252.

    Latin-1 has the same letters in the same places as Windows-1252. What can't be read
    comes as U+FFFD. Raises Unreadable.
    """
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        broken_utf_8 = _ACCENTS_IN_UTF_8.search(data)
        text = data.decode("utf-8-sig" if broken_utf_8 else "cp1252", errors="replace")
    if "\x00" in text:
        raise not_a_spreadsheet()
    return text


def _table(text: str, delimiter: str, limits: Limits) -> Table:
    """Return what stands before the first quote that is not closed where a cell ends.

    To a delimiter that is not the file's, honest quotes look so too.
    """
    rows: list[list[str]] = []
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for row in lines:
            begun = lines.line_num + 1
            if len(rows) == limits.height:
                raise Unreadable(
                    "El archivo tiene demasiadas filas. Deja solo la tabla.",
                    code="too_much",
                )
            rows.append([cell[: limits.cell] for cell in row[: limits.width]])
    except csv.Error:
        return Table("", rows, broken_line=begun)
    return Table("", rows)
