"""What makes a participant's data good: for the form, for a file, for the services."""

from typing import Final

from django.core.exceptions import ValidationError

from courses.models import Participant

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
CHECKED: Final = ("run", "first_names", "last_names", "email")
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
    person = Participant(
        run=run, first_names=first_names, last_names=last_names, email=email
    )
    others = {field.name for field in Participant._meta.fields} - set(CHECKED)
    try:
        person.clean_fields(exclude=others)
    except ValidationError as wrong:
        found = dict(wrong.error_dict)
    else:
        found = {}
    errors: dict[str, str] = {
        name: _in_words(name, found[name][0]) for name in CHECKED if name in found
    }
    for name in ("first_names", "last_names"):
        value = getattr(person, name)
        if UNREADABLE in value:
            errors[name] = "Tiene letras que no se pudieron leer: escríbelas de nuevo."
        elif name not in errors and any(one.isdigit() for one in value):
            errors[name] = "Un nombre no lleva números."
    return errors


def _in_words(name: str, error: ValidationError) -> str:
    if error.code in {"blank", "null"}:
        return MISSING[name]
    if error.code == "max_length":
        longest = Participant._meta.get_field(name).max_length  # type: ignore[union-attr]
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
