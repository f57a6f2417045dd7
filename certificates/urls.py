"""Addresses of certificates: Spanish for people, English names for the code."""

from django.urls import path

from certificates.views import (
    annulments,
    batches,
    emission,
    evidence,
    office,
    verification,
)

app_name = "certificates"

urlpatterns = [
    path(
        "acciones/<uuid:public_id>/certificado/",
        emission.certificate,
        name="certificate",
    ),
    path(
        "acciones/<uuid:public_id>/certificado/datos/", emission.prepare, name="prepare"
    ),
    path(
        "acciones/<uuid:public_id>/certificado/resumen/",
        emission.summary,
        name="summary",
    ),
    path("certificados/por-emitir/", batches.choose, name="choose"),
    path("certificados/por-emitir/resumen/", batches.review, name="review_batch"),
    path("certificados/por-emitir/aceptar/", batches.accept, name="accept_batch"),
    path("certificados/emisiones/<uuid:public_id>/", batches.batch, name="batch"),
    path(
        "certificados/emisiones/<uuid:public_id>/detener/",
        batches.stop,
        name="stop_batch",
    ),
    path(
        "certificados/emisiones/<uuid:public_id>/continuar/",
        batches.resume,
        name="resume_batch",
    ),
    path(
        "certificados/emisiones/<uuid:public_id>/zip/",
        batches.archive,
        name="batch_archive",
    ),
    path("certificados/<uuid:public_id>/", emission.issued, name="issued"),
    path("certificados/<uuid:public_id>/pdf/", emission.download, name="download"),
    path("v/", verification.ask, name="ask_code"),
    path("v/<str:code>/", verification.verify, name="verify"),
    path("certificados/<uuid:public_id>/anular/", annulments.annul, name="annul"),
    path("anulaciones/<uuid:public_id>/", annulments.annulment, name="annulment"),
    path(
        "anulaciones/<uuid:public_id>/respuesta/",
        annulments.record_decision,
        name="record_decision",
    ),
    path(
        "anulaciones/respaldos/<uuid:public_id>/",
        evidence.evidence,
        name="evidence",
    ),
    path(
        "anulaciones/respuestas/<uuid:public_id>/",
        evidence.decision_evidence,
        name="decision_evidence",
    ),
    path("direccion-regional/anulaciones/", office.inbox, name="office_inbox"),
    path(
        "direccion-regional/anulaciones/<uuid:public_id>/",
        office.request_page,
        name="office_request",
    ),
    path(
        "direccion-regional/anulaciones/respaldos/<uuid:public_id>/",
        evidence.office_evidence,
        name="office_evidence",
    ),
    path(
        "direccion-regional/anulaciones/respuestas/<uuid:public_id>/",
        evidence.office_answer,
        name="office_answer",
    ),
    # as it is typed from paper
    path("v/<str:code>", verification.verify, name="verify_unslashed"),
]
