"""A comparison as the screen and the exports show it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import QueryDict

from attendance.models import Reconciliation, ReconciliationNote, SenceExport
from attendance.reconciliation.compare import Comparison
from attendance.reconciliation.facts import MarkFacts, Shown
from attendance.reconciliation.marks import Kind, Pair
from attendance.reconciliation.narrowing import WITH, WORDS, Narrowing, Tab
from attendance.reconciliation.words import BADGES, GROUPS, Badge, why, why_gone
from courses.models import TrainingAction
from otec_portal.core.folding import fold
from otec_portal.core.listing import Column, Listing

ROWS: Final = 25
_PERSON: Final = "session__enrolment__participant"
COLUMNS: Final = (
    Column("Resultado", "resultado", ("pk",)),
    Column("Participante", "nombre", (f"{_PERSON}__listed_folded",)),
    Column("RUN", "run", ("session__run",)),
    Column("En el portal", "portal", ("session__opened_at",)),
    Column("En SENCE", "sence", ("mark__starts_at",)),
    Column("Notas"),
)
BY_NAME: Final = "nombre"
NO_DIFFERENCE: Final = {Kind.EQUAL, Kind.GONE}
DIFFERENCES: Final = set(GROUPS) - NO_DIFFERENCE


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    kind: Kind
    why: str
    run: str
    name: str
    ours: Shown | None
    theirs: Shown | None
    notes: list[ReconciliationNote]
    listed: str  # the name as lists have it
    order: str = ""  # the same, folded: by what it is sorted

    @property
    def badge(self) -> Badge:
        """The result as a badge."""
        return BADGES[self.kind]

    @property
    def subject(self) -> tuple[str, UUID | None]:
        """What a note about it stands at, as its address has it."""
        if self.ours:
            return "sesion", self.ours.public_id
        return "marca", self.theirs.public_id if self.theirs else None


Notes = dict[tuple[str, int], list[ReconciliationNote]]


def notes_of(action: TrainingAction) -> Notes:
    """Return the notes of `action` by what they stand at, the oldest first."""
    grouped: Notes = defaultdict(list)
    notes = ReconciliationNote.objects.filter(action=action).select_related("by")
    for note in notes.order_by("at", "pk"):
        for field in ("session", "mark", "enrolment", "figure"):
            if (key := getattr(note, f"{field}_id")) is not None:
                grouped[field, key].append(note)
    return grouped


def files_of(action: TrainingAction) -> QuerySet[SenceExport]:
    """Return SENCE's files of `action`, the latest first, without their contents.

    With `again`, when the same was last taken in once more, and how many lines were
    `lost`.
    """
    files = SenceExport.objects.filter(action=action).select_related("by")
    return (
        files.defer("content", "people")
        .annotate(again=Max("sightings__at"), lost=Count("left_out", distinct=True))
        .order_by("-at", "-pk")
    )


def differences(found: Comparison, notes: Notes) -> list[Row]:
    """Return what is not settled, by name and time: what is equal by now, too."""
    rows = [_row(pair, found, notes) for pair in found.pairs]
    return sorted(rows, key=_by_name)


def _row(pair: Pair, found: Comparison, notes: Notes) -> Row:
    session = found.sessions[pair.ours.key] if pair.ours else None
    mark = found.marks[pair.theirs.key] if pair.theirs else None
    run = session.run if session else mark.run if mark else ""
    known = found.people.get(run)
    name = known.full_name if known else mark.name if mark else ""
    return Row(
        kind=pair.kind,
        why=_why(pair, mark),
        run=run,
        name=name,
        ours=session.shown if session else None,
        theirs=mark.shown if mark else None,
        notes=[
            *(notes.get(("session", session.pk), []) if session else []),
            *(notes.get(("mark", mark.pk), []) if mark else []),
        ],
        listed=known.listed_name if known else name,
        order=known.listed_folded if known else fold(name),
    )


def _why(pair: Pair, mark: MarkFacts | None) -> str:
    if mark and mark.first_at and mark.gone_at:
        return why_gone(mark.first_at, mark.gone_at)
    return why(pair.reason, pair.detail)


def settled(action: TrainingAction) -> QuerySet[Reconciliation]:
    """Return the marks of `action` that are *conciliada*, with what they tell."""
    return Reconciliation.objects.filter(mark__action=action).select_related(
        "session__enrolment__participant", "mark"
    )


def noted(rows: QuerySet[Reconciliation], which: str) -> QuerySet[Reconciliation]:
    """Return those of `rows` with a note or without, as Narrowing.noted says."""
    if not which:
        return rows
    notes = ReconciliationNote.objects.filter(
        Q(session=OuterRef("session")) | Q(mark=OuterRef("mark"))
    )
    return rows.filter(Exists(notes) if which == WITH else ~Exists(notes))


def settled_row(one: Reconciliation, notes: Notes) -> Row:
    """Return a settled pair as a line."""
    session, mark = one.session, one.mark
    opened = session.opened_at or mark.starts_at
    return Row(
        kind=Kind.EQUAL,
        why="",
        run=session.run,
        name=session.enrolment.participant.full_name,
        ours=Shown(opened, session.closed_at, session.public_id),
        theirs=Shown(mark.starts_at, mark.ends_at, mark.public_id),
        notes=[
            *notes.get(("session", session.pk), []),
            *notes.get(("mark", mark.pk), []),
        ],
        listed=session.enrolment.participant.listed_name,
    )


def _by_name(row: Row) -> tuple[Any, ...]:
    return (row.order, row.run, _time(row))


def _time(row: Row) -> datetime:
    shown = row.ours or row.theirs
    if shown is None:
        raise AssertionError
    return shown.starts_at


_KEYS: Final[dict[str, Callable[[Row], tuple[Any, ...]]]] = {
    "resultado": lambda row: (list(Kind).index(row.kind), *_by_name(row)),
    "nombre": _by_name,
    "run": lambda row: (row.run, _time(row)),
    "portal": lambda row: (row.ours is None, _time(row), row.run),
    "sence": lambda row: (row.theirs is None, _start_there(row), row.run),
}


def _start_there(row: Row) -> datetime:
    return row.theirs.starts_at if row.theirs else _time(row)


class Page:
    """One page of a comparison, narrowed and sorted as `asked`."""

    def __init__(
        self, action: TrainingAction, found: Comparison, *, asked: QueryDict
    ) -> None:
        self.found = found
        self.narrow = Narrowing(asked)
        notes = notes_of(action)
        self.list: Listing[Any]
        if self.narrow.kind == Kind.EQUAL:
            self.list = _listing(noted(settled(action), self.narrow.noted), asked)
            self.rows = [settled_row(one, notes) for one in self.list.page]
        else:
            self.list = _listing(self._sorted(differences(found, notes), asked), asked)
            self.rows = list(self.list.page)

    def _sorted(self, rows: list[Row], asked: QueryDict) -> list[Row]:
        order = _listing([], asked).sort
        shown = self.narrow.of_kinds(rows, DIFFERENCES)
        key = _KEYS[order.removeprefix("-")]
        return sorted(
            self.narrow.by_notes(shown), key=key, reverse=order.startswith("-")
        )

    @property
    def tabs(self) -> list[Tab]:
        """The groups of lines that can be looked at alone."""
        counts = {kind: self.found.count(kind) for kind in GROUPS}
        counts[Kind.EQUAL] = self.found.settled
        return [
            Tab("", "Diferencias", sum(counts[kind] for kind in DIFFERENCES)),
            *(Tab(WORDS[kind], word, counts[kind]) for kind, word in GROUPS.items()),
        ]

    @property
    def ready(self) -> int:
        """How many sessions would be found, were the comparison made again."""
        return sum(pair.kind == Kind.EQUAL for pair in self.found.pairs)


def _listing(rows: Any, asked: QueryDict) -> Listing[Any]:
    return Listing(
        rows,
        asked=asked,
        columns=COLUMNS,
        sort=BY_NAME,
        size=ROWS,
        in_order=isinstance(rows, list),
    )


def everything(action: TrainingAction, found: Comparison) -> Iterator[Row]:
    """Yield all lines: the differences, then what is settled."""
    notes = notes_of(action)
    yield from differences(found, notes)
    rows: Iterable[Reconciliation] = (
        settled(action).order_by("session__run", "session__opened_at").iterator()
    )
    for one in rows:
        yield settled_row(one, notes)
