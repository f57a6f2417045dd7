"""Addresses of attendance: Spanish for people, English names for the code."""

from django.urls import path

from attendance.models import CallbackKind
from attendance.views import callbacks, operator, participant, tokens

app_name = "attendance"

urlpatterns = [
    path("entrar/<str:signed>/", participant.enter, name="enter"),
    path("mi-curso/", participant.my_courses, name="my_courses"),
    path("mi-curso/<uuid:public_id>/", participant.course, name="course"),
    path("mi-curso/<uuid:public_id>/iniciar/", participant.start, name="start"),
    path("mi-curso/<uuid:public_id>/cerrar/", participant.close, name="close"),
    path("mi-curso/<uuid:public_id>/estado/", participant.status, name="status"),
    # short: SENCE takes 100 characters with the host
    path(
        "sence/inicio/",
        callbacks.callback,
        {"kind": CallbackKind.START_CONFIRMED},
        name="start_confirmed",
    ),
    path(
        "sence/inicio/error/",
        callbacks.callback,
        {"kind": CallbackKind.START_FAILED},
        name="start_failed",
    ),
    path(
        "sence/cierre/",
        callbacks.callback,
        {"kind": CallbackKind.CLOSE_CONFIRMED},
        name="close_confirmed",
    ),
    path(
        "sence/cierre/error/",
        callbacks.callback,
        {"kind": CallbackKind.CLOSE_FAILED},
        name="close_failed",
    ),
    path("sence/regreso/<str:ticket>/", participant.returned, name="returned"),
    path("sesiones/", operator.sessions, name="sessions"),
    path("sesiones/<uuid:public_id>/", operator.session, name="session"),
    path("sesiones/<uuid:public_id>/informe/", operator.report, name="report"),
    path("recepciones/", operator.receipts, name="receipts"),
    path("recepciones/<uuid:public_id>/revisar/", operator.review, name="review"),
    path("alertas/", operator.alerts, name="alerts"),
    path("alertas/<uuid:public_id>/resolver/", operator.resolve, name="resolve_alert"),
    path("conexion/", operator.probe, name="probe"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/nuevo/", tokens.add, name="add_token"),
    path("tokens/<uuid:public_id>/", tokens.token, name="token"),
    path("tokens/<uuid:public_id>/revocar/", tokens.revoke, name="revoke_token"),
    path("tokens/<uuid:public_id>/bueno/", tokens.trust, name="trust_token"),
]
