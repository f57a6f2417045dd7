"""Packets that can be sent, with files that are really there."""

import hashlib
import io
from typing import Any
from uuid import UUID

from liquidation.deliveries import last_dispatch
from liquidation.models import Dispatch, Packet, PacketBuild
from liquidation.packet_mail import Contact
from liquidation.services.building import contents_now
from liquidation.services.dispatch import Order, send
from liquidation.services.packets import keep_state
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.regions import REGIONS
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.packets import PacketBuildFactory
from tests.liquidation.packing import packet_of, paid

ROSA = Contact("Rosa Tapia", "rosa@empresa.example")
ZIP, PDF = b"PK\x03\x04 the single documents", b"%PDF-1.7 the merged one"
MAULE = REGIONS["ML"].mailbox


def built_of(packet: Packet, **facts: Any) -> PacketBuild:
    """What was built of a packet, its files sealed where private files lie."""
    held = contents_now(packet, at=NOW, by=None)
    made: PacketBuild = PacketBuildFactory(
        packet=packet,
        contents=held.text,
        digest=held.digest,
        total=len(held.documents),
        built=True,
        zip_key=sealed.keep(io.BytesIO(ZIP), folder="packets"),
        zip_sha256=hashlib.sha256(ZIP).hexdigest(),
        zip_size=len(ZIP),
        pdf_key=sealed.keep(io.BytesIO(PDF), folder="packets"),
        pdf_sha256=hashlib.sha256(PDF).hexdigest(),
        pdf_size=len(PDF),
        **{"done": len(held.documents), **facts},
    )
    return made


def ready(body: TrainingBody, **facts: Any) -> PacketBuild:
    """A packet that lacks nothing and is built; its action ended yesterday."""
    held = packet_of(body, **facts)
    paid(held)
    keep_state(held.packet, by=UserFactory(), at=NOW)
    return built_of(held.packet)


def order(build: PacketBuild, *, after: UUID | None = None, reason: str = "") -> Order:
    """The order that the page gives which shows `build`."""
    return Order(build=build, after=after, contact=ROSA, late_reason=reason)


def sent(body: TrainingBody, *, by: User | None = None, **facts: Any) -> Dispatch:
    """A packet that was sent at NOW."""
    build = ready(body, **facts)
    send(build.packet, order=order(build), by=by or UserFactory(), at=NOW)
    made = last_dispatch(build.packet)
    assert made is not None
    return made
