"""Papers with their files, as the tests of uploads want them."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from liquidation.kinds import DocumentKind
from liquidation.models import Packet, PacketAction, Paper
from liquidation.places import Place
from liquidation.reading import read
from liquidation.services import placing
from liquidation.services.declarations import DeclarationRefused
from liquidation.services.packets import PacketRefused
from liquidation.services.papers import PaperRefused
from otec_portal.core import sealed
from otec_portal.core.models import AuditEntry, User
from otec_portal.core.uploads import accept
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.core import UserFactory
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


def invoice(held: PacketAction) -> Place:
    """The OTEC's invoice of the action."""
    return Place(DocumentKind.INVOICE, held.action)


def place(paper: Paper, *chosen: Place, by: User | None = None) -> None:
    """Say what the paper is, at NOW."""
    placing.place(paper, list(chosen), by=by or UserFactory(), at=NOW)


def refusal(deed: Any, *given: object, **more: object) -> str:
    """Return the code with which `deed` is refused, in words."""
    with pytest.raises((PaperRefused, PacketRefused, DeclarationRefused)) as refused:
        deed(*given, **more)
    assert refused.value.message
    return refused.value.code


def deeds(paper: Paper) -> list[str]:
    """Return what the history says was done to the paper, in order."""
    entries = AuditEntry.objects.filter(
        target_type="liquidation.Paper", target_id=str(paper.pk)
    )
    return [one.action.split(".")[1] for one in entries.order_by("pk")]
