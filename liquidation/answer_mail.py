"""Mail about an answer: to the company, and to the people of the training body."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from liquidation.contents import actions_of
from liquidation.models import Packet, PacketAnswer
from otec_portal.core import outbox
from otec_portal.core.memberships import addresses
from otec_portal.core.models import Role
from otec_portal.core.to_sence import reaches


def tell(answer: PacketAnswer, packet: Packet, *, at: datetime) -> int:
    """Write to the company's contact and to who can go on; return how many are new."""
    company = [answer.dispatch.copy_to] if reaches(answer.dispatch.copy_to) else []
    return _queue(answer, packet, "company", company, at=at) + _queue(
        answer, packet, "people", _people(answer, packet), at=at
    )


def _people(answer: PacketAnswer, packet: Packet) -> list[str]:
    """Return the national admins, those of the packet's region, who sent or made it."""
    ours = Q(training_body=packet.training_body_id)
    hands = {answer.dispatch.by_id, packet.by_id}
    national = Q(role=Role.NATIONAL_ADMIN)
    regional = Q(role=Role.REGIONAL_ADMIN, regions__region=packet.region)
    return addresses(ours & (national | regional | Q(user__in=hands - {None})))


def _queue(
    answer: PacketAnswer, packet: Packet, whom: str, to: list[str], *, at: datetime
) -> int:
    path = reverse("liquidation:delivery", args=[packet.public_id])
    word = "Liquidado" if answer.liquidated else "Observado"
    told = {
        "answer": answer,
        "packet": packet,
        "actions": actions_of(packet),
        "page": f"{settings.PORTAL_BASE_URL}{path}" if whom == "people" else "",
    }
    return outbox.queue(
        dedup_key=f"packet_answered:{answer.dispatch.public_id}:{whom}",
        training_body=packet.training_body,
        recipients=to,
        subject=f"{word}: expediente de liquidación de {packet.company.name}",
        text=render_to_string("emails/packet_answered.txt", told),
        at=at,
        about=outbox.About(secret=False, region=packet.region, page=path),
    )
