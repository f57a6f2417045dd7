"""What SENCE's lists say of each participant, against what the portal says."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict

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
from attendance.reconciliation.narrowing import Narrowing, Tab
from attendance.reconciliation.rows import ExportKind
from attendance.reconciliation.screen import ROWS, Notes, notes_of
from attendance.reconciliation.words import BADGES, GROUPS, Badge, why
from courses.models import Enrolment, TrainingAction
from otec_portal.core.listing import Column, Listing

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
    def kind(self) -> Kind:
        return self.pair.kind

    @property
    def rank(self) -> int:
        """Its place among the outcomes: who differs comes first."""
        return list(GROUPS).index(self.pair.kind)

    @property
    def badge(self) -> Badge:
        """The result as a badge."""
        return BADGES[self.pair.kind]


COLUMNS: Final = (
    Column("Resultado", "resultado", ("rank", "name", "pair.run")),
    Column("Participante", "nombre", ("name", "pair.run")),
    Column("RUN", "run", ("pair.run",)),
    Column("En el portal", "portal", ("pair.ours", "name"), numeric=True),
    Column("En SENCE", "sence", ("pair.theirs", "name"), numeric=True),
    Column("Notas"),
)


class PeoplePage:
    """One page of a list of SENCE's against the portal, as `asked`."""

    def __init__(
        self, action: TrainingAction, export: SenceExport | None, *, asked: QueryDict
    ) -> None:
        self.narrow = Narrowing(asked)
        everybody = rows_of(action, export) if export else []
        self._kinds = Counter(row.kind for row in everybody)
        shown = self.narrow.of_kinds(everybody, GROUPS)
        self.list: Listing[Any] = Listing(
            self.narrow.by_notes(shown),
            asked=asked,
            columns=COLUMNS,
            sort="resultado",
            size=ROWS,
        )

    @property
    def tabs(self) -> list[Tab]:
        """The groups of people that can be looked at alone."""
        return [
            Tab("", "Todos", self._kinds.total()),
            *(Tab(kind, word, self._kinds[kind]) for kind, word in GROUPS.items()),
        ]


def latest(action: TrainingAction, kind: ExportKind) -> SenceExport | None:
    """Return the list of `kind` that was uploaded last, without its content."""
    exports = SenceExport.objects.filter(action=action, kind=kind)
    return exports.defer("content").select_related("by").order_by("-at", "-pk").first()


def rows_of(action: TrainingAction, export: SenceExport) -> list[PersonRow]:
    """Return every participant that `export` or the roster has, by RUN."""
    enrolments = _enrolments(action)
    figures = {one.run: one for one in SenceFigure.objects.filter(export=export)}
    ours = _ours(action, ExportKind(export.kind))
    pairs = compare_figures(ours, {run: one.value for run, one in figures.items()})
    notes = notes_of(action)
    return [
        _row(pair, enrolments.get(pair.run), figures.get(pair.run), notes)
        for pair in pairs
    ]


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
