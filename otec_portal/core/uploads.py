"""Documents that people upload: PDF, JPEG, PNG, by content, not by name (D1, D3, D5).

What a file is, its first bytes say; whether it is one, a process of its own finds out
by really opening it (upload_child.py), with bounds on its memory and time.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from otec_portal.core.errors import DomainError
from otec_portal.core.pictures import bare_jpeg, bare_png

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PAGES: Final = 300
MAX_PIXELS: Final = 50_000_000
ACCEPT: Final = ".pdf,.jpg,.jpeg,.png"
_CHILD: Final = Path(__file__).with_name("upload_child.py")
_PATIENCE: Final = 20  # seconds, by the clock on the wall
_MEMORY: Final = 768 * 1024 * 1024
_WORK: Final = 10  # seconds
_AGAIN: Final = "Ábrelo, guárdalo otra vez como PDF y súbelo de nuevo."


class FileKind(StrEnum):
    """What may be uploaded; the values are its media types."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def extension(self) -> str:
        """How names of such files end."""
        return {self.PDF: "pdf", self.JPEG: "jpg", self.PNG: "png"}[self]


class FileRefused(DomainError):
    """This file is not taken; the message says why and what to do."""

    code = "file_refused"


@dataclass(frozen=True)
class Document:
    """A file that was opened and found sound, without what it told of its camera."""

    kind: FileKind
    content: bytes
    pages: int


_SIGNATURES: Final = {
    b"%PDF-": FileKind.PDF,
    b"\xff\xd8\xff": FileKind.JPEG,
    b"\x89PNG\r\n\x1a\n": FileKind.PNG,
}
_WORDS: Final = {
    "encrypted": "El PDF está protegido con contraseña o contra cambios. Imprímelo "
    "como un PDF nuevo y sube ese.",
    "too_many_pages": f"El PDF tiene más de {MAX_PAGES} páginas: sube solo las "
    "que hacen falta.",
    "too_many_pixels": "La imagen es demasiado grande: el máximo es 50 megapíxeles.",
    "too_much": "El archivo ocupa demasiado al abrirlo. Vuelve a escanearlo con menos "
    "calidad.",
}
_BROKEN: Final = {
    FileKind.PDF: f"El PDF está dañado o incompleto. {_AGAIN}",
    FileKind.JPEG: "La imagen está dañada o incompleta. Guárdala otra vez y súbela.",
    FileKind.PNG: "La imagen está dañada o incompleta. Guárdala otra vez y súbela.",
}


def accept(data: bytes) -> Document:
    """Return the document that `data` is. Raises FileRefused.

    Codes: empty, too_big, wrong_kind, broken, encrypted, too_many_pages,
    too_many_pixels, too_much.
    """
    kind = _kind_of(data)
    answer = _ask(data, kind)
    if (error := answer.get("error")) is not None:
        raise FileRefused(_WORDS.get(error) or _BROKEN[kind], code=error)
    return Document(kind, _bare(data, kind, answer), answer["pages"])


def _kind_of(data: bytes) -> FileKind:
    if not data:
        raise FileRefused("El archivo está vacío.", code="empty")
    if len(data) > MAX_BYTES:
        raise FileRefused("El archivo pesa más de 10 MB.", code="too_big")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    raise FileRefused(
        "El archivo no es un PDF ni una imagen JPEG o PNG, aunque su nombre lo diga. "
        "Sube el documento en uno de esos formatos.",
        code="wrong_kind",
    )


def _bare(data: bytes, kind: FileKind, answer: dict[str, Any]) -> bytes:
    """Return the picture without its camera's notes: where it was taken is nobody's."""
    if kind == FileKind.JPEG:
        return bare_jpeg(data, orientation=answer["orientation"])
    return bare_png(data) if kind == FileKind.PNG else data


def _ask(data: bytes, kind: FileKind) -> dict[str, Any]:
    limits = {"kind": kind.name, "pages": MAX_PAGES, "pixels": MAX_PIXELS}
    return ask_child(_CHILD, data, limits) or {"error": "too_much"}


def ask_child(
    child: Path, data: bytes, limits: Mapping[str, object]
) -> dict[str, Any] | None:
    """Return what the program `child` of ours answers about `data`.

    None where it took more memory or time than it may, and was ended.
    """
    bounds = {**limits, "memory": _MEMORY, "seconds": _WORK}
    try:
        done = subprocess.run(  # noqa: S603 - our own file, nothing of the upload
            [sys.executable, "-I", "-B", str(child), json.dumps(bounds)],
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:  # ended by the kernel, or for want of memory
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
