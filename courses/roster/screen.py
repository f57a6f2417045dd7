"""A plan as the screen shows it: in pages, narrowed, in words."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from courses.models import RosterUpload
from courses.roster.columns import LABELS, Field
from courses.roster.journal import Journal
from courses.roster.plan import Outcome, Plan, PlannedLine
from courses.roster.uploads import layout_of
from otec_portal.core import rut
from otec_portal.core.listing import Listing

SHOW: Final = "ver"  # in the address
PROPOSED: Final = "nombres"
ROWS: Final = 50
BADGES: Final = {
    Outcome.NEW: ("success", "check", "Nuevo"),
    Outcome.CHANGED: ("info", "refresh", "Cambia"),
    Outcome.EQUAL: ("neutral", "check", "Igual"),
    Outcome.WRONG: ("danger", "alert", "Con error"),
}
TABS: Final = {
    Outcome.WRONG: "Con errores",
    Outcome.NEW: "Nuevos",
    Outcome.CHANGED: "Cambian",
    Outcome.EQUAL: "Iguales",
}
WORDS: Final = {
    "enrolments_made": ("participante agregado", "participantes agregados"),
    "people_changed": ("persona con datos nuevos", "personas con datos nuevos"),
    "exemptions_changed": ("exención cambiada", "exenciones cambiadas"),
    "enrolments_removed": ("participante quitado", "participantes quitados"),
}


@dataclass(frozen=True)
class Tab:
    """A group of lines that can be looked at alone."""

    name: str  # in the address
    word: str
    count: int


@dataclass(frozen=True)
class ToldProblem:
    """What is wrong with a cell, and which cell it is."""

    where: str
    message: str


@dataclass(frozen=True)
class ToldChange:
    """A value that would change, under the name people know it by."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """A line as the table shows it."""

    line: PlannedLine
    kind: str
    icon: str
    word: str
    problems: list[ToldProblem]
    changes: list[ToldChange]


class Preview:
    """One page of the plan of `upload`, narrowed to what `asked` wants to see."""

    def __init__(self, upload: RosterUpload, plan: Plan, *, asked: QueryDict) -> None:
        self.upload = upload
        self.plan = plan
        self.shows = asked.get(SHOW, "")
        self.list: Listing[Any] = Listing(self._narrowed(), asked=asked, size=ROWS)
        self.rows = [_row(line, upload) for line in self.list.page]

    def _narrowed(self) -> list[PlannedLine]:
        if self.shows == PROPOSED:
            return [line for line in self.plan.lines if line.proposed]
        if self.shows in set(Outcome):
            return [line for line in self.plan.lines if line.outcome == self.shows]
        return self.plan.lines

    @property
    def tabs(self) -> list[Tab]:
        """The groups of lines that may be looked at alone: those that have any."""
        groups = [
            Tab("", "Todas", len(self.plan.lines)),
            *(Tab(one, words, self.plan.counts[one]) for one, words in TABS.items()),
            Tab(PROPOSED, "Nombres por revisar", self.proposed),
        ]
        return [tab for tab in groups if tab.count or tab.name in {"", self.shows}]

    @property
    def proposed(self) -> int:
        """How many names were taken apart by guessing."""
        return sum(line.proposed for line in self.plan.lines)

    @property
    def has_whole_names(self) -> bool:
        """Whether the file has whole names in one column."""
        return Field.FULL in layout_of(self.upload).columns

    @property
    def after(self) -> int:
        """How many would be on the roster, if nobody is removed."""
        enrolled = self.plan.counts[Outcome.CHANGED] + self.plan.counts[Outcome.EQUAL]
        return self.plan.counts[Outcome.NEW] + enrolled + len(self.plan.gone)

    @property
    def places_exceeded(self) -> bool:
        """Whether that is more than the action has places for."""
        return self.upload.action.lacks_places_for(self.after)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """What each column that was recognised is taken for: (heading, meaning)."""
        headings = layout_of(self.upload).headings
        return [(said, LABELS[meaning]) for meaning, said in headings.items()]

    @property
    def unused(self) -> list[str]:
        """The headings that mean nothing here."""
        return layout_of(self.upload).unused


def _row(line: PlannedLine, upload: RosterUpload) -> Row:
    kind, icon, word = BADGES[line.outcome]
    changes = [
        ToldChange(LABELS[Field(one.field)], one.before or "—", one.after or "—")
        for one in line.changes
    ]
    return Row(line, kind, icon, word, problems_of(line, upload), changes)


def problems_of(line: PlannedLine, upload: RosterUpload) -> list[ToldProblem]:
    """Return what is wrong with `line`, each with its column and cell."""
    layout = layout_of(upload)
    return [
        ToldProblem(_where(one.field, layout.cell(one.field, line.number)), one.message)
        for one in line.problems
    ]


def _where(name: str, cell: str) -> str:
    label = LABELS[Field(name)]
    return f"{label} (celda {cell})" if cell else label


def as_typed(line: PlannedLine) -> dict[str, Any]:
    """Return what the form that corrects `line` begins with."""
    return {
        "run": rut.display(line.run),
        "first_names": line.first_names,
        "last_names": line.last_names,
        "email": line.email,
        "exempt": line.exempt,
    }


def in_words(journal: Journal) -> str:
    """Return what an import did, like "2 participantes agregados"."""
    told = [
        f"{number} {words[number != 1]}"
        for name, words in WORDS.items()
        if (number := journal.counts[name])
    ]
    return ", ".join(told)
