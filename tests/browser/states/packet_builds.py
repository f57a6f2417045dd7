"""The states of the page on which a packet is built."""

from datetime import timedelta

from django.utils import timezone

from courses.models import Modality, TrainingAction
from liquidation.models import BuildState, Packet, PacketAction, PacketState
from liquidation.services.building import DAMAGED, ask, present_build
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.core import UserFactory
from tests.factories.packets import PacketBuildFactory
from tests.liquidation.building import built, whole_packet
from tests.liquidation.packing import packet_of, person

LONG = "Comercializadora de Productos del Mar y Servicios Portuarios del Estrecho Ltda."


def _held(stage: Stage) -> PacketAction:
    """A packet that lacks nothing."""
    held = whole_packet(stage.body)
    held.packet.company.name = LONG
    held.packet.company.save()
    today = timezone.localdate()
    TrainingAction.objects.filter(pk=held.action.pk).update(
        starts_on=today - timedelta(days=40), ends_on=today - timedelta(days=20)
    )
    return held


def _opens(stage: Stage, packet: Packet) -> None:
    stage.signs_in()
    stage.opens(f"/expedientes/{packet.public_id}/armado/")


@state
def packet_build_lacks_something(stage: Stage) -> None:
    held = packet_of(stage.body, Modality.E_LEARNING)
    for number in range(25):
        person(held, f"Ana {number}")
    _opens(stage, held.packet)


@state
def packet_build_to_ask_for(stage: Stage) -> None:
    _opens(stage, _held(stage).packet)


@state
def packet_build_refused(stage: Stage) -> None:
    held = _held(stage)
    _opens(stage, held.packet)
    held.packet.papers.get(name="foto.jpg").placements.update(until=timezone.now())
    stage.presses("Armar el expediente")
    stage.is_refused()


@state
def packet_build_under_way(stage: Stage) -> None:
    packet = _held(stage).packet
    one = ask(packet, by=UserFactory(), at=timezone.now())
    one.advance("claim", at=timezone.now(), done=3)
    _opens(stage, packet)


@state
def packet_build_done(stage: Stage) -> None:
    packet = _held(stage).packet
    built(packet, at=timezone.now())
    _opens(stage, packet)


@state
def packet_build_failed(stage: Stage) -> None:
    packet = _held(stage).packet
    now = timezone.now()
    before = PacketBuildFactory(packet=packet, built=True)
    one = ask(packet, by=UserFactory(), at=now)
    one.advance("claim", at=now)
    what = "Declaración jurada del participante de Ana Soto"
    one.advance("fail", at=now, failure=DAMAGED.format(name="dj-77.pdf", what=what))
    assert present_build(packet, at=now) != before
    assert one.state == BuildState.FAILED
    _opens(stage, packet)


@state
def packet_build_outdated(stage: Stage) -> None:
    packet = _held(stage).packet
    PacketBuildFactory(packet=packet, built=True)
    _opens(stage, packet)


@state
def packet_build_of_one_sent_by_hand(stage: Stage) -> None:
    packet = _held(stage).packet
    Packet.objects.filter(pk=packet.pk).update(state=PacketState.SENT)
    _opens(stage, packet)
