"""The bytes of a packet's documents, one by one: those that were taken, or none."""

import hashlib
from collections.abc import Callable
from typing import IO

import pikepdf

from liquidation.models import DeclarationDocument, Paper
from liquidation.packet.manifest import Document
from otec_portal.core import sealed
from otec_portal.core.picture_pdf import as_pdf
from otec_portal.core.sealed import DamagedFile
from otec_portal.core.uploads import FileKind


class DamagedDocument(Exception):
    """What is stored of the document is not what was taken, or can't go into a PDF."""

    def __init__(self, document: Document) -> None:
        super().__init__(document.sha256)
        self.document = document


def pdf_of(document: Document) -> bytes:
    """Return `document` as PDF. Raises DamagedDocument."""
    try:
        content = _content_of(document)
    except (DamagedFile, FileNotFoundError) as why:
        raise DamagedDocument(document) from why
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DamagedDocument(document)
    try:
        return as_pdf(FileKind(document.media), content)
    except (pikepdf.PdfError, OSError, ValueError, LookupError) as why:
        raise DamagedDocument(document) from why


def _content_of(document: Document) -> bytes:
    if document.paper is None:
        kept = DeclarationDocument.objects.get(pk=document.declaration)
        return bytes(kept.content)
    with sealed.opened(Paper.objects.get(pk=document.paper).key) as file:
        return file.read()


class Hashing:
    """A file to read once from its beginning, which knows what went by.

    `told` is called with every piece.
    """

    def __init__(self, file: IO[bytes], told: Callable[[], None]) -> None:
        file.seek(0)
        self._file, self._told = file, told
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        self._told()
        data = self._file.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        """Of what was read, in hexadecimal."""
        return self._hash.hexdigest()
