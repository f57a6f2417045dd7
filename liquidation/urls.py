"""Addresses of liquidation: Spanish for people, English names for the code."""

from django.urls import path

from liquidation.views import chasing, declarations, recording

app_name = "liquidation"

urlpatterns = [
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
]
