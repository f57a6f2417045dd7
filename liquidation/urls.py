"""Addresses of liquidation: Spanish for people, English names for the code."""

from django.urls import path

from liquidation.views import (
    bearers,
    chasing,
    declarations,
    delivery,
    office,
    out_of_term,
    packet_deeds,
    packets,
    recording,
)

app_name = "liquidation"

urlpatterns = [
    path("expedientes/", packets.packets, name="packets"),
    path("expedientes/nuevo/", packets.new_packet, name="make_packet"),
    path("expedientes/<uuid:public_id>/", packets.packet, name="packet"),
    path(
        "expedientes/<uuid:public_id>/acciones/",
        packet_deeds.add,
        name="add_to_packet",
    ),
    path(
        "expedientes/<uuid:public_id>/descartar/",
        packet_deeds.discard,
        name="discard_packet",
    ),
    path(
        "acciones/<uuid:public_id>/expediente/quitar/",
        packet_deeds.remove,
        name="remove_from_packet",
    ),
    path(
        "acciones/<uuid:public_id>/expediente/valor/",
        packet_deeds.action_value,
        name="action_value",
    ),
    path("declaraciones/", declarations.missing, name="missing"),
    path(
        "declaraciones/documentos/<uuid:public_id>/",
        declarations.document,
        name="document",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/",
        declarations.declarations,
        name="declarations",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/fuera-de-plazo/",
        out_of_term.out_of_term,
        name="out_of_term",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/fuera-de-plazo/solicitud/",
        out_of_term.request_out_of_term,
        name="request_out_of_term",
    ),
    path(
        "declaraciones/fuera-de-plazo/<uuid:public_id>/respuesta/",
        out_of_term.answer_out_of_term,
        name="answer_out_of_term",
    ),
    path(
        "declaraciones/fuera-de-plazo/<uuid:public_id>/respaldo/",
        out_of_term.out_of_term_document,
        {"of_answer": False},
        name="out_of_term_request_document",
    ),
    path(
        "declaraciones/fuera-de-plazo/<uuid:public_id>/respuesta/respaldo/",
        out_of_term.out_of_term_document,
        {"of_answer": True},
        name="out_of_term_answer_document",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/otec/",
        recording.record_otec,
        name="record_otec",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/lista/",
        recording.import_gca_list,
        name="import_list",
    ),
    path(
        "acciones/<uuid:public_id>/declaraciones/recordar/",
        chasing.remind_missing,
        name="remind",
    ),
    path(
        "inscripciones/<uuid:public_id>/declaracion/",
        recording.record_participant,
        name="record_participant",
    ),
    path("expedientes/<uuid:public_id>/envio/", delivery.delivery, name="delivery"),
    path(
        "expedientes/<uuid:public_id>/envio/correo/", delivery.send_packet, name="send"
    ),
    path(
        "expedientes/<uuid:public_id>/envio/empresa/",
        delivery.hand_over,
        name="hand_over",
    ),
    path(
        "expedientes/<uuid:public_id>/envio/respuesta/",
        delivery.record_answer,
        name="record_answer",
    ),
    path(
        "expedientes/enlaces/<uuid:public_id>/revocar/",
        delivery.revoke_link,
        name="revoke_link",
    ),
    path(
        "expedientes/respuestas/<uuid:public_id>/",
        delivery.answer_evidence,
        name="answer_evidence",
    ),
    path("direccion-regional/expedientes/", office.inbox, name="office_packets"),
    path(
        "direccion-regional/expedientes/<uuid:public_id>/",
        office.packet_page,
        name="office_packet",
    ),
    path(
        "direccion-regional/expedientes/<uuid:public_id>/pdf/",
        office.packet_file,
        {"ending": "pdf"},
        name="office_pdf",
    ),
    path(
        "direccion-regional/expedientes/<uuid:public_id>/zip/",
        office.packet_file,
        {"ending": "zip"},
        name="office_zip",
    ),
    path("l/<str:signed>/", bearers.page, name="link"),
    path("l/<str:signed>/pdf/", bearers.file, {"ending": "pdf"}, name="link_pdf"),
    path("l/<str:signed>/zip/", bearers.file, {"ending": "zip"}, name="link_zip"),
    path("l/<str:signed>/envio/", bearers.sent, name="link_sent"),
]
