"""RUT: understood however typed, kept in one form, never with a wrong check digit."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from otec_portal.core import rut

NUMBERS = st.integers(min_value=1_000_000, max_value=99_999_999)


def check_digit(number: int) -> str:
    """Modulo 11, written a second time, from the rule itself."""
    total, factor = 0, 2
    for digit in reversed(str(number)):
        total += int(digit) * factor
        factor = 2 if factor == 7 else factor + 1
    return {10: "k", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12345678-5", "12345678-5"),
        ("12.345.678-5", "12345678-5"),
        ("123456785", "12345678-5"),
        ("12,345,678-5", "12345678-5"),
        (" 12 345 678 - 5 ", "12345678-5"),
        ("12.345.678–5", "12345678-5"),
        ("12'345'678_5", "12345678-5"),
        ("1.000.005-K", "1000005-k"),
        ("1000005-k", "1000005-k"),
    ],
)
def test_rut_typed_in_any_usual_form_is_kept_in_one(typed: str, kept: str) -> None:
    assert rut.normalise(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "12345678-9",  # the manual's own example
        "12345678-k",
        "12345678",
        "",
        "-",
        "k",
        "0123456-7",
        "00000000-0",
        "123456789012-1",
        "12345678-5x",
        "١٢٣٤٥٦٧٨-٥",
        "12345678-5\0",
    ],
)
def test_rut_that_is_none_raises(typed: str) -> None:
    with pytest.raises(ValueError, match="not a RUT"):
        rut.normalise(typed)
    assert not rut.is_valid(typed)


@given(NUMBERS)
def test_check_digit_of_any_number_follows_modulo_11(number: int) -> None:
    assert rut.with_check_digit(number) == f"{number}-{check_digit(number)}"


@given(NUMBERS, st.sampled_from("0123456789kK"))
def test_rut_is_valid_with_its_own_check_digit_alone(number: int, digit: str) -> None:
    typed = f"{number}-{digit}"
    assert rut.is_valid(typed) == (digit.lower() == check_digit(number))


@given(st.text(max_size=15))
def test_rut_from_any_text_has_its_form_or_is_refused(text: str) -> None:
    try:
        kept = rut.normalise(text)
    except ValueError:
        return
    assert re.fullmatch(r"[1-9][0-9]{6,7}-[0-9k]", kept)
    assert rut.normalise(kept) == kept


def test_display_of_a_rut_has_dots_and_capital_k() -> None:
    assert rut.display("12345678-5") == "12.345.678-5"
    assert rut.display("1000005-k") == "1.000.005-K"


def test_display_of_what_is_no_rut_is_left_as_it_is() -> None:
    assert rut.display("nadie") == "nadie"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("12345678-5", "••.•••.678-5"), ("1234567-4", "•.•••.567-4")],
)
def test_masked_rut_shows_its_end_alone(number: str, shown: str) -> None:
    assert rut.masked(number) == shown


def test_form_field_typed_with_dots_gives_the_stored_form() -> None:
    assert rut.RutFormField().clean("12.345.678-5") == "12345678-5"


def test_form_field_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        rut.RutFormField().clean("12.345.678-9")
    assert [error.code for error in refused.value.error_list] == ["rut"]
