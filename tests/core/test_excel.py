"""Spreadsheets: what goes in comes out, as what it is; nothing becomes a formula."""

import tracemalloc
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from otec_portal.core.excel import Sheet, _letters, stream, stream_book


def workbook(headers: list[str], rows: Any) -> bytes:
    """Return a whole spreadsheet of one sheet."""
    return b"".join(stream(headers, rows))


def read(content: bytes) -> list[list[Any]]:
    """Return the rows as another program reads them."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_cells_come_out_as_what_they_are() -> None:
    rows = [("Ñandú & <b>", 40, Decimal("7.5"), date(2026, 12, 31), None)]
    assert read(workbook(["A", "B", "C", "D", "E"], rows)) == [
        ["A", "B", "C", "D", "E"],
        ["Ñandú & <b>", 40.0, 7.5, date(2026, 12, 31), ""],
    ]


@pytest.mark.parametrize("cell", ["=cmd()", "+1", "@x", "-1", "\t=1", "{=A1}", "12345"])
def test_text_that_looks_like_a_formula_stays_text(cell: str) -> None:
    """D11."""
    content = workbook(["Código"], [(cell,)])
    assert read(content)[1] == [cell]
    assert b"<f>" not in _sheet_xml(content)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_text_makes_a_file_that_can_be_read(cells: list[str]) -> None:
    allowed = [
        "".join(c for c in cell if c in "\t\n" or c >= " ")
        .replace("\ufffe", "")
        .replace("\uffff", "")
        for cell in cells
    ]
    surrogate_free = [a.encode("utf-8", "ignore").decode() for a in allowed]
    assert read(workbook(["x"] * len(cells), [surrogate_free]))[1] == surrogate_free


def test_characters_that_xml_has_not_are_left_out() -> None:
    assert read(workbook(["x"], [("a\x00b\x1fc\ufffe\ud800",)]))[1] == ["abc"]


def test_text_longer_than_a_cell_is_cut() -> None:
    assert len(read(workbook(["x"], [("ñ" * 40_000,)]))[1][0]) == 32_767


def test_sheet_without_rows_has_its_head() -> None:
    assert read(workbook(["Código", "Curso"], [])) == [["Código", "Curso"]]


def test_same_rows_give_the_same_bytes() -> None:
    assert workbook(["x"], [("a",)]) == workbook(["x"], [("a",)])


def test_rows_are_read_while_the_file_is_written() -> None:
    """The first bytes leave long before the last row is read."""
    taken = 0

    def rows() -> Any:
        nonlocal taken
        for number in range(5000):
            taken = number
            yield (f"fila {number}",)

    pieces = stream(["x"], rows())
    assert next(pieces)
    assert taken < 1000


def test_many_rows_take_no_more_memory_than_few() -> None:
    def peak(number: int) -> int:
        tracemalloc.start()
        for _ in stream(["x"] * 8, (("palabras",) * 8 for _ in range(number))):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(20_000) < 1.5 * peak(2_000)


def _sheet_xml(content: bytes) -> bytes:
    from zipfile import ZipFile

    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        return package.read("xl/worksheets/sheet1.xml")


def test_times_come_out_as_times_and_lengths_beyond_a_day_as_lengths() -> None:
    moment = datetime.combine(date(2026, 6, 15), time(11, 5, 40))
    rows = [(moment, time(9, 48, 2), timedelta(hours=30, minutes=1, seconds=2))]
    [_, row] = read(workbook(["A", "B", "C"], rows))
    assert row == [moment, time(9, 48, 2), timedelta(hours=30, minutes=1, seconds=2)]


def test_book_of_two_sheets_has_both_with_filters_over_all_their_rows() -> None:
    sheets = [
        Sheet("Ana's", ["A", "B"], [("x", 1)], filters=True, widths=[30]),
        Sheet("Otra", ["C"], [("y",), ("z",)]),
    ]
    content = b"".join(stream_book(sheets))
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["Ana's", "Otra"]
    assert book.get_sheet_by_index(1).to_python() == [["C"], ["y"], ["z"]]
    with ZipFile(BytesIO(content)) as package:
        first = package.read("xl/worksheets/sheet1.xml")
        second = package.read("xl/worksheets/sheet2.xml")
        named = package.read("xl/workbook.xml")
    assert b'<autoFilter ref="A1:B2"/></worksheet>' in first
    assert b'<col min="1" max="1" width="30" customWidth="1"/>' in first
    assert b"autoFilter" not in second
    assert b"'Ana''s'!$A$1:$B$2</definedName>" in named


@pytest.mark.parametrize(
    ("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")]
)
def test_column_of_a_number_has_excels_name(number: int, name: str) -> None:
    assert _letters(number) == name
