"""What a note on a difference stands at."""

from dataclasses import dataclass
from uuid import UUID

from attendance.models import (
    ReconciliationNote,
    SenceFigure,
    SenceMark,
    SenceSession,
)
from attendance.reconciliation.screen import notes_of
from courses.models import Enrolment, TrainingAction

Row = SenceSession | SenceMark | Enrolment | SenceFigure


@dataclass(frozen=True)
class Subject:
    """A thing that notes stand at, with those that it has."""

    row: Row
    name: str
    notes: list[ReconciliationNote]


def note_subject(action: TrainingAction, what: str, public_id: UUID) -> Subject | None:
    """Return what an address names (`what`: sesion, marca…) in `action`, or None."""
    if (row := _find(action, what, public_id)) is None:
        return None
    field = {"sesion": "session", "marca": "mark", "participante": "enrolment"}
    notes = notes_of(action).get((field.get(what, "figure"), row.pk), [])
    return Subject(row, _name(row), notes)


def _find(action: TrainingAction, what: str, public_id: UUID) -> Row | None:
    if what == "sesion":
        sessions = SenceSession.objects.filter(enrolment__action=action)
        known = sessions.select_related("enrolment__participant")
        return known.filter(public_id=public_id).first()
    if what == "marca":
        marks = SenceMark.objects.filter(action=action, public_id=public_id)
        return marks.first()
    if what == "participante":
        people = Enrolment.objects.filter(action=action, public_id=public_id)
        return people.select_related("participant").first()
    figures = SenceFigure.objects.filter(export__action=action, public_id=public_id)
    return figures.first() if what == "cifra" else None


def _name(row: Row) -> str:
    if isinstance(row, SenceSession):
        return row.enrolment.participant.full_name
    if isinstance(row, Enrolment):
        return row.participant.full_name
    return row.name or row.run
