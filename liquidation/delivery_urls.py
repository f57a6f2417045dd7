"""Addresses by which packets leave and are answered; those in l/ need no account."""

from typing import Final

from django.urls import URLPattern, path

from liquidation.views import bearers, delivery, office

DELIVERY: Final[list[URLPattern]] = [
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
    path("l/<str:signed>/documentos/", bearers.papers, name="link_papers"),
]
