"""The form of SENCE's two codes, ruled in one place for forms and for what leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.sence import wire
from courses import codes


@pytest.mark.parametrize("code", ["1238000001", "12380A0001", "-1"])
def test_sence_code_of_ten_characters_is_sound(code: str) -> None:
    assert codes.sence_code_problem(code) == ""


@pytest.mark.parametrize(
    "code", ["", "123800001", "12380000011", "12380 0001", "ñ" * 10]
)
def test_sence_code_of_another_form_is_named(code: str) -> None:
    assert codes.sence_code_problem(code)


@pytest.mark.parametrize(
    ("code", "line", "sound"),
    [
        ("6" * 7, 3, True),
        ("6" * 6, 3, False),
        ("6" * 50, 3, True),
        ("6" * 51, 3, False),
        ("RLAB-19-02-08-0071-1", 1, True),
        ("6", 6, True),
        ("", 6, False),
        ("-1", 1, True),
        ("670 0101", 3, False),
    ],
)
def test_action_code_at_its_limits_is_told_apart(
    code: str, line: int, sound: bool
) -> None:
    """B3: the minimum of 7 characters holds but for line 6."""
    assert (codes.action_code_problem(code, line=line) == "") is sound


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("abcdefgñ", "no puede llevar «ñ»"),
        ("670 0101", "no puede llevar espacios"),
        ("6700\u200b101", "no puede llevar signos que no se ven"),
        ("670", "entre 7 y 50 caracteres"),
    ],
)
def test_action_code_that_is_wrong_says_what_is(code: str, words: str) -> None:
    assert words in codes.action_code_problem(code, line=3)


@given(st.text(max_size=60), st.sampled_from([1, 3, 6]))
def test_action_code_of_any_text_is_sound_or_explained(code: str, line: int) -> None:
    problem = codes.action_code_problem(code, line=line)
    assert problem == "" or problem.endswith(".")


def test_lengths_are_those_of_the_wire() -> None:
    longest = wire.MAX_LENGTHS[wire.Field.ACTION_CODE]
    assert longest == codes.ACTION_CODE_MAX_LENGTH
    assert codes.ACTION_CODE_MIN_LENGTH == wire.ACTION_CODE_MIN_LENGTH
    assert codes.SENCE_CODE_LENGTH == wire.SENCE_CODE_LENGTH
    assert codes.UNCHECKED == wire.UNCHECKED_CODE
    assert wire.Line(codes.LINE_WITHOUT_MINIMUM) is wire.Line.FPT
