"""What the page of a packet tells: per action what is there, what lacks, whose turn.

Pure: what the packet holds and lacks is passed in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from courses.models import Modality, TrainingAction
from liquidation.completeness import Missing
from liquidation.contents import Held, Person, Sheet
from liquidation.kinds import DECLARED, OF_A_PERSON, DocumentKind, Whose, asked_for
from liquidation.models import DeclarationState

AGAINST_ACTION: Final = ""  # what lacks and is no document


@dataclass(frozen=True)
class Gap:
    """The same thing that lacks, of one action or of some of its people."""

    words: str
    next_step: str
    whose: Whose
    missing: Sequence[Missing]

    @property
    def same_words(self) -> bool:
        """Whether it is said of all of them in the same words."""
        return len({one.words for one in self.missing}) == 1


@dataclass(frozen=True)
class Line:
    """One kind of document that an action is asked for.

    Of a person: `asked` people have to bring it, those of `there` did.
    """

    kind: DocumentKind
    asked: int
    there: Sequence[Person]
    sheets: Sequence[Sheet]
    gaps: Sequence[Gap]

    @property
    def of_people(self) -> bool:
        """Whether each participant brings their own."""
        return self.kind in OF_A_PERSON

    @property
    def declared(self) -> bool:
        """Whether it lies with the sworn statements."""
        return self.kind in DECLARED

    @property
    def complete(self) -> bool:
        """Whether nothing of it lacks."""
        return not self.gaps

    @property
    def lacking(self) -> int:
        """How many documents lack."""
        return sum(len(gap.missing) for gap in self.gaps)


@dataclass(frozen=True)
class Part:
    """One action of the packet."""

    held: Held
    against: Sequence[Missing]  # why it can't be liquidated at all
    lines: Sequence[Line]

    @property
    def action(self) -> TrainingAction:
        return self.held.action

    @property
    def lacking(self) -> int:
        """How many things lack."""
        return len(self.against) + sum(line.lacking for line in self.lines)

    @cached_property
    def not_asked(self) -> list[Person]:
        """Who brings nothing, because they never came in."""
        kinds = {line.kind for line in self.lines}
        if not kinds & OF_A_PERSON:
            return []
        return [one for one in self.held.people if not one.took_part]

    @property
    def exceptional(self) -> bool:
        """Whether SENCE may be asked to let the OTEC issue out of term."""
        e_learning = self.action.course.modality == Modality.E_LEARNING
        return e_learning and self.held.otec_state != DeclarationState.ISSUED


def parts_of(contents: Sequence[Held], missing: Sequence[Missing]) -> list[Part]:
    """Return the actions of a packet with what each has and lacks, in their order."""
    by_action: dict[int, dict[str, list[Missing]]] = {}
    for one in missing:
        if one.action:
            kinds = by_action.setdefault(one.action.pk, {})
            kinds.setdefault(one.kind or AGAINST_ACTION, []).append(one)
    return [_part(held, by_action.get(held.action.pk, {})) for held in contents]


def _part(held: Held, missing: dict[str, list[Missing]]) -> Part:
    return Part(
        held=held,
        against=missing.get(AGAINST_ACTION, []),
        lines=[
            _line(kind, held, missing.get(kind, []))
            for kind in asked_for(held.action.course.modality)
        ],
    )


def _line(kind: DocumentKind, held: Held, missing: Sequence[Missing]) -> Line:
    gaps = _gaps(missing)
    if kind not in OF_A_PERSON:
        return Line(kind, 1, [], held.of(kind), gaps)
    asked = [one for one in held.people if one.took_part]
    lack = {one.enrolment.pk for one in missing}
    there = [one for one in asked if one.enrolment.pk not in lack]
    return Line(kind, len(asked), there, [], gaps)


def _gaps(missing: Iterable[Missing]) -> list[Gap]:
    """Group what is the same, the most frequent first."""
    groups: dict[tuple[str, str, Whose], list[Missing]] = {}
    for one in missing:
        groups.setdefault((one.code, one.next_step, one.whose), []).append(one)
    found = [
        Gap(of[0].words, of[0].next_step, of[0].whose, of) for of in groups.values()
    ]
    return sorted(found, key=lambda gap: -len(gap.missing))


@dataclass(frozen=True)
class Turn:
    """How many things wait for somebody."""

    whose: Whose
    number: int


def turns_of(missing: Sequence[Missing]) -> list[Turn]:
    """Return for whom things wait, and how many, in the order of Whose."""
    counted = Counter(one.whose for one in missing)
    return [Turn(whose, counted[whose]) for whose in Whose if counted[whose]]


def of_no_action(missing: Sequence[Missing]) -> list[Missing]:
    """Return what lacks of the packet itself."""
    return [one for one in missing if one.action is None]
