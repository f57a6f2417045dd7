"""Files from other sources are understood: Excel, OpenDocument, CSV of every kind."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import NameOrder
from courses.roster.columns import Field, find_layout, meaning_of
from courses.roster.lines import MAX_ROWS, Line, read_email, read_run
from courses.roster.read import read_roster
from otec_portal.core.rut import display, with_check_digit
from otec_portal.core.tabular.containers import Unreadable
from otec_portal.core.tabular.tables import clean, letter
from tests.courses.roster.sources import (
    ANA,
    ANAS,
    HEADINGS,
    JUAN,
    JUANS,
    XLS,
    comma_separated,
    ods,
    xlsx,
)


def lines(*rows: Any, make: Callable[..., bytes] = comma_separated) -> list[Line]:
    return read_roster(make(*rows)).lines


BOTH = [
    Line(2, ANA, "Ana María", "Ñancupil Soto", "", "ana@correo.example", "No"),
    Line(3, JUAN, "Juan", "Díaz", "", "", "Sí"),
]


@pytest.mark.parametrize("make", [xlsx, ods, comma_separated])
def test_file_of_every_kind_says_the_same(make: Callable[..., bytes]) -> None:
    assert lines(HEADINGS, ANAS, JUANS, make=make) == BOTH


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"]
)
def test_csv_of_every_encoding_and_delimiter_says_the_same(
    delimiter: str, encoding: str
) -> None:
    data = comma_separated(
        HEADINGS, ANAS, JUANS, delimiter=delimiter, encoding=encoding
    )
    assert read_roster(data).lines == BOTH


def test_old_excel_with_the_digit_in_its_own_column_is_read() -> None:
    """A real .xls: RUN as a number, DV beside it, both last names apart."""
    ana, juan = read_roster(XLS.read_bytes()).lines
    assert (ana.run, ana.first_names, ana.last_names) == (
        ANA,
        "Ana María",
        "Ñancupil Soto",
    )
    assert (juan.run, juan.last_names, juan.email) == (JUAN, "Díaz", "")


def test_headings_below_a_title_and_columns_in_any_order_are_found() -> None:
    (line,) = lines(
        ["OTEC Los Alerces", "", ""],
        [],
        ["Cargo", "E-Mail", "Nombre Alumno", "N° RUT"],
        ["Jefa", "ana@correo.example", "Ana Díaz", display(ANA)],
        make=xlsx,
    )
    assert (line.number, line.run, line.full) == (4, ANA, "Ana Díaz")
    assert line.exempt is None


def test_rows_that_say_nothing_are_left_out_and_the_others_keep_their_number() -> None:
    blank = ["", " ", "\u200b", "", "No"]
    found = lines(HEADINGS, blank, ANAS, [], JUANS)
    assert [line.number for line in found] == [3, 5]


def test_sheet_without_a_roster_is_passed_over() -> None:
    from io import BytesIO

    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Portada").write_string(0, 0, "Bienvenidos")
        page = book.add_worksheet("Alumnos")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, ANAS)
    roster = read_roster(buffer.getvalue())
    assert (roster.sheet, len(roster.lines)) == ("Alumnos", 1)


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("RUT", Field.RUN),
        ("R.U.N.", Field.RUN),
        ("Rut Participante", Field.RUN),
        ("N° de RUT del alumno", Field.RUN),
        ("Cédula de Identidad", Field.RUN),
        ("D.V.", Field.DIGIT),
        ("Dígito Verificador", Field.DIGIT),
        ("NOMBRES", Field.FIRST),
        ("Ap. Paterno", Field.LAST),
        ("Apellido   Materno", Field.MATERNAL),
        ("Nombre completo", Field.FULL),
        ("Apellidos y Nombres", Field.FULL),
        ("Participante", Field.FULL),
        ("E-mail", Field.EMAIL),
        ("Correo Electrónico del Participante", Field.EMAIL),
        ("Exento (Sí/No)", Field.EXEMPT),
        ("Becario", Field.EXEMPT),
        ("RUT Empresa", None),
        ("Nombre Empresa", None),
        ("Correo jefatura", None),
        ("", None),
    ],
)
def test_heading_means_what_people_mean_by_it(
    heading: str, meaning: Field | None
) -> None:
    assert meaning_of(heading) == meaning


@pytest.mark.parametrize(
    ("heading", "order"),
    [
        ("Apellidos y Nombres", NameOrder.LAST_NAMES_FIRST),
        ("Nombre completo", NameOrder.FIRST_NAMES_FIRST),
    ],
)
def test_heading_of_whole_names_says_their_order(
    heading: str, order: NameOrder
) -> None:
    layout = find_layout([["RUT", heading]])
    assert layout is not None
    assert layout.order == order


def test_second_column_of_a_kind_is_told_as_unused() -> None:
    layout = find_layout([["RUT", "Nombres", "Apellidos", "Correo", "Mail", "Cargo"]])
    assert layout is not None
    assert layout.unused == ["Mail", "Cargo"]
    assert layout.cell("email", 7) == "D7"


@pytest.mark.parametrize(
    ("typed", "digit"),
    [
        ("12.345.678-5", ""),
        ("12345678-5", ""),
        ("123456785", ""),
        ("12 345 678 - 5", ""),
        ("12.345.678–5", ""),
        ("012.345.678-5", ""),
        ("12345678", "5"),
        ("12.345.678", "5"),
        ("12345678-5", "5"),
        ("12345678-", "5"),
    ],
)
def test_run_however_typed_is_read(typed: str, digit: str) -> None:
    assert read_run(typed, digit=digit) == "12345678-5"


@pytest.mark.parametrize(
    ("typed", "digit", "kept"),
    [
        ("12.345.678-6", "", "12.345.678-6"),
        ("12345678", "", "12345678"),
        ("12345678", "6", "12345678-6"),
        ("12345678-5", "k", "12345678-5"),
        ("", "", ""),
        ("sin rut", "", "sin rut"),
    ],
)
def test_run_that_is_none_stays_as_it_came(typed: str, digit: str, kept: str) -> None:
    assert read_run(typed, digit=digit) == kept


@given(st.integers(1_000_000, 99_999_999), st.sampled_from(["", ".", " "]))
def test_run_of_anybody_is_read_in_every_form(number: int, thousands: str) -> None:
    run = with_check_digit(number)
    grouped = f"{number:,}".replace(",", thousands)
    digit = run[-1]
    assert read_run(f"{grouped}-{digit.upper()}") == run
    assert read_run(grouped, digit=digit) == run
    assert read_run(f"{number}{digit}") == run


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Ana Díaz <ana@correo.example>", "ana@correo.example"),
        ("mailto:ana@correo.example", "ana@correo.example"),
        (" ana@correo.example; ", "ana@correo.example"),
        ("", ""),
    ],
)
def test_address_loses_what_address_books_put_around_it(
    typed: str, address: str
) -> None:
    assert read_email(typed) == address


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Sí", True), ("X", True), ("becario", True), ("", False), ("No", False)],
)
def test_exemption_is_read_as_it_is_said(said: str, meant: bool) -> None:
    assert Line(2, ANA, "Ana", "Díaz", exempt=said).is_exempt is meant
    assert Line(2, ANA, "Ana", "Díaz", exempt="quizás").is_exempt is None


def test_roster_at_the_limit_is_read_and_one_more_is_refused() -> None:
    rows = [[with_check_digit(10_000_000 + n), "Ana", "Díaz"] for n in range(MAX_ROWS)]
    head = ["RUT", "Nombres", "Apellidos"]
    assert len(lines(head, *rows, make=xlsx)) == MAX_ROWS
    with pytest.raises(Unreadable) as refused:
        lines(head, *rows, [ANA, "Eva", "Soto"])
    assert refused.value.code == "too_many_lines"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Empresa", "Ciudad"], ["Talca Ltda.", "Talca"]], "no_headings"),
        ([["RUT", "Correo"], [ANA, "ana@correo.example"]], "no_headings"),
        ([HEADINGS], "no_lines"),
        ([HEADINGS, ["", "", "", "", "No"]], "no_lines"),
    ],
)
def test_file_without_a_roster_is_refused_in_words(rows: Any, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        lines(*rows)
    assert refused.value.code == code


@given(st.text())
def test_cell_cleaned_can_be_stored_and_cleaned_again(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()  # no half of a pair
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA")])
def test_column_is_named_as_spreadsheets_do(column: int, name: str) -> None:
    assert letter(column) == name
