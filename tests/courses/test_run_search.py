"""What is typed to find somebody: a RUN in any usual form, or a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.run_search import NotARun, run_condition
from otec_portal.core.rut import display, with_check_digit

pytestmark = pytest.mark.django_db


@given(st.integers(1_000_000, 99_999_999))
def test_run_in_any_usual_form_is_one_run(number: int) -> None:
    run = with_check_digit(number)
    exactly = run_condition(run)
    shown = display(run)
    for typed in (
        *(shown, run.upper(), f" {run} ", run.replace("-", " - ")),
        *(shown.replace("-", "–"), run.replace("-", "−"), shown.replace(".", ",")),
        *(shown.replace(".", "'"), shown.replace(".", "\N{NO-BREAK SPACE}")),
    ):
        assert run_condition(typed) == exactly
    wrong = f"{number}-{'0' if run[-1] != '0' else '1'}"
    with pytest.raises(NotARun):
        run_condition(wrong)


@pytest.mark.parametrize(
    "typed", ["Ana", "Ana 2", "k", "-", ".", "Núñez-Soto", "D'Angelo", "–"]
)
def test_name_is_no_run(typed: str) -> None:
    assert run_condition(typed) is None
