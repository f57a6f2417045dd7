"""CSV as it comes from Excel, other systems and other decades."""

import csv
from io import StringIO
from typing import Final

from otec_portal.core.tabular.containers import Unreadable, not_a_spreadsheet
from otec_portal.core.tabular.tables import USUAL, Limits, Table

DELIMITERS: Final = (";", ",", "\t", "|")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def tables_of(data: bytes, limits: Limits = USUAL) -> list[Table]:
    """Return the file as each of the delimiters has it. Raises Unreadable."""
    text = decode(data)
    return [Table("", _rows(text, delimiter, limits)) for delimiter in DELIMITERS]


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8, UTF-16 with its mark, or Windows-1252.

    Latin-1 has the same letters in the same places as Windows-1252. Raises Unreadable.
    """
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise not_a_spreadsheet()
    return text


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) == limits.height:
                raise Unreadable(
                    "El archivo tiene demasiadas filas. Deja solo la tabla.",
                    code="too_much",
                )
            rows.append([cell[: limits.cell] for cell in row[: limits.width]])
    except csv.Error:
        raise Unreadable(
            "El CSV tiene comillas mal cerradas. Ábrelo en Excel y guárdalo otra vez.",
            code="broken",
        ) from None
    return rows
