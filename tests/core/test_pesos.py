"""Amounts in pesos: however typed, kept whole, written with dots."""

import pytest
from django.core.exceptions import ValidationError

from otec_portal.core.pesos import PesosFormField, in_pesos, read_pesos


@pytest.mark.parametrize(
    "typed", ["1234567", "1.234.567", "$1.234.567", "$ 1 234 567", " 1.234.567.- "]
)
def test_amount_however_typed_is_the_same(typed: str) -> None:
    assert read_pesos(typed) == 1_234_567


@pytest.mark.parametrize("typed", ["1234,5", "1.5", "1,234,567", "-5", "mil", "12.34"])
def test_amount_that_may_mean_another_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PesosFormField().clean(typed)
    assert refused.value.code == "pesos"


@pytest.mark.parametrize("typed", ["0", "1000000000000"])
def test_amount_out_of_range_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PesosFormField().clean(typed)
    assert refused.value.code == "pesos_out_of_range"


def test_no_amount_is_none_where_none_is_asked_for() -> None:
    assert PesosFormField(required=False).clean(" ") is None


def test_amount_is_written_with_dots() -> None:
    assert in_pesos(1_234_567) == "$1.234.567"
    assert PesosFormField().prepare_value(1_234_567) == "$1.234.567"
    assert PesosFormField().prepare_value("1,5") == "1,5", "what was typed stays"
