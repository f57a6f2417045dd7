"""What was done in a training body, in words, for its administrators."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

import courses.deeds
from liquidation.models import DeclarationState
from otec_portal.core import deeds
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import AuditEntry
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.selectors import history_of_body

COLUMNS = (
    Column("Cuándo", "cuando", ("at",)),
    Column("Quién"),
    Column("Qué hizo"),
    Column("Sobre"),
)
ROWS = 25

# {names} are those of the entry's data; a test asks for words for every deed
WORDS = {
    "attendance.adjusted": "Ajustó la asistencia de un participante en {time}",
    "attendance.detail_exported": "Descargó la asistencia de un participante",
    "attendance.evidence_opened": "Abrió el respaldo de un ajuste",
    "attendance.total_exported": "Descargó la asistencia total",
    "attendance.class_annulled": "Anuló una clase: {reason}",
    "attendance.class_begun": "Inició una clase",
    "attendance.class_ended": "Terminó una clase",
    "attendance.class_entered": "Ingresó una clase después de hecha",
    "attendance.alert_resolved": "Resolvió una alerta",
    "attendance.difference_noted": "Anotó una diferencia con SENCE",
    "attendance.reconciled_again": "Volvió a comparar con SENCE: {found} conciliadas",
    "attendance.reconciliation_exported": "Exportó la comparación con SENCE",
    "attendance.sence_export_accepted": (
        "Subió {file}, de SENCE: {found} sesiones conciliadas"
    ),
    "attendance.sence_export_downloaded": "Descargó {file}, de SENCE",
    "attendance.answer_downloaded": "Descargó completa una respuesta de SENCE",
    "attendance.report_downloaded": "Descargó el informe de una sesión para SENCE",
    "attendance.receipt_reviewed": "Revisó una respuesta de SENCE: {verdict}",
    "attendance.token_added": "Agregó un token SENCE",
    "attendance.token_revoked": "Revocó un token SENCE",
    "attendance.token_trusted": "Dio por bueno un token que estaba en duda",
    "certificates.annulment_decided": (
        "Respondió como Dirección Regional la anulación del certificado N° {number}: "
        "{answer}"
    ),
    "certificates.annulment_recorded": (
        "Registró la respuesta de la Dirección Regional por el certificado N° {number}:"
        " {answer} el {answered_on}"
    ),
    "certificates.annulment_requested": (
        "Solicitó anular el certificado N° {number}; el número correcto es "
        "{right_reference}"
    ),
    "certificates.evidence_opened": (
        "Abrió un respaldo de la anulación del certificado N° {number}"
    ),
    "core.access_restored": "Devolvió el acceso a {name}",
    "core.access_suspended": "Suspendió el acceso de {name}",
    "core.email_changed": "Cambió su correo",
    "core.invitation_resent": "Reenvió la invitación de {name}",
    "core.mail_dismissed": "Dio por resuelto un correo a {to} que no salió",
    "core.mail_resent": "Reenvió un correo a {to}",
    "core.mail_taken_as_sent": "Dio por enviado un correo a {to}",
    "core.offer_accepted": "{name} aceptó el perfil {role}",
    "core.offer_declined": "{name} rechazó el perfil {role}",
    "core.password_set": "Cambió su contraseña",
    "core.profile_added": "Agregó a {name} el perfil {role}",
    "core.profile_removed": "Quitó a {name} el perfil {role}",
    "core.recovery_codes_generated": "Generó códigos de respaldo nuevos",
    "core.regions_set": "Cambió las regiones de {name}: {regions}",
    "core.renamed": "Cambió su nombre",
    "core.second_factor_enrolled": "Activó su segundo factor",
    "core.second_factor_removed": "Quitó su segundo factor",
    "core.second_factor_reset": "Reinició el segundo factor de {name}",
    "core.second_factor_reset_elsewhere": (
        "El segundo factor de {name} se reinició fuera de esta entidad"
    ),
    "core.training_body_updated": "Cambió los datos de la entidad",
    "core.user_invited": "Invitó a {name} como {role}",
    "certificates.archive_downloaded": "Descargó {certificates} certificados en un ZIP",
    "certificates.batch_accepted": "Aceptó emitir {actions} certificados",
    "certificates.downloaded": "Descargó el certificado N° {number}",
    "certificates.emitted": "Emitió el certificado N° {number}",
    "certificates.reissued": "Volvió a emitir el certificado, con el N° {number}",
    **courses.deeds.WORDS,
    "liquidation.declaration_recorded": "Registró una declaración jurada: {state}",
    "liquidation.declarations_chased": "Recordó su declaración jurada: {people}",
    "liquidation.document_opened": "Abrió el PDF de una declaración jurada",
    "liquidation.out_of_term_answered": "Registró una emisión fuera de plazo {answer}",
    "liquidation.out_of_term_document_opened": (
        "Abrió el respaldo de una solicitud fuera de plazo"
    ),
    "liquidation.out_of_term_requested": (
        "Registró una solicitud fuera de plazo del {day}"
    ),
    "liquidation.list_imported": "Importó una lista de GCA: cambió {changed}",
}
VALUES = {
    **deeds.VALUES,
    **courses.deeds.VALUES,
    **{state.value: state.label.lower() for state in DeclarationState},
    "annulment_approved": "aprobada",
    "annulment_rejected": "rechazada",
    "accepted": "aceptada",
    "dismissed": "descartada",
}


@dataclass(frozen=True)
class Deed:
    """An entry as a person reads it."""

    entry: AuditEntry
    words: str


def in_words(entry: AuditEntry) -> str:
    """Return what was done, in Spanish; the bare name of a deed without words."""
    return deeds.in_words(entry, words=WORDS, values=VALUES)


@never_cache
@require_GET
@operator(Permission.MANAGE_USERS)
def history(request: OperatorRequest) -> HttpResponse:
    """Who did what in this training body, newest first."""
    if request.membership.training_body is None:
        raise Http404
    shown: Listing[AuditEntry] = Listing(
        history_of_body(request.membership.training_body),
        asked=request.GET,
        columns=COLUMNS,
        sort="-cuando",
        size=ROWS,
    )
    told = [Deed(entry, in_words(entry)) for entry in shown.page]
    return render(request, "history.html", {"list": shown, "deeds": told})
