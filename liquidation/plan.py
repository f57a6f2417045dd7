"""What a list of SENCE's system would change: line by line, before anything does."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from courses.models import TrainingAction
from liquidation.gca_list import GcaRow, read_run, read_state
from liquidation.models import DeclarationState, Source
from liquidation.recording import against_moving, against_order
from liquidation.selectors import of_action


class Outcome(StrEnum):
    """What becomes of a line."""

    CHANGES = "changes"
    EQUAL = "equal"
    BLOCKED = "blocked"
    WRONG = "wrong"


@dataclass(frozen=True)
class PlannedRow:
    """A line with what it would do; `enrolment` is None where nobody here is meant."""

    row: GcaRow
    outcome: Outcome
    enrolment: Any = None  # of selectors.of_action
    to: DeclarationState | None = None
    message: str = ""

    @property
    def kept(self) -> tuple[int, str] | None:
        """Whose declaration it is, and how it stands as long as nothing is done."""
        if self.enrolment is None:
            return None
        return self.enrolment.pk, self.enrolment.declaration_state

    @property
    def now(self) -> str:
        """How that declaration stands now, in words; a dash where there is none."""
        return DeclarationState(self.kept[1]).label if self.kept else "—"

    @property
    def note(self) -> str:
        """What should be looked at, though it stands in nothing's way."""
        if self.enrolment is None or not self.row.sessions.isdecimal():
            return ""
        theirs, ours = int(self.row.sessions), self.enrolment.sessions
        if theirs == ours:
            return ""
        return f"SENCE cuenta {theirs} sesiones y el portal {ours}."


@dataclass(frozen=True)
class Plan:
    """All lines of a list; and who is enrolled, but not on it."""

    rows: list[PlannedRow]
    absent: list[Any]

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(one.outcome for one in self.rows)

    @property
    def changes(self) -> list[PlannedRow]:
        """The lines that would write something."""
        return [one for one in self.rows if one.outcome == Outcome.CHANGES]

    @property
    def digest(self) -> str:
        """Stands for what was shown: another plan has another one."""
        told = [(one.row.number, one.outcome, one.kept, one.to) for one in self.rows]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


_PROBLEMS: Final = {
    "run": "El RUT no es válido.",
    "state": "No se entiende este estado.",
    "unknown": "No está en la nómina de esta acción.",
    "twice": "Viene más de una vez, con estados distintos.",
}


def make_plan(action: TrainingAction, rows: Sequence[GcaRow]) -> Plan:
    """Return what `rows` would change in `action`, as things stand. One query."""
    people = {one.participant.run: one for one in of_action(action)}
    doubtful = _told_twice(rows)
    seen: set[str | None] = set()
    planned: list[PlannedRow] = []
    for row in rows:
        one = _read(row, people, doubtful)
        if one.outcome == Outcome.CHANGES:
            one = _judged(one, repeated=read_run(row.run) in seen)
        planned.append(one)
        seen.add(read_run(row.run))
    return Plan(planned, [one for run, one in people.items() if run not in seen])


def _told_twice(rows: Sequence[GcaRow]) -> set[str]:
    """The RUNs of which the list says two different things."""
    said: dict[str, set[DeclarationState | None]] = {}
    for row in rows:
        said.setdefault(read_run(row.run) or "", set()).add(read_state(row.state))
    return {run for run, states in said.items() if len(states) > 1}


def _read(row: GcaRow, people: dict[str, Any], doubtful: set[str]) -> PlannedRow:
    """Read one line; as long as nothing speaks against it, it changes something."""
    run, state = read_run(row.run), read_state(row.state)
    enrolment = people.get(run or "")
    problem = (
        (run is None and "run")
        or (enrolment is None and "unknown")
        or (state is None and "state")
        or (run in doubtful and "twice")
    )
    if problem:
        message = _PROBLEMS[problem]
        return PlannedRow(row, Outcome.WRONG, enrolment=enrolment, message=message)
    return PlannedRow(row, Outcome.CHANGES, enrolment=enrolment, to=state)


def _judged(one: PlannedRow, *, repeated: bool) -> PlannedRow:
    """Say whether a line that was understood changes anything, and whether it may."""
    enrolment, to = one.enrolment, one.to or DeclarationState.PENDING
    current = enrolment.declaration_state
    if repeated or to == current:
        return replace(one, outcome=Outcome.EQUAL)
    against = against_moving(current, to, source=Source.GCA_LIST) or against_order(
        otec=enrolment.otec_state, state=current
    )
    if against is None:
        return one
    return replace(one, outcome=Outcome.BLOCKED, message=against.message)
