"""Documents kept as evidence, in the row beside what they prove (docs/adr/0021)."""

import hashlib
import uuid
from typing import Any

from django.db import models

from otec_portal.core.uploads import Document, FileKind

KINDS = [(kind.value, kind.name) for kind in FileKind]


class KeptDocument(models.Model):
    """A document that was accepted, as it was; its model is append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nombre del archivo", max_length=200)
    kind = models.CharField("tipo", max_length=20, choices=KINDS)
    content = models.BinaryField("contenido")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")

    class Meta:
        abstract = True


def as_fields(document: Document, filename: str) -> dict[str, Any]:
    """Return the values of a KeptDocument's fields for `document`."""
    return {
        "name": filename,
        "kind": document.kind,
        "content": document.content,
        "sha256": hashlib.sha256(document.content).hexdigest(),
        "size": len(document.content),
    }
