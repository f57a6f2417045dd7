"""What makes a participant's data good: for the form, for a file, for the services."""

from typing import Any, Final

from django.core.exceptions import ValidationError

from courses.models import Participant

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
CHECKED: Final = ("run", "first_names", "last_names", "email")
_NAMES: Final = {"first_names", "last_names"}
MISSING: Final = {
    "run": "Falta el RUN.",
    "first_names": "Faltan los nombres.",
    "last_names": "Faltan los apellidos.",
}
_WORDS: Final = {
    "rut": "El RUN no es válido. Revisa los números y el dígito verificador.",
    "invalid": "El correo no es válido: debe ser como nombre@empresa.cl.",
}


def person_errors(
    *, run: str, first_names: str, last_names: str, email: str
) -> dict[str, str]:
    """Return {field: what is wrong, in Spanish}; empty where all is well."""
    values = (run, first_names, last_names, email)
    told = {
        name: error_of(name, one) for name, one in zip(CHECKED, values, strict=True)
    }
    return {name: words for name, words in told.items() if words}


def error_of(name: str, value: str) -> str:
    """Return what is wrong with one of a person's values, in Spanish, or ""."""
    field: Any = Participant._meta.get_field(name)
    wrong = ""
    if value or not field.blank:
        try:
            value = field.clean(value, None)
        except ValidationError as error:
            wrong = _in_words(error.error_list[0], longest=field.max_length, name=name)
    if name not in _NAMES:
        return wrong
    if UNREADABLE in value:
        return "Tiene letras que no se pudieron leer: escríbelas de nuevo."
    if not wrong and any(one.isdigit() for one in value):
        return "Un nombre no lleva números."
    return wrong


def _in_words(error: ValidationError, *, longest: int, name: str) -> str:
    if error.code in {"blank", "null"}:
        return MISSING[name]
    if error.code == "max_length":
        return f"Tiene más de {longest} caracteres: acórtalo."
    return _WORDS.get(str(error.code), " ".join(error.messages))


def refuse_person(*, run: str, first_names: str, last_names: str, email: str) -> None:
    """Raise ValidationError, by field, where the data is not good."""
    errors = person_errors(
        run=run, first_names=first_names, last_names=last_names, email=email
    )
    if errors:
        raise ValidationError(
            {
                name: ValidationError(words, code="wrong")
                for name, words in errors.items()
            }
        )
