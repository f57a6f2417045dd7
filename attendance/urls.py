"""Addresses of attendance: Spanish for people, English names for the code."""

from django.urls import path

from attendance.exports import FileType
from attendance.models import CallbackKind
from attendance.reconciliation.rows import ExportKind
from attendance.views import (
    adjustments,
    attendance,
    callbacks,
    classes,
    operator,
    participant,
    pictures,
    reconciliation,
    reconciliation_files,
    silent,
    tokens,
)

app_name = "attendance"
_OF_ACTION = "acciones/<uuid:public_id>/conciliacion"

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
    path(
        "acciones/pendientes/sesiones/",
        silent.without_sessions,
        name="without_sessions",
    ),
    path("sesiones/", operator.sessions, name="sessions"),
    path("sesiones/<uuid:public_id>/", operator.session, name="session"),
    path("sesiones/<uuid:public_id>/informe/", operator.report, name="report"),
    path("recepciones/", operator.receipts, name="receipts"),
    path("recepciones/<uuid:public_id>/revisar/", operator.review, name="review"),
    path(
        "recepciones/<uuid:public_id>/completa/",
        operator.whole_answer,
        name="whole_answer",
    ),
    path("alertas/", operator.alerts, name="alerts"),
    path("alertas/<uuid:public_id>/resolver/", operator.resolve, name="resolve_alert"),
    path("conexion/", operator.probe, name="probe"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/nuevo/", tokens.add, name="add_token"),
    path("tokens/<uuid:public_id>/", tokens.token, name="token"),
    path("tokens/<uuid:public_id>/revocar/", tokens.revoke, name="revoke_token"),
    path("tokens/<uuid:public_id>/bueno/", tokens.trust, name="trust_token"),
    path("acciones/<uuid:public_id>/clases/", classes.classes, name="classes"),
    path(
        "acciones/<uuid:public_id>/clases/iniciar/", classes.begin, name="begin_class"
    ),
    path(
        "acciones/<uuid:public_id>/clases/ingresar/", classes.enter, name="enter_class"
    ),
    path("clases/<uuid:public_id>/terminar/", classes.end, name="end_class"),
    path("clases/<uuid:public_id>/anular/", classes.annul, name="annul_class"),
    path(
        "acciones/<uuid:public_id>/asistencia/",
        attendance.participants,
        name="participants",
    ),
    *(
        path(
            f"acciones/<uuid:public_id>/asistencia/{kind}/",
            attendance.total_export,
            {"kind": kind},
            name=f"total_{kind}",
        )
        for kind in FileType
    ),
    path(
        "inscripciones/<uuid:public_id>/asistencia/", attendance.detail, name="detail"
    ),
    *(
        path(
            f"inscripciones/<uuid:public_id>/asistencia/{kind}/",
            attendance.detail_export,
            {"kind": kind},
            name=f"detail_{kind}",
        )
        for kind in FileType
    ),
    path(
        "inscripciones/<uuid:public_id>/asistencia/ajustar/",
        adjustments.adjust,
        name="adjust",
    ),
    path("respaldos/<uuid:public_id>/", adjustments.evidence, name="evidence"),
    path("conectados/", pictures.online_of_body, name="online"),
    path("acciones/<uuid:public_id>/dias/", pictures.days, name="days"),
    path(
        "acciones/<uuid:public_id>/dias/<uuid:enrolment>/<str:day>/",
        pictures.day,
        name="day",
    ),
    path(
        "acciones/<uuid:public_id>/distribucion/",
        pictures.distribution,
        name="distribution",
    ),
    path(
        "acciones/<uuid:public_id>/conectados/",
        pictures.online_of_action,
        name="online_of_action",
    ),
    path(f"{_OF_ACTION}/", reconciliation.reconciliation, name="reconciliation"),
    path(f"{_OF_ACTION}/subir/", reconciliation.upload_export, name="upload_export"),
    path(
        f"{_OF_ACTION}/comparar/",
        reconciliation.reconcile_again,
        name="reconcile_again",
    ),
    path(
        f"{_OF_ACTION}/porcentajes/",
        reconciliation.people_list,
        {"kind": ExportKind.PERCENTAGES},
        name="reconciled_percentages",
    ),
    path(
        f"{_OF_ACTION}/sesiones/",
        reconciliation.people_list,
        {"kind": ExportKind.DECLARATIONS},
        name="reconciled_sessions",
    ),
    path(
        f"{_OF_ACTION}/notas/<str:what>/<uuid:subject_id>/",
        reconciliation.note_difference,
        name="note_difference",
    ),
    path(
        f"{_OF_ACTION}/excel/",
        reconciliation_files.export_reconciliation,
        {"format_": "xlsx"},
        name="reconciliation_excel",
    ),
    path(
        f"{_OF_ACTION}/csv/",
        reconciliation_files.export_reconciliation,
        {"format_": "csv"},
        name="reconciliation_csv",
    ),
    path(
        "conciliaciones/<uuid:public_id>/revisar/",
        reconciliation.preview_export,
        name="preview_export",
    ),
    path(
        "conciliaciones/<uuid:public_id>/aceptar/",
        reconciliation.accept_export,
        name="accept_export",
    ),
    path(
        "conciliaciones/<uuid:public_id>/original/",
        reconciliation_files.sence_export,
        name="sence_export",
    ),
]
