"""What is done to attendance, classes and tokens, as it stands in histories."""

from typing import Final

# {names} are those of the entry's data
WORDS: Final = {
    "attendance.adjusted": "Ajustó la asistencia de un participante en {time}",
    "attendance.alert_resolved": "Resolvió una alerta",
    "attendance.answer_downloaded": "Descargó completa una respuesta de SENCE",
    "attendance.class_annulled": "Anuló una clase: {reason}",
    "attendance.class_begun": "Inició una clase",
    "attendance.class_ended": "Terminó una clase",
    "attendance.class_entered": "Ingresó una clase después de hecha",
    "attendance.detail_exported": "Descargó la asistencia de un participante",
    "attendance.difference_noted": "Anotó una diferencia con SENCE",
    "attendance.evidence_opened": "Abrió el respaldo de un ajuste",
    "attendance.receipt_reviewed": "Revisó una respuesta de SENCE: {verdict}",
    "attendance.reconciled_again": "Volvió a comparar con SENCE: {found} conciliadas",
    "attendance.reconciliation_exported": "Exportó la comparación con SENCE",
    "attendance.report_downloaded": "Descargó el informe de una sesión para SENCE",
    "attendance.sence_export_accepted": (
        "Subió {file}, de SENCE: {found} sesiones conciliadas"
    ),
    "attendance.sence_export_again": ("Subió {file}, de SENCE: lo mismo que ya estaba"),
    "attendance.sence_export_downloaded": "Descargó {file}, de SENCE",
    "attendance.token_added": "Agregó un token SENCE",
    "attendance.token_revoked": "Revocó un token SENCE",
    "attendance.token_trusted": "Dio por bueno un token que estaba en duda",
    "attendance.total_exported": "Descargó la asistencia total",
}
VALUES: Final = {"accepted": "aceptada", "dismissed": "descartada"}
