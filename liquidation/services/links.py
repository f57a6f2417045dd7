"""Handing a packet to the company's contact, and ending links."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from liquidation import links
from liquidation.models import Audience, Packet, PacketLink, PacketState
from liquidation.packet_mail import Contact
from liquidation.services.packets import PacketRefused, hold
from otec_portal.core import audit, outbox
from otec_portal.core.models import OutgoingEmail, User


@transaction.atomic
def hand_over(
    packet: Packet, *, contact: Contact, by: User, at: datetime
) -> PacketLink:
    """Give the company's contact a link to `packet`, by mail.

    Raises PacketRefused (liquidated) where nothing is left to do, NotForSence for an
    address of SENCE.
    """
    current = hold(packet)
    if current.state == PacketState.LIQUIDATED:
        raise PacketRefused("El expediente ya está liquidado.", code="liquidated")
    made = PacketLink.objects.create(
        packet=current,
        audience=Audience.COMPANY,
        name=contact.name,
        email=contact.email,
        expires_at=at + links.lasts(),
        by=by,
        at=at,
    )
    _write(made, at=at)
    _record("packet_handed_over", made, by=by, at=at)
    return made


@transaction.atomic
def revoke(link: PacketLink, *, by: User, at: datetime) -> None:
    """End `link`; its mail, if it has not left yet, does not. Once is enough."""
    hold(link.packet)
    held = PacketLink.objects.filter(pk=link.pk, revoked_at=None)
    if not held.update(revoked_at=at, revoked_by=by):
        return
    mails = OutgoingEmail.objects.filter(
        Q(dedup_key=_key(link)) | Q(dispatch__office_link=link)
    )
    outbox.withdraw(mails, at=at)
    _record("link_revoked", link, by=by, at=at)


def _key(link: PacketLink) -> str:
    return f"packet_link:{link.public_id}"


def _write(link: PacketLink, *, at: datetime) -> None:
    packet = link.packet
    told = {
        "link": link,
        "packet": packet,
        "address": links.address_of(link),
        "until": timezone.localdate(link.expires_at),
    }
    outbox.queue_each(
        [
            outbox.Draft(
                _key(link),
                link.email,
                f"Expediente de liquidación de {packet.company.name}",
                render_to_string("emails/packet_handed_over.txt", told),
                outbox.About(
                    secret=True,
                    region=packet.region,
                    page=reverse("liquidation:delivery", args=[packet.public_id]),
                    expires_at=link.expires_at,
                ),
            )
        ],
        training_body=packet.training_body,
        at=at,
    )


def _record(deed: str, link: PacketLink, *, by: User, at: datetime) -> None:
    audit.record(
        f"liquidation.{deed}",
        at=at,
        by=by,
        training_body=link.packet.training_body,
        target=link.packet,
        who=link.name,
        to=link.email,
        until=f"{timezone.localdate(link.expires_at):%d-%m-%Y}",
    )
