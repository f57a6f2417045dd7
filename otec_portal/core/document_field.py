"""The field by which a document is uploaded and opened; why not stands beside it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from otec_portal.core import uploads
from otec_portal.core.uploads import Document, FileRefused

CHOOSE_AGAIN = (
    "Elige otra vez el documento: no se guarda mientras haya algo que corregir."
)


@dataclass(frozen=True)
class Chosen:
    """A document that was opened and taken, under the name that it had."""

    document: Document
    name: str


class DocumentField(forms.FileField):
    """A PDF, JPEG or PNG; its value is what was Chosen."""

    widget = forms.FileInput(attrs={"accept": uploads.ACCEPT})

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        given = {
            "max_length": 200,
            "help_text": "PDF, JPEG o PNG, de hasta 10 MB.",
            "error_messages": {
                "required": missing,
                "empty": "El archivo está vacío.",
                "max_length": "El nombre del archivo es demasiado largo: acórtalo.",
            },
        }
        super().__init__(**{**given, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Chosen:
        """Open it (H5). Raises ValidationError with the code of uploads.accept."""
        file = super().clean(data, initial)
        try:
            # one byte too many is enough to refuse it
            return Chosen(uploads.accept(file.read(uploads.MAX_BYTES + 1)), file.name)
        except FileRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from None


def say_what_is_lost(form: forms.Form, field: str) -> None:
    """Ask for the document again where something else is wrong with `form`.

    A browser never sends a file a second time by itself.
    """
    if form.errors and form.cleaned_data.get(field) and field not in form.errors:
        form.add_error(field, ValidationError(CHOOSE_AGAIN, code="choose_again"))
