"""Forms speak to people as "tú", as every page does."""

import gettext
import inspect
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import ngettext

from otec_portal.core.models import User

FORMAL = re.compile(
    r"\b(Introduzca|Asegúrese|Escoja|Seleccione|Verifique|Inténtelo|[Uu]sted|[Ss]us?"
    r"|[Ee]nvíe|[Cc]orrija|[Ii]ntroduzca|[Ee]scriba|Por favor)\b"
)
PO = Path(settings.LOCALE_PATHS[0]) / "es_CL" / "LC_MESSAGES" / "django.po"


def messages() -> Iterator[tuple[str, str]]:
    """Every message that a field of a form or of a model may give by itself."""
    for module in (forms.fields, forms.models, models.fields, models, validators):
        for name, one in inspect.getmembers(module, inspect.isclass):
            told = getattr(one, "default_error_messages", {})
            yield from ((name, str(message)) for message in told.values())
            if message := getattr(one, "message", None):
                yield name, str(message)


def test_messages_of_every_field_are_in_our_own_words() -> None:
    told = list(messages())
    assert len(told) > 60
    assert [one for one in told if FORMAL.search(one[1])] == []


@pytest.mark.parametrize(
    ("validator", "value", "words"),
    [
        (
            validators.MaxLengthValidator(3),
            "cuatro",
            "Escribe como máximo 3 caracteres",
        ),
        (validators.MinLengthValidator(1), "", "Escribe al menos 1 carácter "),
        (validators.DecimalValidator(6, 1), Decimal("1.25"), "como máximo 1 decimal"),
        (validators.MinValueValidator(2), 1, "Escribe 2 o más."),
    ],
)
def test_message_of_a_validator_is_in_our_own_words(
    validator: object, value: object, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        validator(value)  # type: ignore[operator]


def test_password_like_ones_own_data_is_told_so() -> None:
    check = password_validation.UserAttributeSimilarityValidator(("full_name",))
    with pytest.raises(ValidationError, match="demasiado a tus propios datos"):
        check.validate("rosalba millapan", User(full_name="Rosalba Millapán"))


def test_compiled_words_are_those_that_were_written() -> None:
    """django.mo is what runs; django.po is what people read."""
    with PO.with_suffix(".mo").open("rb") as compiled:
        told = gettext.GNUTranslations(compiled)
    text = PO.read_text(encoding="utf-8")
    single = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE)
    assert len(single) > 25
    assert [one for one, words in single if told.gettext(one) != words] == []
    plural = re.findall(
        r'^msgid "(.+)"\nmsgid_plural "(.+)"\nmsgstr\[0\] "(.+)"\nmsgstr\[1\] "(.+)"$',
        text,
        re.MULTILINE,
    )
    for one, many, of_one, of_many in plural:
        assert told.ngettext(one, many, 1) == of_one == ngettext(one, many, 1)
        assert told.ngettext(one, many, 2) == of_many == ngettext(one, many, 2)
