"""The participants' list of SENCE's system, as people have it, is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liquidation.gca_list import (
    LIMITS,
    MAX_LINES,
    MAX_TEXT,
    GcaRow,
    as_text,
    read,
    read_state,
)
from otec_portal.core.tabular.containers import Unreadable
from tests.attendance.reconciliation.files import DECLARATIONS, page
from tests.courses.roster.sources import comma_separated, ods, xlsx

HEAD = "RUT\tNombre\tN° sesiones\tEstado DJ"


def code_of(text: str) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read(text)
    return unreadable.value.code


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
def test_list_with_any_separator_is_read(separator: str) -> None:
    text = f"{HEAD}\n12.345.678-5\tÑusta Pérez\t3\tEmitida\n".replace("\t", separator)
    assert read(text) == [GcaRow(2, "12345678-5", "Ñusta Pérez", "3", "Emitida")]


def test_list_with_other_headings_in_another_order_is_read() -> None:
    text = "Mis cursos\n\nESTADO D.J.;Correo;NOMBRE ;Nº Sesiones;Rut Participante\n"
    text += "Emitido;a@b.cl;Ana;2;1-9"
    assert read(text) == [GcaRow(4, "1-9", "Ana", "2", "Emitido")]


def test_list_without_headings_is_read_in_the_usual_order() -> None:
    assert read("12345678-5\tAna\t3\tEmitida") == [
        GcaRow(1, "12345678-5", "Ana", "3", "Emitida")
    ]


PEOPLE = (
    ("12.345.678-5", "Ñusta Peña", "3", "Emitida"),
    ("1-9", "Ana", "0", "Pendiente"),
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(comma_separated(DECLARATIONS, *PEOPLE), id="csv"),
        pytest.param(
            comma_separated(DECLARATIONS, *PEOPLE, encoding="latin-1"), id="latin"
        ),
        pytest.param(
            comma_separated(DECLARATIONS, *PEOPLE, delimiter=","), id="commas"
        ),
        pytest.param(xlsx(DECLARATIONS, *PEOPLE), id="xlsx"),
        pytest.param(ods(DECLARATIONS, *PEOPLE), id="ods"),
        pytest.param(page(DECLARATIONS, *PEOPLE), id="page-latin"),
        pytest.param(page(DECLARATIONS, *PEOPLE, encoding="utf-8"), id="page-utf8"),
    ],
)
def test_list_in_any_file_says_the_same(data: bytes) -> None:
    assert read(as_text(data)) == [
        GcaRow(2, "12345678-5", "Ñusta Peña", "3", "Emitida"),
        GcaRow(3, "1-9", "Ana", "0", "Pendiente"),
    ]


def test_list_with_the_check_digit_beside_and_unknown_columns_is_read() -> None:
    heads = ("N°", "RUT", "DV", "Apellidos", "Nombres", "Correo", "Estado DJ")
    row = (1, 12345678, 5, "Peña", "Ñusta", "a@b.cl", "Emitida")
    assert read(as_text(xlsx(("Participantes",), heads, row))) == [
        GcaRow(3, "12345678-5", "Peña Ñusta", "", "Emitida")
    ]


@pytest.mark.parametrize("dj", ["Estado DJ", "DJ"])
def test_state_of_the_declaration_goes_before_any_other_state(dj: str) -> None:
    text = f"RUT;Nombre;Estado;N° sesiones;{dj}\n1-9;Ana;Aprobado;3;Pendiente"
    assert read(text) == [GcaRow(2, "1-9", "Ana", "3", "Pendiente")]
    alone = "RUT;Nombre;N° sesiones;Estado\n1-9;Ana;3;Emitida"
    assert read(alone) == [GcaRow(2, "1-9", "Ana", "3", "Emitida")]


def test_list_is_taken_from_the_table_with_most_of_it() -> None:
    """A page may show a summary of the same columns beside the list."""
    listed_twice = page(DECLARATIONS, PEOPLE[0]) + page(DECLARATIONS, *PEOPLE)
    assert len(read(as_text(listed_twice))) == len(PEOPLE)


def test_list_that_says_nothing_is_refused_in_words() -> None:
    assert code_of(" \n\t\t\n") == "empty"
    assert code_of("Hola, ¿me mandas la lista?") == "columns"
    assert code_of("RUT\tNombre\n1-9\tAna") == "columns"
    assert code_of(f'{HEAD}\n1-9\tAna\t3\t"Emitida\n5-1\tEva\t2\tx') == "broken"


def test_list_of_too_many_lines_is_refused_at_the_boundary() -> None:
    row = "\n12345678-5\tAna\t3\tEmitida"
    assert len(read(HEAD + row * MAX_LINES)) == MAX_LINES
    assert code_of(HEAD + row * (MAX_LINES + 1)) == "too_long"


def test_text_longer_than_a_browser_carries_is_refused_at_the_boundary() -> None:
    row = "\n1-9\tAna\t3\tEmitida"
    blank = "\n" + " " * 99
    text = (HEAD + row + blank * (MAX_TEXT // len(blank)))[:MAX_TEXT]
    assert len(read(text)) == 1
    assert code_of(f"{text} ") == "too_big"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04", "broken"),
        (b"a\x00b", "not_a_spreadsheet"),
        (b"%PDF-1.4", "not_a_spreadsheet"),
        (xlsx(("RUT", "Nombre"), ("1-9", "Ana")), "columns"),
        (b"a" * (LIMITS.size + 1), "too_big"),
    ],
    ids=["cut short", "no text", "pdf", "another table", "too big"],
)
def test_file_that_holds_no_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        as_text(data)
    assert unreadable.value.code == code


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    try:
        rows = read(text)
    except Unreadable:
        return
    assert all(isinstance(one, GcaRow) for one in rows)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Pendiente de emitir", "pending"),
        ("PENDIENTE DE EMISIÓN", "pending"),
        ("Pendiente", "pending"),
        ("Emitida", "issued"),
        ("Declaración Jurada emitida", "issued"),
        ("DJ Emitido", "issued"),
        ("Pendiente de validación", "in_validation"),
        ("Aprobado para su Re-emisión", "reissue_approved"),
        ("Rechazado para su re-emisión", "rejected"),
        ("Anulada", "annulled"),
        ("", None),
        ("Otra cosa", None),
        ("No emitida", None),
    ],
)
def test_state_is_understood_as_sence_writes_it(words: str, state: str | None) -> None:
    assert read_state(words) == state
