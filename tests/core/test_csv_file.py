"""CSV: the mark, semicolons, commas; nothing becomes a formula."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from otec_portal.core.csv_file import stream
from otec_portal.core.excel import Cell


def written(*cells: Cell) -> str:
    content = b"".join(stream(["A;B", "C"], [cells]))
    head, row, end = content.decode().split("\r\n")
    assert (head, end) == ('\ufeff"A;B";C', "")
    return row


def test_cells_are_written_as_people_in_chile_write_them() -> None:
    assert (
        written(
            "Ñandú; «sí»",
            40,
            Decimal("7.5"),
            date(2026, 12, 31),
            datetime.combine(date(2026, 12, 31), time(23, 59, 58)),
            time(9, 8, 7),
            timedelta(hours=30, seconds=5),
            None,
        )
        == '"Ñandú; «sí»";40;7,5;31-12-2026;31-12-2026 23:59:58;09:08:07;30:00:05;'
    )


@pytest.mark.parametrize("cell", ["=cmd()", "+1", "@x", "-1", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(cell: str) -> None:
    """D11."""
    assert written(cell) == f"'{cell}"


@pytest.mark.parametrize("rows", [499, 500, 501, 1203])
def test_rows_all_come_out_once_whatever_the_pieces(rows: int) -> None:
    pieces = list(stream(["N°"], ([number] for number in range(rows))))
    lines = b"".join(pieces).decode().split("\r\n")
    assert lines == ["\ufeffN°", *map(str, range(rows)), ""]
    assert len(pieces) == 1 + rows // 500
