"""What was done to a course or an action, in words."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Model, QuerySet

from courses.models import Environment
from otec_portal.core.changes import Change, in_words
from otec_portal.core.models import AuditEntry

TITLES: Final = {
    "courses.course_added": "Curso creado",
    "courses.course_changed": "Datos del curso corregidos",
    "courses.trainingaction_added": "Acción creada",
    "courses.trainingaction_changed": "Datos corregidos",
    "courses.company_added": "Empresa creada",
    "courses.company_changed": "Datos de la empresa corregidos",
    "courses.intermediary_added": "OTIC creado",
    "courses.intermediary_changed": "Datos del OTIC corregidos",
    "courses.environment_switched": "Cambio de ambiente",
    "courses.roster_imported": "Nómina importada",
    "courses.roster_import_undone": "Importación deshecha",
    "courses.roster_exported": "Nómina exportada",
    "courses.links_sent": "Enlaces personales enviados",
    "courses.links_shown": "Enlaces personales vistos o impresos",
}
UNTOLD: Final = "Otro cambio registrado"
SHOWN: Final = 20


@dataclass(frozen=True)
class Told:
    """One entry of the audit trail, for people."""

    entry: AuditEntry
    title: str
    who: str
    note: str
    changes: list[Change]


def entries_about(row: Model) -> QuerySet[AuditEntry]:
    """Return what the audit trail holds of `row`, the latest first."""
    return (
        AuditEntry.objects.filter(target_type=row._meta.label, target_id=str(row.pk))
        .select_related("user")
        .order_by("-at", "-pk")
    )


def history_of(row: Model) -> list[Told]:
    """Return the latest entries about `row`, at most SHOWN, in words."""
    return [_told(entry, type(row)) for entry in entries_about(row)[:SHOWN]]


def _told(entry: AuditEntry, model: type[Model]) -> Told:
    moved_to = entry.data.get("to", "")
    return Told(
        entry=entry,
        title=TITLES.get(entry.action, UNTOLD),
        who=entry.user.full_name if entry.user else "El portal",
        note=f"A {Environment(moved_to).label.lower()}." if moved_to else "",
        changes=in_words(model, entry.data.get("changes", {})),
    )
