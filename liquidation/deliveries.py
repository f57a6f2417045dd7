"""What left of a packet: its files, its dispatches, who opened them, what is next."""

from django.db.models import Exists, OuterRef, QuerySet

from liquidation.models import (
    Dispatch,
    Packet,
    PacketAnswer,
    PacketLink,
)
from otec_portal.core.models import AuditEntry, Membership

DOWNLOADED = "liquidation.packet_downloaded"
BY_LINK = "liquidation.packet_downloaded_by_link"


def last_dispatch(packet: Packet) -> Dispatch | None:
    """Return the last time that `packet` was sent, with its answer."""
    return dispatches_of(packet).first()


def dispatches_of(packet: Packet) -> QuerySet[Dispatch]:
    """Return how `packet` was sent each time, the last one first."""
    return (
        Dispatch.objects.filter(build__packet=packet)
        .select_related(
            *("build", "by", "company_link", "office_link", "mail", "copy"),
            *("answer__by", "answer__link", "answer__evidence"),
        )
        .defer("answer__evidence__content")
        .order_by("-at", "-pk")
    )


def links_of(packet: Packet) -> QuerySet[PacketLink]:
    """Return the links to `packet`, the last one first."""
    return packet.links.select_related("by", "revoked_by").order_by("-at", "-pk")


def downloads_of(packet: Packet) -> QuerySet[AuditEntry]:
    """Return who downloaded what of `packet`, the last one first."""
    return (
        AuditEntry.objects.filter(
            action__in=[DOWNLOADED, BY_LINK],
            target_type=Packet._meta.label,
            target_id=str(packet.pk),
        )
        .select_related("user")
        .order_by("-at", "-pk")
    )


def sent_to(membership: Membership) -> QuerySet[Dispatch]:
    """Return what an office of these regions received: of each packet the last time.

    Those that wait for an answer first, the oldest of them on top.
    """
    newer = Dispatch.objects.filter(
        build__packet=OuterRef("build__packet"), pk__gt=OuterRef("pk")
    )
    given = PacketAnswer.objects.filter(dispatch=OuterRef("pk"))
    return (
        Dispatch.objects.submitted_to(membership)
        .filter(~Exists(newer))
        .select_related(
            "build__packet__training_body", "build__packet__company", "answer"
        )
        .annotate(answered=Exists(given))
        .order_by("answered", "at", "pk")
    )
