"""Papers with their files, as the tests of uploads want them."""

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from liquidation.models import Packet, Paper
from liquidation.reading import read
from otec_portal.core import sealed
from otec_portal.core.uploads import accept
from tests.core.documents import pdf
from tests.factories.packets import PaperFactory


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def kept(
    packet: Packet,
    name: str = "documento.pdf",
    content: bytes | None = None,
    *,
    text: str = "",
    **facts: Any,
) -> Paper:
    """A paper of the packet that waits, with its file; `text` is what it says."""
    # a comment behind its end makes another file of it
    data = content or pdf() + f"\n%{name}".encode()
    document = accept(data)
    made: Paper = PaperFactory(
        packet=packet,
        name=name,
        kind=document.kind,
        sha256=hashlib.sha256(document.content).hexdigest(),
        size=len(document.content),
        pages=document.pages,
        key=sealed.keep(BytesIO(document.content), folder="papers"),
        found=read(name, text).as_json(),
        **facts,
    )
    return made
