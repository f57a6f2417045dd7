"""What an import would do, as data: shown in the preview, checked when applied."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from uuid import UUID


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    EQUAL = "equal"
    WRONG = "wrong"


@dataclass(frozen=True)
class PersonNow:
    """A participant of the training body as it is."""

    pk: int
    first_names: str
    last_names: str
    email: str


@dataclass(frozen=True)
class EnrolmentNow:
    """An enrolment of the action as it is; `held` says what hangs on it, "" if free."""

    pk: int
    public_id: UUID
    exempt: bool
    held: str = ""


@dataclass(frozen=True)
class Present:
    """What is there, by RUN: the people in question, and the action's enrolments."""

    people: dict[str, PersonNow] = field(default_factory=dict)
    enrolments: dict[str, EnrolmentNow] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell of a line."""

    field: str
    message: str


@dataclass(frozen=True)
class CellChange:
    """One value that would change, as people read it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PlannedLine:
    """A line with what becomes of it.

    `person` is the key of whom the training body has already. `proposed`: where the
    first names end was guessed.
    """

    number: int
    run: str
    first_names: str
    last_names: str
    email: str
    exempt: bool
    outcome: Outcome
    person: int | None = None
    proposed: bool = False
    problems: tuple[Problem, ...] = ()
    changes: tuple[CellChange, ...] = ()

    @property
    def has_wrong_run(self) -> bool:
        """Whether it can't be told whom the line means."""
        return any(problem.field == "run" for problem in self.problems)

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}".strip()


@dataclass(frozen=True)
class Gone:
    """Somebody on the roster whom the file does not have."""

    run: str
    name: str
    enrolment: EnrolmentNow


@dataclass(frozen=True)
class Plan:
    """What the import of a file would do, line by line."""

    lines: list[PlannedLine]
    gone: list[Gone]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many lines come to each outcome."""
        return Counter(str(line.outcome) for line in self.lines)

    @property
    def good(self) -> list[PlannedLine]:
        """The lines that would be written or already are."""
        return [line for line in self.lines if line.outcome != Outcome.WRONG]

    @property
    def does(self) -> int:
        """How many lines would change something."""
        return self.counts[Outcome.NEW] + self.counts[Outcome.CHANGED]

    @property
    def old_addresses(self) -> dict[int, str]:
        """The e-mail of today of each person, by key, whose e-mail would change."""
        return {
            line.person: change.before
            for line in self.lines
            for change in line.changes
            if change.field == "email" and line.person is not None
        }

    @property
    def removable(self) -> list[Gone]:
        """Those not in the file on whom nothing hangs."""
        return [gone for gone in self.gone if not gone.enrolment.held]

    @property
    def tells_who_is_gone(self) -> bool:
        """Whether every line says whom it means.

        Behind a mistyped RUN stands somebody who is not gone at all.
        """
        return not any(line.has_wrong_run for line in self.lines)

    @cached_property
    def digest(self) -> str:
        """The plan in one word: it is another if anything in it is."""
        return hashlib.sha256(repr((self.lines, self.gone)).encode()).hexdigest()
