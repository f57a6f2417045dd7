"""The mail by which a packet goes to the regional office, and the company's copy.

The preview shows what these functions return, and what is queued is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.template.loader import render_to_string

from courses.models import TrainingAction
from liquidation.models import Packet, PacketBuild, Way
from otec_portal.core.downloads import plain_name
from otec_portal.core.outbox import Attached, subject_line
from otec_portal.core.regions import REGIONS

HIDDEN: Final = "(el enlace va solo en el correo a la Dirección Regional)"


@dataclass(frozen=True)
class Contact:
    """Who is written to at the company, and answered to by the office."""

    name: str
    email: str


@dataclass(frozen=True)
class Letter:
    """What a mail says."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """All that the mail tells of: one packet as it was built, and for whom."""

    packet: Packet
    actions: Sequence[TrainingAction]
    build: PacketBuild
    contact: Contact
    late_reason: str = ""


def mailbox_of(packet: Packet) -> str:
    """Return where the office of the packet's region takes requests in (F13)."""
    return REGIONS[packet.region].mailbox


def letter_of(
    request: Request, *, way: Way, until: date | None = None, address: str = HIDDEN
) -> Letter:
    """Return the mail; by link it tells `address`, which holds up to `until`."""
    told = {
        "packet": request.packet,
        "actions": request.actions,
        "build": request.build,
        "contact": request.contact,
        "late_reason": request.late_reason,
        "by_link": way == Way.LINK,
        "by_company": way == Way.BY_COMPANY,
        "until": until,
        "address": address,
    }
    return Letter(_subject(request), render_to_string("emails/packet.txt", told))


def _subject(request: Request) -> str:
    codes = ", ".join(one.action_code for one in request.actions)
    return subject_line(
        f"Solicitud de liquidación · {request.packet.company.name} · acción {codes}"
    )


def files_of(request: Request) -> list[Attached]:
    """Return the two files of the packet, named as whoever gets them keeps them."""
    build = request.build
    return [
        Attached(
            name=file_name(request.packet, "pdf"),
            content_type="application/pdf",
            key=build.pdf_key,
            sha256=build.pdf_sha256,
            size=build.pdf_size or 0,
        ),
        Attached(
            name=file_name(request.packet, "zip"),
            content_type="application/zip",
            key=build.zip_key,
            sha256=build.zip_sha256,
            size=build.zip_size or 0,
        ),
    ]


def file_name(packet: Packet, ending: str) -> str:
    """Return the name of a packet's file: by the company's RUT and its own number."""
    return f"{plain_name(f'liquidacion-{packet.company.rut}-{packet.pk}')}.{ending}"
