"""Every line of a file against what is there; nothing is written."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from courses.models import Enrolment, NameOrder, Participant, TrainingAction
from courses.roster import names
from courses.roster.evidence import held
from courses.roster.lines import Line
from courses.roster.plan import (
    CellChange,
    EnrolmentNow,
    Gone,
    Outcome,
    PersonNow,
    Plan,
    PlannedLine,
    Present,
    Problem,
)
from courses.roster.rules import CHECKED, error_of
from otec_portal.core.folding import fold

ROUNDED: Final = (
    "Excel guardó el RUN redondeado. Dale formato «Texto» a la columna, escríbelo de "
    "nuevo y vuelve a guardar."
)
DIGITLESS: Final = (
    "Falta el dígito verificador. Escribe el RUN completo, como 12.345.678-5, o agrega "
    "una columna «DV»."
)
YES_OR_NO: Final = {True: "Sí", False: "No"}


def what_is_there(action: TrainingAction, runs: Collection[str]) -> Present:
    """Return the roster of `action`, and whom its training body knows by `runs`."""
    enrolments = list(
        Enrolment.objects.filter(action=action).select_related("participant")
    )
    people = {one.participant.run: one.participant for one in enrolments}
    others = Participant.objects.filter(
        training_body=action.course.training_body_id,
        run__in=set(runs) - people.keys(),
    )
    people |= {one.run: one for one in others}
    evidence = held([one.pk for one in enrolments])
    return Present(
        people={
            run: PersonNow(one.pk, one.first_names, one.last_names, one.email)
            for run, one in people.items()
        },
        enrolments={
            one.participant.run: EnrolmentNow(
                one.pk, one.public_id, one.exempt, evidence.get(one.pk, "")
            )
            for one in enrolments
        },
    )


def make_plan(lines: Sequence[Line], present: Present, *, order: NameOrder) -> Plan:
    """Return what importing `lines` would do to what is `present`."""
    first_rows: dict[str, int] = {}
    for line in lines:
        first_rows.setdefault(line.run, line.number)
    planned = [
        _planned(line, present, order=order, first_row=first_rows[line.run])
        for line in lines
    ]
    misread = {fold(line.full_name) for line in planned if line.has_wrong_run}
    gone = [
        Gone(run, _listed(present.people[run]), enrolment)
        for run, enrolment in present.enrolments.items()
        if run not in first_rows and not _named(present.people[run], misread)
    ]
    return Plan(planned, sorted(gone, key=lambda one: (one.name, one.run)))


def _named(person: PersonNow, folded: set[str]) -> bool:
    """Say whether the name of `person`, in whichever order, is one of these."""
    if not folded:
        return False
    first, last = person.first_names, person.last_names
    return not folded.isdisjoint({fold(f"{first} {last}"), fold(f"{last} {first}")})


def _listed(person: PersonNow) -> str:
    return f"{person.last_names}, {person.first_names}"


@dataclass(frozen=True)
class _Wanted:
    """What a line asks for, in the better spelling; `proposed` is a guessed name."""

    first_names: str
    last_names: str
    email: str
    exempt: bool
    proposed: bool


def _planned(
    line: Line, present: Present, *, order: NameOrder, first_row: int
) -> PlannedLine:
    known = present.people.get(line.run)
    enrolled = present.enrolments.get(line.run)
    first, last, proposed = _names(line, known, order)
    wanted = _Wanted(
        first, last, _email(line, known), _exempt(line, enrolled), proposed
    )
    problems = tuple(_problems(line, wanted, first_row=first_row))
    changes = () if problems else tuple(_changes(wanted, known, enrolled))
    return PlannedLine(
        number=line.number,
        run=line.run,
        first_names=wanted.first_names,
        last_names=wanted.last_names,
        email=wanted.email,
        exempt=wanted.exempt,
        outcome=_outcome(problems, changes, enrolled),
        person=known.pk if known else None,
        proposed=proposed,
        problems=problems,
        changes=changes,
    )


def _outcome(
    problems: tuple[Problem, ...],
    changes: tuple[CellChange, ...],
    enrolled: EnrolmentNow | None,
) -> Outcome:
    if problems:
        return Outcome.WRONG
    if enrolled is None:
        return Outcome.NEW
    return Outcome.CHANGED if changes else Outcome.EQUAL


def _names(
    line: Line, known: PersonNow | None, order: NameOrder
) -> tuple[str, str, bool]:
    """Return (first names, last names, whether that is a guess)."""
    if not line.full:
        return *_parts(line, known), False
    if known is not None and names.same_whole(
        line.full, first_names=known.first_names, last_names=known.last_names
    ):
        return known.first_names, known.last_names, False
    first, last = names.split(line.full, order)
    return first, last, bool(first and last) and "," not in line.full


def _parts(line: Line, known: PersonNow | None) -> tuple[str, str]:
    """What a person typed into the preview stands as it is typed."""
    if known is None or line.corrected:
        return line.first_names, line.last_names
    same_first = names.same(line.first_names, known=known.first_names)
    same_last = names.same(line.last_names, known=known.last_names)
    return (
        known.first_names if same_first else line.first_names,
        known.last_names if same_last else line.last_names,
    )


def _email(line: Line, known: PersonNow | None) -> str:
    """A file without the address takes none away."""
    if known is None:
        return line.email or ""
    if not line.email or line.email.casefold() == known.email.casefold():
        return known.email
    return line.email


def _exempt(line: Line, enrolled: EnrolmentNow | None) -> bool:
    """A file that does not say it, with a column for it or without, changes none."""
    if not line.exempt and enrolled is not None:
        return enrolled.exempt
    return bool(line.is_exempt)


def _errors(line: Line, wanted: _Wanted) -> dict[str, str]:
    """Return what is wrong with what is wanted, by field.

    What is kept with the line counts where its own values are wanted.
    """
    told = {}
    for name in CHECKED:
        value = line.run if name == "run" else getattr(wanted, name)
        if line.errors is not None and value == getattr(line, name):
            told[name] = line.errors.get(name, "")
        else:
            told[name] = error_of(name, value)
    return {name: words for name, words in told.items() if words}


def _problems(line: Line, wanted: _Wanted, *, first_row: int) -> Iterator[Problem]:
    errors = _errors(line, wanted)
    if line.is_rounded:
        errors["run"] = ROUNDED
    elif line.lacks_digit:
        errors["run"] = DIGITLESS
    elif first_row != line.number and "run" not in errors:
        errors["run"] = (
            f"El RUN está repetido: ya viene en la fila {first_row}. Deja una sola."
        )
    if line.is_exempt is None:
        errors["exempt"] = "No se entiende. Escribe Sí o No."
    for name, message in errors.items():
        whole = line.full and name in {"first_names", "last_names"}
        yield Problem("full" if whole else name, message)


def _changes(
    wanted: _Wanted, known: PersonNow | None, enrolled: EnrolmentNow | None
) -> Iterator[CellChange]:
    for name in ("first_names", "last_names", "email") if known else ():
        before, after = getattr(known, name), getattr(wanted, name)
        if before != after:
            yield CellChange(name, before, after)
    if enrolled is not None and enrolled.exempt != wanted.exempt:
        yield CellChange("exempt", YES_OR_NO[enrolled.exempt], YES_OR_NO[wanted.exempt])
