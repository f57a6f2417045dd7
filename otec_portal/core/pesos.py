"""Amounts in whole Chilean pesos, written and read as people do: $1.234.567."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

MOST: Final = 999_999_999_999  # a slip of the finger is longer
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.\s]\d{3})+|\d+")
_WRONG: Final = "Escribe el monto en pesos, sin decimales. Ejemplo: $1.234.567."
OUT_OF_RANGE: Final = "Escribe un monto entre $1 y $999.999.999.999."


def in_pesos(amount: int) -> str:
    """Return whole pesos as they are written in Chile.

    >>> in_pesos(1234567), in_pesos(0)
    ('$1.234.567', '$0')
    """
    return f"${amount:,}".replace(",", ".")


def read_pesos(text: str) -> int:
    """Return the whole pesos in `text`: with or without $ and dots.

    Raises ValueError where it has decimals, or is no amount.

    >>> read_pesos("$ 1.234.567"), read_pesos("1234567")
    (1234567, 1234567)
    """
    bare = text.strip().removeprefix("$").strip().removesuffix(".-").removesuffix(",-")
    if not _THOUSANDS.fullmatch(bare):
        raise ValueError(text)
    return int(re.sub(r"\D", "", bare))


class PesosFormField(forms.CharField):
    """Takes an amount however it is written; gives whole pesos, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        for name in ("min_value", "max_value"):
            kwargs.pop(name, None)
        super().__init__(**{**kwargs, "max_length": 30, "strip": True})
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """Read what was typed. Raises ValidationError: pesos, pesos_out_of_range."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = read_pesos(text)
        except ValueError:
            raise ValidationError(_WRONG, code="pesos") from None
        if not 1 <= amount <= MOST:
            raise ValidationError(OUT_OF_RANGE, code="pesos_out_of_range")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return in_pesos(value) if isinstance(value, int) else value


class PesosField(models.PositiveBigIntegerField[int | None, int | None]):
    """Whole pesos in a column."""

    default_validators = [
        MinValueValidator(1, OUT_OF_RANGE),
        MaxValueValidator(MOST, OUT_OF_RANGE),
    ]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PesosFormField, **kwargs})
