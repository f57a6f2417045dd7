"""Addresses of certificates: Spanish for people, English names for the code."""

from django.urls import path

from certificates.views import emission, verification

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
    path("certificados/<uuid:public_id>/", emission.issued, name="issued"),
    path("certificados/<uuid:public_id>/pdf/", emission.download, name="download"),
    path("v/<str:code>/", verification.verify, name="verify"),
]
