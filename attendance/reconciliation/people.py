"""What SENCE's lists say of each participant, against what the portal says."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from attendance.models import (
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceSession,
    SessionState,
)
from attendance.percentages import with_per_cent
from attendance.reconciliation.figures import FigurePair, OurFigure, compare_figures
from attendance.reconciliation.marks import Kind
from attendance.reconciliation.rows import ExportKind
from attendance.reconciliation.screen import Notes, notes_of
from attendance.reconciliation.words import BADGES, Badge, why
from courses.models import Enrolment, TrainingAction

LISTS = (ExportKind.PERCENTAGES, ExportKind.DECLARATIONS)


@dataclass(frozen=True)
class PersonRow:
    """One participant in both lists."""

    pair: FigurePair
    name: str
    why: str
    notes: list[ReconciliationNote]
    subject: tuple[str, UUID | None]

    @property
    def badge(self) -> Badge:
        """The result as a badge."""
        return BADGES[self.pair.kind]


def latest(action: TrainingAction, kind: ExportKind) -> SenceExport | None:
    """Return the list of `kind` that was uploaded last, without its content."""
    exports = SenceExport.objects.filter(action=action, kind=kind)
    return exports.defer("content").select_related("by").order_by("-at", "-pk").first()


def rows_of(action: TrainingAction, export: SenceExport) -> list[PersonRow]:
    """Return every participant that `export` or the roster has: who differs first."""
    enrolments = _enrolments(action)
    figures = {one.run: one for one in SenceFigure.objects.filter(export=export)}
    ours = _ours(action, ExportKind(export.kind))
    pairs = compare_figures(ours, {run: one.value for run, one in figures.items()})
    notes = notes_of(action)
    rows = [
        _row(pair, enrolments.get(pair.run), figures.get(pair.run), notes)
        for pair in pairs
    ]
    return sorted(
        rows, key=lambda row: (row.pair.kind == Kind.EQUAL, row.name, row.pair.run)
    )


def _enrolments(action: TrainingAction) -> dict[str, Enrolment]:
    enrolments = Enrolment.objects.filter(action=action).select_related("participant")
    return {one.participant.run: one for one in enrolments}


def _ours(action: TrainingAction, kind: ExportKind) -> list[OurFigure]:
    unclosed = dict(
        SenceSession.objects.filter(
            enrolment__action=action, state=SessionState.EXPIRED
        )
        .values_list("enrolment_id")
        .annotate(number=Count("pk"))
    )
    people = with_per_cent(Enrolment.objects.filter(action=action))
    return [
        OurFigure(
            run=one.participant.run,
            value=one.per_cent if kind == ExportKind.PERCENTAGES else one.sessions,
            unclosed=unclosed.get(one.pk, 0),
        )
        for one in people.select_related("participant")
    ]


def _row(
    pair: FigurePair,
    enrolment: Enrolment | None,
    figure: SenceFigure | None,
    notes: Notes,
) -> PersonRow:
    told = notes.get(("figure", figure.pk), []) if figure else []
    subject: tuple[str, UUID | None] = ("cifra", figure.public_id if figure else None)
    name = figure.name if figure else ""
    if enrolment:
        told = [*notes.get(("enrolment", enrolment.pk), []), *told]
        subject = ("participante", enrolment.public_id)
        name = enrolment.participant.full_name
    return PersonRow(pair, name, why(pair.reason), told, subject)
