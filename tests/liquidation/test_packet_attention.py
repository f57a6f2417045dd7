"""What the home page says of packets, and of the money at stake."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import TrainingAction
from liquidation.attention import items
from liquidation.models import PacketAction, PacketState
from otec_portal.core.attention import Item, Urgency
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.liquidation.packing import packet_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


def told(who: SignedIn) -> dict[str, Item]:
    """What the home page says of packets."""
    found = items(who.membership, now=NOW)
    return {one.kind: one for one in found if "packets" in one.kind}


def ended(held: PacketAction, *, days: int, **facts: Any) -> None:
    """Let the action of the packet have ended so long ago."""
    TrainingAction.objects.filter(pk=held.action.pk).update(
        starts_on=TODAY - (days + 30) * DAY, ends_on=TODAY - days * DAY, **facts
    )


@pytest.mark.parametrize(
    ("state", "kind"),
    [(PacketState.READY, "ready"), (PacketState.OBSERVED, "observed")],
)
def test_packet_that_waits_for_the_otec_is_named(
    admin: SignedIn,
    rival: SignedIn,
    our_body: TrainingBody,
    state: PacketState,
    kind: str,
) -> None:
    held = packet_of(our_body, state=state)
    found = told(admin)
    assert set(found) == {f"liquidation.packets_{kind}"}
    (item,) = found.values()
    assert (item.count, item.urgency) == (1, Urgency.TODAY)
    assert held.packet.company.name in item.examples[0].text
    assert told(rival) == {}


@pytest.mark.parametrize(
    ("days", "urgency"),
    [(49, None), (50, Urgency.SOON), (57, Urgency.NOW), (75, Urgency.NOW)],
)
def test_draft_is_named_once_day_60_comes_near(
    admin: SignedIn, our_body: TrainingBody, days: int, urgency: Urgency | None
) -> None:
    ended(packet_of(our_body), days=days)
    found = told(admin)
    assert [one.urgency for one in found.values()] == ([urgency] if urgency else [])


@pytest.mark.parametrize("state", [PacketState.SENT, PacketState.LIQUIDATED])
def test_packet_that_left_needs_nobody(
    admin: SignedIn, our_body: TrainingBody, state: PacketState
) -> None:
    ended(packet_of(our_body, state=state), days=58)
    assert told(admin) == {}


def test_money_at_stake_stands_beside_the_terms_that_are_near(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for days, value in ((55, 1_000_000), (58, 500_000), (56, None)):
        ended(packet_of(our_body), days=days, value=value)
    found = {one.kind: one for one in items(admin.membership, now=NOW)}
    item = found["liquidation.to_liquidate"]
    assert item.title.endswith("tienen su plazo cerca: $1.500.000 en juego")
    assert item.examples[0].text.endswith(", $500.000 en juego")
    assert "en juego" not in item.examples[1].text
    near = found["liquidation.packets_near"]
    assert near.examples[0].text.endswith("$500.000 en juego")
