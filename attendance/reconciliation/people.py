"""What SENCE's lists say of each participant, against what the portal says."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
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
from attendance.reconciliation.coverage import Telling, left_out_of, seen
from attendance.reconciliation.figures import FigurePair, OurFigure, compare_figures
from attendance.reconciliation.marks import Kind, Reason
from attendance.reconciliation.narrowing import WORDS, Narrowing, Tab
from attendance.reconciliation.rows import (
    DeclarationRow,
    Export,
    ExportKind,
    PercentageRow,
)
from attendance.reconciliation.screen import ROWS, Notes, notes_of
from attendance.reconciliation.words import BADGES, GROUPS, Badge, why
from attendance.standing import Rules, with_standing
from courses.models import Enrolment, TrainingAction
from otec_portal.core.folding import fold
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
    listed: str  # the name as lists have it
    order: str  # the same, folded: by what it is sorted
    standing: Any  # the enrolment with its figures, or None

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
    Column("Resultado", "resultado", ("rank", "order", "pair.run")),
    Column("Participante", "nombre", ("order", "pair.run")),
    Column("RUN", "run", ("pair.run",)),
    Column("En el portal", "portal", ("pair.ours", "order"), numeric=True),
    Column("En SENCE", "sence", ("pair.theirs", "order"), numeric=True),
    Column("Notas"),
)


@dataclass(frozen=True)
class Lists:
    """SENCE's lists of one kind that are compared together, the latest first."""

    action: TrainingAction
    kind: ExportKind
    exports: list[SenceExport]
    whole: bool  # whether they hold everybody
    at: datetime | None  # when the latest was last seen

    @property
    def latest(self) -> SenceExport | None:
        """The one that was seen last."""
        return self.exports[0] if self.exports else None


class PeoplePage:
    """One page of SENCE's lists against the portal, as `asked`."""

    def __init__(self, these: Lists, *, asked: QueryDict) -> None:
        self.narrow = Narrowing(asked)
        everybody, self.waiting = rows_of(these) if these.exports else ([], 0)
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
            *(
                Tab(WORDS[kind], word, self._kinds[kind])
                for kind, word in GROUPS.items()
            ),
        ]


def lists(action: TrainingAction, kind: ExportKind) -> Lists:
    """Return the lists of `kind` that are compared, without their contents.

    By when they were last seen: the latest, and where it is a part, those before it
    down to the last one that was whole.
    """
    found: list[int] = []
    whole, latest = False, None
    for one in seen(action, kind):
        latest = latest or one.at
        whole = one.whole
        found += [] if one.export in found else [one.export]
        if whole:
            break
    exports = SenceExport.objects.defer("content", "people").select_related("by")
    rows = exports.in_bulk(found)
    return Lists(action, kind, [rows[pk] for pk in found], whole, latest)


def rows_of(these: Lists) -> tuple[list[PersonRow], int]:
    """Return every participant that `these` or the roster have, by RUN.

    Also how many of the roster wait: who is in none of them, where they are parts, or
    where their line was left out.
    """
    enrolments = _enrolments(these.action)
    figures = _figures(these.exports)
    ours = _ours(enrolments.values(), these.action, these.kind)
    pairs = compare_figures(ours, {run: one.value for run, one in figures.items()})
    left_out = left_out_of(one.pk for one in these.exports)
    telling = Telling(
        people=None if these.whole else frozenset(),
        left_out=frozenset().union(*left_out.values()),
    )
    told = [one for pair in pairs if (one := _told(pair, telling))]
    notes = notes_of(these.action)
    rows = [
        _row(pair, enrolments.get(pair.run), figures.get(pair.run), notes)
        for pair in told
    ]
    return rows, len(pairs) - len(told)


@dataclass(frozen=True)
class Previewed:
    """Who stands out in a list that is not kept yet: one line of its preview."""

    pair: FigurePair
    listed: str
    why: str

    @property
    def badge(self) -> Badge:
        """The result as a badge."""
        return BADGES[self.pair.kind]


def previewed(action: TrainingAction, export: Export) -> list[Previewed]:
    """Return who is not on the roster of `action`, and whose figure differs.

    Those of the roster whom the list lacks stand on the page of its kind, once kept.
    """
    values: dict[str, int] = {}
    names: dict[str, str] = {}
    for row in export.rows:
        if isinstance(row, PercentageRow):
            names[row.run], values[row.run] = row.name, row.per_cent
        elif isinstance(row, DeclarationRow):
            names[row.run], values[row.run] = row.name, row.sessions
    enrolments = _enrolments(action)
    ours = _ours(enrolments.values(), action, export.kind)
    found = [
        Previewed(
            pair=pair,
            listed=enrolments[pair.run].participant.listed_name
            if pair.run in enrolments
            else names[pair.run],
            why=why(pair.reason),
        )
        for pair in compare_figures(ours, values)
        if pair.kind in {Kind.ONLY_THEIRS, Kind.DIFFERENT}
    ]
    order = {Kind.ONLY_THEIRS: 0, Kind.DIFFERENT: 1}
    return sorted(found, key=lambda one: (order[one.pair.kind], fold(one.listed)))


def _told(pair: FigurePair, telling: Telling) -> FigurePair | None:
    """Return `pair` as the lists bear it out; None of whom they don't tell."""
    if pair.kind != Kind.ONLY_OURS or telling.tells_of(pair.run, surely=True):
        return pair
    if not telling.tells_of(pair.run):
        return None
    return replace(pair, reason=Reason.LEFT_OUT)


def _figures(exports: list[SenceExport]) -> dict[str, SenceFigure]:
    """Return the figure of each RUN: of several lists, the latest one's."""
    order = [one.pk for one in exports]
    found = SenceFigure.objects.filter(export__in=order)
    oldest_first = sorted(found, key=lambda one: -order.index(one.export_id))
    return {one.run: one for one in oldest_first}


def _enrolments(action: TrainingAction) -> dict[str, Any]:
    enrolments = with_standing(Enrolment.objects.filter(action=action))
    people = enrolments.select_related("participant")
    return {one.participant.run: one for one in people}


def _ours(
    people: Iterable[Any], action: TrainingAction, kind: ExportKind
) -> list[OurFigure]:
    unclosed = dict(
        SenceSession.objects.filter(
            enrolment__action=action, state=SessionState.EXPIRED
        )
        .values_list("enrolment_id")
        .annotate(number=Count("pk"))
    )
    of_time = kind == ExportKind.PERCENTAGES
    adjustable = Rules.of(action).adjustable
    return [
        OurFigure(
            run=one.participant.run,
            value=one.per_cent if of_time else one.sessions,
            unclosed=unclosed.get(one.pk, 0),
            adjusted=bool(of_time and adjustable and one.adjusted),
        )
        for one in people
    ]


def _row(
    pair: FigurePair,
    enrolment: Enrolment | None,
    figure: SenceFigure | None,
    notes: Notes,
) -> PersonRow:
    told = notes.get(("figure", figure.pk), []) if figure else []
    subject: tuple[str, UUID | None] = ("cifra", figure.public_id if figure else None)
    name = listed = figure.name if figure else ""
    order = fold(name)
    if enrolment:
        told = [*notes.get(("enrolment", enrolment.pk), []), *told]
        subject = ("participante", enrolment.public_id)
        name = enrolment.participant.full_name
        listed = enrolment.participant.listed_name
        order = enrolment.participant.listed_folded
    return PersonRow(
        pair=pair,
        name=name,
        why=why(pair.reason),
        notes=told,
        subject=subject,
        listed=listed,
        order=order,
        standing=enrolment,
    )
