"""RUT and RUN, Chile's number of a person or an institution.

Kept and sent as `12345678-k` (no dots, lower-case k), shown as `12.345.678-K`
(domain.md, "People and institutions").
"""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from stdnum.cl import rut as stdnum_rut
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.util import clean

PATTERN = r"^[1-9][0-9]{6,7}-[0-9k]$"
MAX_LENGTH = 10
_BETWEEN: Final = re.compile(r"[\s.,']")


def bare(text: str) -> str:
    """Return `text` without what people put between the figures of a RUT.

    Dots, commas, apostrophes and spaces are gone; whatever looks like a hyphen is one.

    >>> bare("12.345.678–5"), bare("Ana 2")
    ('12345678-5', 'Ana2')
    """
    return _BETWEEN.sub("", clean(text).replace("_", "-"))


def normalise(text: str) -> str:
    """Return `text`, however typed, as `12345678-k`.

    Raises ValueError where it is not a RUT or its check digit (modulo 11) is wrong.
    """
    try:
        compact = stdnum_rut.validate(bare(text))
    except StdnumError:
        raise ValueError(f"not a RUT: {text!r}") from None
    if compact[0] == "0":
        raise ValueError(f"not a RUT: {text!r}")
    return f"{compact[:-1]}-{compact[-1].lower()}"


def is_valid(text: str) -> bool:
    """Say whether `text` is a RUT, however typed."""
    try:
        normalise(text)
    except ValueError:
        return False
    return True


def display(rut: str) -> str:
    """Return a RUT for the screen: `12.345.678-K`; what is none comes back as it is."""
    try:
        return str(stdnum_rut.format(normalise(rut)))
    except ValueError:
        return rut


def masked(rut: str) -> str:
    """Return a RUT for paper that others may see: `••.•••.678-K`."""
    shown = display(rut)
    return re.sub(r"\d", "•", shown[:-5]) + shown[-5:]


def with_check_digit(number: int) -> str:
    """Return the RUT whose digits before the hyphen are `number`."""
    return f"{number}-{stdnum_rut.calc_check_digit(str(number)).lower()}"


def validate_rut(value: str) -> None:
    """Refuse, as Django's validators do, what is not a RUT."""
    if not is_valid(value):
        raise ValidationError(
            "El RUT no es válido. Revisa los números y el dígito verificador.",
            code="rut",
        )


def rut_constraint(name: str, field: str = "rut") -> models.CheckConstraint:
    """The database's own check of a RUT's form; the check digit is checked before."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{field}__regex": PATTERN}),
        violation_error_message="El RUT no tiene la forma 12345678-5.",
    )


class RutFormField(forms.CharField):
    """Takes a RUT with or without dots, hyphen and spaces; gives its stored form."""

    default_validators = [validate_rut]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 20})

    def to_python(self, value: object) -> str:
        text = str(super().to_python(value))
        return normalise(text) if is_valid(text) else text

    def prepare_value(self, value: object) -> object:
        return display(value) if isinstance(value, str) else value


class RutField(models.CharField[str, str]):
    """A RUT in its stored form; input in any usual form is understood."""

    default_validators = [validate_rut]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_LENGTH, **kwargs})

    def to_python(self, value: object) -> str:
        text = str(super().to_python(value) or "")
        return normalise(text) if is_valid(text) else text

    def get_prep_value(self, value: object) -> object:
        prepared = super().get_prep_value(value)
        return normalise(prepared) if prepared and is_valid(prepared) else prepared

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": RutFormField, **kwargs})
