"""Declarations, requests out of term, packets and papers: who may open what."""

from io import BytesIO

from liquidation.models import Paper
from otec_portal.core import sealed
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    OutOfTermAnswerFactory,
    OutOfTermRequestFactory,
)
from tests.factories.packets import (
    PacketActionFactory,
    PacketBuildFactory,
    PaperFactory,
)
from tests.matrix.kinds import OPERATOR, REVIEWER, Scene

WHO = {
    "liquidation:missing": OPERATOR,
    "liquidation:declarations": OPERATOR,
    "liquidation:record_otec": REVIEWER,
    "liquidation:record_participant": REVIEWER,
    "liquidation:import_list": REVIEWER,
    "liquidation:remind": REVIEWER,
    "liquidation:document": REVIEWER,
    "liquidation:out_of_term": OPERATOR,
    "liquidation:request_out_of_term": REVIEWER,
    "liquidation:answer_out_of_term": REVIEWER,
    "liquidation:out_of_term_request_document": REVIEWER,
    "liquidation:out_of_term_answer_document": REVIEWER,
    "liquidation:papers": REVIEWER,
    "liquidation:confirm_papers": REVIEWER,
    "liquidation:paper": REVIEWER,
    "liquidation:paper_preview": REVIEWER,
    "liquidation:paper_document": REVIEWER,
    "liquidation:take_out_paper": REVIEWER,
    "liquidation:replace_paper": REVIEWER,
    "liquidation:discard_paper": REVIEWER,
    "liquidation:bring_back_paper": REVIEWER,
    "liquidation:packets": REVIEWER,
    "liquidation:make_packet": REVIEWER,
    "liquidation:packet": REVIEWER,
    "liquidation:add_to_packet": REVIEWER,
    "liquidation:discard_packet": REVIEWER,
    "liquidation:remove_from_packet": REVIEWER,
    "liquidation:action_value": REVIEWER,
    "liquidation:build": REVIEWER,
    "liquidation:build_pdf": REVIEWER,
    "liquidation:build_zip": REVIEWER,
}
POSTED = {
    "liquidation:confirm_papers",
    "liquidation:take_out_paper",
    "liquidation:replace_paper",
    "liquidation:discard_paper",
    "liquidation:bring_back_paper",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of liquidation."""
    enrolment, action = scene.enrolment, scene.action
    late = OutOfTermRequestFactory(action=action)
    paper = _paper(scene)
    packet = PacketActionFactory(
        packet__company__training_body=scene.body,
        packet__region=action.region,
        action=action,
    ).packet
    late_answer = OutOfTermAnswerFactory(request__action=action)
    build = PacketBuildFactory(packet=packet, built=True)
    return {
        "liquidation:build": [packet.public_id],
        "liquidation:build_pdf": [build.public_id],
        "liquidation:build_zip": [build.public_id],
        "liquidation:declarations": [action.public_id],
        "liquidation:record_otec": [action.public_id],
        "liquidation:record_participant": [enrolment.public_id],
        "liquidation:import_list": [action.public_id],
        "liquidation:remind": [action.public_id],
        "liquidation:document": [DeclarationDocumentFactory(action=action).public_id],
        "liquidation:out_of_term": [action.public_id],
        "liquidation:request_out_of_term": [action.public_id],
        "liquidation:answer_out_of_term": [late.public_id],
        "liquidation:out_of_term_request_document": [late.public_id],
        "liquidation:out_of_term_answer_document": [late_answer.request.public_id],
        "liquidation:papers": [paper.packet.public_id],
        "liquidation:confirm_papers": [paper.packet.public_id],
        **{
            f"liquidation:{name}": [paper.public_id]
            for name in (
                *("paper", "paper_preview", "paper_document", "take_out_paper"),
                *("replace_paper", "discard_paper", "bring_back_paper"),
            )
        },
        "liquidation:packet": [packet.public_id],
        "liquidation:add_to_packet": [packet.public_id],
        "liquidation:discard_packet": [packet.public_id],
        "liquidation:remove_from_packet": [action.public_id],
        "liquidation:action_value": [action.public_id],
    }


def _paper(scene: Scene) -> Paper:
    """A paper with its file, in a packet of the scene's training body."""
    made: Paper = PaperFactory(
        packet__company__training_body=scene.body,
        key=sealed.keep(BytesIO(b"%PDF-1.7"), folder="papers"),
    )
    return made
