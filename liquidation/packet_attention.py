"""What packets need of a person: to be sent, to be corrected, to be completed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from liquidation.desk import packets_for
from liquidation.lateness import due_from, near_from
from liquidation.models import PacketState
from otec_portal.core.attention import Example, Item, Urgency, first_of, how_many
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission
from otec_portal.core.pesos import in_pesos


@dataclass(frozen=True)
class _Kind:
    """Packets in one state that need a person; `near`: only where day 60 comes near."""

    kind: str
    state: PacketState
    one: str
    many: str
    next_step: str
    urgency: Callable[[Any, date], Urgency]
    near: bool = False


def _today(_first: Any, _day: date) -> Urgency:
    return Urgency.TODAY


def _by_term(first: Any, today: date) -> Urgency:
    """The first one is the most pressing."""
    due = due_from(first.day_zero, today)
    return Urgency.NOW if due and due.badge.kind == "danger" else Urgency.SOON


_KINDS: Final = (
    _Kind(
        "liquidation.packets_observed",
        PacketState.OBSERVED,
        "expediente fue observado por la Dirección Regional",
        "expedientes fueron observados por la Dirección Regional",
        "Lee las observaciones, corrige y envíalo otra vez.",
        _today,
    ),
    _Kind(
        "liquidation.packets_ready",
        PacketState.READY,
        "expediente está completo y sin enviar",
        "expedientes están completos y sin enviar",
        "Ármalo, revísalo y pide la liquidación.",
        _today,
    ),
    _Kind(
        "liquidation.packets_near",
        PacketState.DRAFT,
        "expediente en borrador tiene el día 60 cerca o vencido",
        "expedientes en borrador tienen el día 60 cerca o vencido",
        "Mira qué falta y a quién le toca.",
        _by_term,
        near=True,
    ),
)


def items(membership: Membership, today: date) -> list[Item]:
    """Return what packets need of a person on `today`."""
    return [_item(kind, membership, today) for kind in _KINDS]


def _item(kind: _Kind, membership: Membership, today: date) -> Item:
    waiting = packets_for(membership).filter(state=kind.state)
    if kind.near:
        waiting = waiting.filter(day_zero__lte=near_from(today))
    first, count = _first_of(waiting)
    asked = urlencode({"estado": kind.state.value})
    return Item(
        kind=kind.kind,
        urgency=kind.urgency(first[0], today) if first else Urgency.SOON,
        count=count,
        title=how_many(count, kind.one, kind.many),
        next_step=kind.next_step,
        url=f"{reverse('liquidation:packets')}?{asked}",
        link="Ver los expedientes",
        needs=Permission.LIQUIDATE,
        examples=[_example(one, today) for one in first],
    )


def _first_of(waiting: QuerySet[Any]) -> tuple[list[Any], int]:
    return first_of(waiting.order_by("day_zero", "pk"))


def _example(one: Any, today: date) -> Example:
    due = due_from(one.day_zero, today)
    told = [str(one.company)]
    if due:
        told.append(f"día 60 el {due.until:%d-%m-%Y}")
    if one.money is not None:
        told.append(f"{in_pesos(one.money)} en juego")
    address = reverse("liquidation:packet", args=[one.public_id])
    return Example(", ".join(told), address)
