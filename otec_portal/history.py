"""What was done in a training body, in words, for its administrators."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import AuditEntry, Role
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.regions import REGIONS
from otec_portal.core.selectors import history_of

COLUMNS = (
    Column("Cuándo", "cuando", ("at",)),
    Column("Quién"),
    Column("Qué hizo"),
    Column("Sobre"),
)
ROWS = 25

# {names} are those of the entry's data; a test asks for words for every deed
WORDS = {
    "attendance.alert_resolved": "Resolvió una alerta",
    "attendance.receipt_reviewed": "Revisó una respuesta de SENCE: {verdict}",
    "attendance.token_added": "Agregó un token SENCE",
    "attendance.token_revoked": "Revocó un token SENCE",
    "attendance.token_trusted": "Dio por bueno un token que estaba en duda",
    "core.access_restored": "Devolvió el acceso a {name}",
    "core.access_suspended": "Suspendió el acceso de {name}",
    "core.email_changed": "Cambió su correo",
    "core.invitation_resent": "Reenvió la invitación de {name}",
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
    "core.training_body_updated": "Cambió los datos de la entidad",
    "core.user_invited": "Invitó a {name} como {role}",
    "courses.company_added": "Agregó una empresa",
    "courses.company_changed": "Corrigió los datos de una empresa",
    "courses.course_added": "Agregó un curso",
    "courses.course_changed": "Corrigió los datos de un curso",
    "courses.enrolment_changed": "Corrigió una inscripción",
    "courses.environment_switched": "Pasó la acción al ambiente de {to}",
    "courses.intermediary_added": "Agregó un OTIC",
    "courses.intermediary_changed": "Corrigió los datos de un OTIC",
    "courses.link_regenerated": "Generó un enlace personal nuevo",
    "courses.links_sent": "Envió enlaces personales",
    "courses.links_shown": "Vio o imprimió enlaces personales",
    "courses.list_exported": "Exportó el listado de cursos",
    "courses.participant_changed": "Corrigió los datos de un participante",
    "courses.participant_enrolled": "Agregó un participante a la acción {of}",
    "courses.participant_removed": "Quitó un participante de la acción {of}",
    "courses.roster_exported": "Exportó la nómina",
    "courses.roster_import_undone": "Deshizo la importación de {file}",
    "courses.roster_imported": "Importó la nómina {file}",
    "courses.trainingaction_added": "Creó una acción",
    "courses.trainingaction_changed": "Corrigió los datos de una acción",
}
VALUES = {
    **{role.value: role.label for role in Role},
    **{region.code: region.name for region in REGIONS.values()},
    "accepted": "aceptada",
    "dismissed": "descartada",
    "production": "producción",
    "test": "prueba",
}


@dataclass(frozen=True)
class Deed:
    """An entry as a person reads it."""

    entry: AuditEntry
    words: str


class _Told(dict[str, object]):
    """What an entry's data say, for people; a dash for what it doesn't."""

    def __missing__(self, key: str) -> str:
        return "—"


def in_words(entry: AuditEntry) -> str:
    """Return what was done, in Spanish; the bare name of a deed without words."""
    told = _Told({name: _value(value) for name, value in entry.data.items()})
    return WORDS.get(entry.action, entry.action).format_map(told)


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    return VALUES.get(str(value), str(value))


@never_cache
@require_GET
@operator(Permission.MANAGE_USERS)
def history(request: OperatorRequest) -> HttpResponse:
    """Who did what in this training body, newest first."""
    if request.membership.training_body is None:
        raise Http404
    shown: Listing[AuditEntry] = Listing(
        history_of(request.membership.training_body),
        asked=request.GET,
        columns=COLUMNS,
        sort="-cuando",
        size=ROWS,
    )
    deeds = [Deed(entry, in_words(entry)) for entry in shown.page]
    return render(request, "history.html", {"list": shown, "deeds": deeds})
