"""A field for the document behind a deed: opened, or refused in words (D1, D3, H5)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from otec_portal.core import uploads
from otec_portal.core.uploads import Document, FileRefused


@dataclass(frozen=True)
class Evidence:
    """A document that was opened and found sound, with the name it came by."""

    name: str
    document: Document


class EvidenceField(forms.FileField):
    """A PDF, JPEG or PNG; its clean value is Evidence."""

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        """Make it; `missing` is said where no file was chosen."""
        super().__init__(
            max_length=200,
            widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
            help_text="PDF, JPEG o PNG, de hasta 10 MB.",
            error_messages={
                "required": missing,
                "empty": "El archivo está vacío.",
                "max_length": "El nombre del archivo es demasiado largo: acórtalo.",
            },
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Open the file. Raises ValidationError with why it isn't taken."""
        file: UploadedFile[bytes] = super().clean(data, initial)
        if (file.size or 0) > uploads.MAX_BYTES:
            raise ValidationError("El archivo pesa más de 10 MB.", code="too_big")
        try:
            return Evidence(file.name or "", uploads.accept(file.read()))
        except FileRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from None
