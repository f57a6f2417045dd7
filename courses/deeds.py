"""What is done to courses, actions and rosters, as it stands in their histories."""

from typing import Final

from courses.models import Environment

# {names} are those of the entry's data
WORDS: Final = {
    "courses.action_liquidated": "La acción quedó liquidada: {answer}",
    "courses.calendar_address_made": "Creó la dirección de su calendario",
    "courses.calendar_address_removed": "Quitó la dirección de su calendario",
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
    "courses.reminders_chosen": "Cambió los recordatorios de plazos",
    "courses.reminders_declined": "Prefirió no recibir recordatorios",
    "courses.reminders_taken_up": "Volvió a recibir recordatorios",
    "courses.roster_exported": "Exportó la nómina",
    "courses.roster_import_undone": "Deshizo la importación de {file}",
    "courses.roster_imported": "Importó la nómina {file}",
    "courses.trainingaction_added": "Creó una acción",
    "courses.trainingaction_changed": "Corrigió los datos de una acción",
}
VALUES: Final = {one.value: one.label.lower() for one in Environment}
