"""Packets that leave: who sends them, who receives them, who answers."""

from liquidation.links import signed
from tests.factories.packets import (
    AnswerEvidenceFactory,
    DispatchFactory,
    PacketBuildFactory,
    PacketFactory,
    PacketLinkFactory,
)
from tests.liquidation.packing import files
from tests.matrix.kinds import ANYONE, OFFICE, REVIEWER, Scene

WHO = {
    "liquidation:delivery": REVIEWER,
    "liquidation:send": REVIEWER,
    "liquidation:hand_over": REVIEWER,
    "liquidation:record_answer": REVIEWER,
    "liquidation:revoke_link": REVIEWER,
    "liquidation:answer_evidence": REVIEWER,
    "liquidation:office_packets": OFFICE,
    "liquidation:office_packet": OFFICE,
    "liquidation:office_pdf": OFFICE,
    "liquidation:office_zip": OFFICE,
    "liquidation:link": ANYONE,
    "liquidation:link_pdf": ANYONE,
    "liquidation:link_zip": ANYONE,
    "liquidation:link_sent": ANYONE,
    "liquidation:link_papers": ANYONE,
}
POSTED = {
    "liquidation:revoke_link",
    "liquidation:link_sent",
    "liquidation:link_papers",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of deliveries."""
    packet = PacketFactory(company__training_body=scene.body, state="sent")
    build = PacketBuildFactory(packet=packet, built=True, **files())
    dispatch = DispatchFactory(build=build)
    evidence = AnswerEvidenceFactory(
        answer__dispatch__build__packet__company__training_body=scene.body
    )
    company = PacketLinkFactory(packet=packet)
    office = PacketLinkFactory(packet=packet, audience="office", build=build)
    return {
        "liquidation:delivery": [packet.public_id],
        "liquidation:send": [packet.public_id],
        "liquidation:hand_over": [packet.public_id],
        "liquidation:record_answer": [packet.public_id],
        "liquidation:revoke_link": [company.public_id],
        "liquidation:answer_evidence": [evidence.public_id],
        "liquidation:office_packet": [dispatch.public_id],
        "liquidation:office_pdf": [dispatch.public_id],
        "liquidation:office_zip": [dispatch.public_id],
        "liquidation:link": [signed(office)],
        "liquidation:link_pdf": [signed(office)],
        "liquidation:link_zip": [signed(office)],
        "liquidation:link_sent": [signed(company)],
        "liquidation:link_papers": [signed(company)],
    }
