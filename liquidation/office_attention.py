"""What a regional office finds on its home page: packets that wait for an answer."""

from django.urls import reverse

from liquidation.deliveries import sent_to
from otec_portal.core.attention import Example, Item, Urgency, first_of, how_many
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed


def items(membership: Membership) -> list[Item]:
    """Return what waits; nothing for who is no office."""
    if not allowed(membership, Permission.REVIEW_PACKETS):
        return []
    first, count = first_of(sent_to(membership).filter(answer=None))
    return [
        Item(
            kind="liquidation.packets_to_answer",
            urgency=Urgency.TODAY,
            count=count,
            title=how_many(
                count,
                "expediente de liquidación espera respuesta",
                "expedientes de liquidación esperan respuesta",
            ),
            next_step="Revisa sus documentos y responde: liquidado u observado.",
            url=reverse("liquidation:office_packets"),
            link="Ver los expedientes",
            needs=Permission.REVIEW_PACKETS,
            examples=[
                Example(
                    f"{one.build.packet.company} de {one.build.packet.training_body}",
                    reverse("liquidation:office_packet", args=[one.public_id]),
                )
                for one in first
            ],
        )
    ]
