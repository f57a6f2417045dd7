"""Declarations, requests out of term, packets: who may open what."""

from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    OutOfTermAnswerFactory,
    OutOfTermRequestFactory,
)
from tests.factories.packets import PacketActionFactory, PacketBuildFactory
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


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of liquidation."""
    enrolment, action = scene.enrolment, scene.action
    late = OutOfTermRequestFactory(action=action)
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
        "liquidation:packet": [packet.public_id],
        "liquidation:add_to_packet": [packet.public_id],
        "liquidation:discard_packet": [packet.public_id],
        "liquidation:remove_from_packet": [action.public_id],
        "liquidation:action_value": [action.public_id],
    }
