"""Documents kept as evidence, in the row beside what they prove (docs/adr/0021)."""

import hashlib
import uuid
from typing import Any, Final

from django.db import models

from otec_portal.core.uploads import Document, FileKind

NAME: Final = 200  # characters of a file's name
KINDS = [(kind.value, kind.name) for kind in FileKind]


class KeptBytes(models.Model):
    """A document that was accepted, as it was; its model is append-only."""

    name = models.CharField("nombre del archivo", max_length=NAME)
    kind = models.CharField("tipo", max_length=20, choices=KINDS)
    content = models.BinaryField("contenido")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")

    class Meta:
        abstract = True


class KeptDocument(KeptBytes):
    """One that has a row of its own, which its address names."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def as_fields(document: Document, filename: str) -> dict[str, Any]:
    """Return the values of a KeptDocument's fields for `document`."""
    return {
        "name": filename[:NAME],
        "kind": document.kind,
        "content": document.content,
        "sha256": hashlib.sha256(document.content).hexdigest(),
        "size": len(document.content),
    }
