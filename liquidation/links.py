"""Signed links to a packet: what one reads in an address, and whether it still holds.

The address is the row's public id and a signature under SECRET_KEY: nothing in the
database lets anybody in.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from liquidation.models import PacketLink

_SALT: Final = "liquidation.packet_link"


def lasts() -> timedelta:
    """Return for how long a link is made."""
    return timedelta(days=settings.PACKET_LINK_DAYS)


def signed(link: PacketLink) -> str:
    """Return what stands in the address of `link`."""
    return signing.Signer(salt=_SALT).sign(link.public_id.hex)


def address_of(link: PacketLink) -> str:
    """Return the absolute address of `link`."""
    path = reverse("liquidation:link", args=[signed(link)])
    return f"{settings.PORTAL_BASE_URL}{path}"


def read(text: str) -> PacketLink | None:
    """Return the link that `text` was signed for, whether it still holds or not."""
    try:
        public_id = UUID(hex=signing.Signer(salt=_SALT).unsign(text))
    except (signing.BadSignature, ValueError):
        return None
    rows = PacketLink.objects.select_related(
        "packet__training_body", "packet__company", "build", "by"
    )
    return rows.filter(public_id=public_id).first()


def still_holds(link: PacketLink, *, at: datetime) -> bool:
    """Say whether `link` holds as its row is now: ask with its packet held."""
    rows = PacketLink.objects.filter(pk=link.pk, revoked_at=None)
    return rows.filter(expires_at__gt=at).exists()


def holds(link: PacketLink, *, at: datetime) -> bool:
    """Say whether `link` lets somebody in at `at`."""
    return link.revoked_at is None and at < link.expires_at
