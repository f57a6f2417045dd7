"""What happened to a packet: its states, and what was done to it and its papers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from liquidation.deeds import VALUES, WORDS
from liquidation.models import Dispatch, Packet, PacketBuild, PacketLink, Paper
from liquidation.packet_states import MOVES, words_of
from otec_portal.core import deeds
from otec_portal.core.models import AuditEntry
from otec_portal.core.workflow import TransitionLog

SHOWN: Final = 12  # before they are unfolded
MOST: Final = 500
_PATHS: Final[dict[type[Model], str]] = {
    Paper: "packet",
    PacketBuild: "packet",
    PacketLink: "packet",
    Dispatch: "build__packet",
}


@dataclass(frozen=True)
class Event:
    """Something that happened; as templates/components/timeline.html wants it."""

    time: datetime
    title: str
    text: str
    kind: str


def history_of(packet: Packet) -> list[Event]:
    """Return what happened to `packet`, the latest first, at most MOST of each sort.

    Two queries.
    """
    moves = TransitionLog.objects.filter(
        target_type=Packet._meta.label, target_id=packet.pk
    )
    found = [_of_move(one) for one in moves.order_by("-at", "-pk")[:MOST]]
    found += [_of_entry(one) for one in _entries(packet)[:MOST]]
    return sorted(found, key=lambda event: event.time, reverse=True)


def _entries(packet: Packet) -> QuerySet[AuditEntry]:
    about = Q(target_type=Packet._meta.label, target_id=str(packet.pk))
    for model, path in _PATHS.items():
        mine = model._default_manager.filter(**{path: packet})
        keys = mine.annotate(as_text=Cast("pk", CharField()))
        about |= Q(
            target_type=model._meta.label,
            target_id__in=keys.order_by().values("as_text"),
        )
    rows = AuditEntry.objects.filter(about).select_related("user")
    return rows.order_by("-at", "-pk")


def _of_move(one: TransitionLog) -> Event:
    return Event(
        time=one.at,
        title=MOVES[one.transition],
        text=one.by,
        kind=words_of(one.state).badge.kind,
    )


def _of_entry(one: AuditEntry) -> Event:
    return Event(
        time=one.at,
        title=deeds.in_words(one, words=WORDS, values=VALUES),
        text=one.user.full_name if one.user else "El portal",
        kind="neutral",
    )
