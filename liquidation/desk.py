"""Packets as the desk's lists show them, and the actions of which one can be made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from courses import lookups
from courses.models import Company, Environment, TrainingAction
from courses.models.actions import code_with
from liquidation.completeness import Missing, missing_of
from liquidation.contents import Held, contents_of_each
from liquidation.lateness import Due, due_from
from liquidation.models import Packet, PacketAction, Paper, PaperState
from liquidation.packet_states import Words, words_of
from otec_portal.core.models import Membership
from otec_portal.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_ACTION = "packet_actions__action"


class Weighed(TypedDict):
    """What `packets_for` adds to a packet."""

    day_zero: date | None  # of its most pressing action
    money: int | None  # at stake, of the actions whose value is known
    number: int  # of its actions


@dataclass(frozen=True)
class Row:
    """A packet in a list."""

    packet: Any
    held: Sequence[Held]
    missing: Sequence[Missing]
    due: Due | None

    @property
    def state(self) -> Words:
        """Its state in words."""
        return words_of(self.packet.state)

    @property
    def runs(self) -> bool:
        """Whether its term still asks something of somebody."""
        return bool(self.packet.is_open)


def packets_for(membership: Membership) -> "QuerySet[WithAnnotations[Packet, Weighed]]":
    """Return the packets that `membership` may know of, with what Weighed says."""
    mine = Packet.objects.visible_to(membership)
    return mine.select_related("company", "training_body", "by").annotate(
        day_zero=Min(f"{_ACTION}__day_zero"),
        money=Sum(f"{_ACTION}__value"),
        number=Count("packet_actions"),
    )


def narrow(
    packets: QuerySet[Any], membership: Membership, *, state: str, region: str, q: str
) -> QuerySet[Any]:
    """Return those in `state` and of `region`, in whose company or codes `q` stands.

    What is "" narrows nothing.
    """
    if state:
        packets = packets.filter(state=state)
    if region:
        packets = packets.filter(region=region)
    if not q:
        return packets
    companies = lookups.search(
        Company.objects.visible_to(membership), q, kind=lookups.KINDS["empresas"]
    )
    coded = PacketAction.objects.filter(code_with(q, "action__"))
    return packets.filter(
        Q(company__in=companies.order_by().values("pk"))
        | Exists(coded.filter(packet=OuterRef("pk")))
    )


def rows_of(packets: Collection[Any], *, today: date) -> list[Row]:
    """Return how each of `packets`, of `packets_for`, stands on `today`; 8 queries."""
    contents = contents_of_each(packets)
    waiting = _unplaced(packets)
    return [
        Row(
            packet=one,
            held=contents[one.pk],
            missing=missing_of(
                one, contents[one.pk], unplaced=waiting.get(one.pk, 0), today=today
            ),
            due=due_from(one.day_zero, today),
        )
        for one in packets
    ]


def _unplaced(packets: Collection[Packet]) -> dict[int, int]:
    rows = Paper.objects.filter(packet__in=packets, state=PaperState.UNPLACED)
    counted = rows.order_by().values_list("packet").annotate(number=Count("pk"))
    return dict(counted.values_list("packet", "number"))


def makeable(membership: Membership, *, today: date) -> TenantQuerySet[TrainingAction]:
    """Return the actions of which a packet can be made on `today`.

    They are over, in production, undecided, and in no packet yet.
    """
    mine = TrainingAction.objects.visible_to(membership)
    return mine.filter(
        environment=Environment.PRODUCTION,
        decision="",
        packet_action=None,
        day_zero__lt=today,
    ).select_related("course", "company")
