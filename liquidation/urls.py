"""Addresses of liquidation: Spanish for people, English names for the code."""

from django.urls import path

from liquidation.delivery_urls import DELIVERY
from liquidation.views import (
    building,
    chasing,
    declarations,
    out_of_term,
    packet_deeds,
    packets,
    paper,
    papers,
    recording,
)

app_name = "liquidation"

urlpatterns = [
    path("expedientes/", packets.packets, name="packets"),
    path("expedientes/nuevo/", packets.new_packet, name="make_packet"),
    path("expedientes/<uuid:public_id>/armado/", building.build, name="build"),
    path(
        "expedientes/armados/<uuid:public_id>/pdf/",
        building.build_file,
        {"which": "pdf"},
        name="build_pdf",
    ),
    path(
        "expedientes/armados/<uuid:public_id>/zip/",
        building.build_file,
        {"which": "zip"},
        name="build_zip",
    ),
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
    path("expedientes/<uuid:public_id>/archivos/", papers.papers, name="papers"),
    path(
        "expedientes/<uuid:public_id>/archivos/confirmar/",
        papers.confirm_papers,
        name="confirm_papers",
    ),
    path("expedientes/archivos/<uuid:public_id>/", paper.paper, name="paper"),
    path(
        "expedientes/archivos/<uuid:public_id>/vista/",
        paper.paper_preview,
        name="paper_preview",
    ),
    path(
        "expedientes/archivos/<uuid:public_id>/documento/",
        paper.paper_document,
        name="paper_document",
    ),
    path(
        "expedientes/archivos/<uuid:public_id>/quitar/",
        paper.take_out_paper,
        name="take_out_paper",
    ),
    path(
        "expedientes/archivos/<uuid:public_id>/reemplazar/",
        paper.replace_paper,
        name="replace_paper",
    ),
    path(
        "expedientes/archivos/<uuid:public_id>/descartar/",
        paper.discard_paper,
        name="discard_paper",
    ),
    path(
        "expedientes/archivos/<uuid:public_id>/recuperar/",
        paper.bring_back_paper,
        name="bring_back_paper",
    ),
    *DELIVERY,
]
