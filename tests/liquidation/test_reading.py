"""What a file's name and its text say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liquidation.reading import MOST, Claim, Found, from_json, read
from otec_portal.core.rut import with_check_digit

RUN = with_check_digit(12_345_678)


@pytest.mark.parametrize(
    "written",
    [
        "12345678-5",
        "12.345.678-5",
        "12.345.678 - 5",
        "12,345,678-5",
        "123456785",
        "12345678_5",
        "12.345.678–5",
    ],
)
def test_run_is_found_however_it_is_written(written: str) -> None:
    assert read(f"DJ {written} firmada.pdf", "").name.runs == (RUN,)
    assert read(f"DJ{written}.pdf", "").name.runs == (RUN,)
    assert read("x.pdf", f"Yo, Ana Soto, RUN {written}, declaro").text.runs == (RUN,)


@pytest.mark.parametrize(
    "text", ["12.345.678-4", "12345678", "112345678-5", "12345678-55", "01-02-2026"]
)
def test_what_is_no_run_is_taken_for_none(text: str) -> None:
    assert read("x.pdf", text).text.runs == ()


@given(number=st.integers(1_000_000, 99_999_999), after=st.sampled_from([".", "", " "]))
def test_every_run_is_found_in_a_text(number: int, after: str) -> None:
    run = with_check_digit(number)
    assert read("x.pdf", f"RUN: {run.upper()}{after}").text.runs == (run,)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Folio 12345-2026", ("12345-2026",)),
        ("N° 7 - 2026", ("7-2026",)),
        ("Santiago, 31-12-2026", ()),
        ("del 01/12-2026", ()),
        ("teléfono 2-2026-1234", ()),
        ("12345-1999", ()),
    ],
)
def test_folio_and_year_are_no_date(text: str, numbers: tuple[str, ...]) -> None:
    assert read("x.pdf", text).text.numbers == numbers


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("Factura 123.pdf", Claim.INVOICE),
        ("FACTURA_ELECTRÓNICA_123.pdf", Claim.INVOICE),
        ("factura pagada.pdf", Claim.STAMPED_INVOICE),
        ("comprobante-transferencia.png", Claim.TRANSFER),
        ("Depósito Banco.pdf", Claim.DEPOSIT),
        ("comprobante de pago.pdf", Claim.PAYMENT),
        ("DJ_ana.pdf", Claim.DECLARATION),
        ("declaracion-jurada ana.pdf", Claim.DECLARATION),
        ("cédula ana (frente).jpg", Claim.IDENTITY_CARD),
        ("carnet_ana.jpg", Claim.IDENTITY_CARD),
        ("djokovic.pdf", ""),
        ("IMG_2040.jpg", ""),
        ("manufacturas.pdf", ""),
    ],
)
def test_name_says_what_the_document_is(name: str, claim: str) -> None:
    assert read(name, "").name.claim == claim


def test_heading_says_it_whatever_is_told_below() -> None:
    """An invoice tells how it is paid, a declaration whose card it saw."""
    paid = "Factura electrónica N° 7. Forma de pago: transferencia"
    sworn = "DECLARACIÓN JURADA. Yo, cédula de identidad 12.345.678-5, declaro"
    assert read("x.pdf", paid).text.claim == Claim.INVOICE
    assert read("x.pdf", sworn).text.claim == Claim.DECLARATION


def test_code_is_found_with_its_hyphens_and_without() -> None:
    found = read("accion 6700-0001-dj.pdf", "ID ACCIÓN: RU6123456.").name.codes
    assert {"6700-0001-dj", "6700", "0001"} <= set(found)
    assert read("x.pdf", "ID ACCIÓN: RU6123456.").text.codes == ("ru6123456",)


@given(name=st.text(max_size=60), text=st.text(max_size=300))
def test_whatever_is_found_comes_back_from_the_database(name: str, text: str) -> None:
    found = read(name, text)
    assert from_json(found.as_json()) == found


def test_paper_of_which_nothing_was_kept_says_nothing() -> None:
    assert from_json({}) == Found()


def test_of_a_list_of_thousands_the_first_are_kept() -> None:
    runs = " ".join(with_check_digit(number) for number in range(7_000_000, 7_001_000))
    assert len(read("x.pdf", runs).text.runs) == MOST
