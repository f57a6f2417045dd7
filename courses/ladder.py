"""The ladder of an action: its terms one by one, and where each stands on a day. Pure.

Source: domain.md, "Deadlines" and "Sworn statements"; seed 001, questions 125 to 131.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from courses.terms import LAST, LIQUIDATION, ORDINARY, RECOMMENDED, Terms

NEAR: Final = 10  # days before a term from which it is pressing
VERY_NEAR: Final = 3


class Stake(StrEnum):
    """What a step is about; the values stand in addresses."""

    EMIT = "emitir"
    OTIC = "otic"
    LIQUIDATE = "liquidar"
    ANNULMENT = "anulacion"
    END = "termino"


class Kind(StrEnum):
    """Which step; the values stand in the ids of a calendar's events, for ever."""

    END = "end"
    DECLARATION = "declaration"
    ORDINARY = "ordinary"
    RECOMMENDED = "recommended"
    LAST = "last"
    LIQUIDATION = "liquidation"
    ANSWER = "answer"


class Standing(StrEnum):
    """Where a step stands on a day."""

    DONE = "done"
    OVER = "over"
    TODAY = "today"
    AHEAD = "ahead"


class Emission(StrEnum):
    """What became of the certificate, as far as terms go."""

    PENDING = "pending"
    ISSUED = "issued"
    REQUESTED = "requested"  # its annulment, which waits for an answer
    APPROVED = "approved"  # to be emitted again
    REJECTED = "rejected"  # the annulment: the certificate stays


TO_EMIT: Final = frozenset({Emission.PENDING, Emission.APPROVED})
HAPPEN: Final = frozenset({Kind.END, Kind.DECLARATION})  # nobody has to do them
HARD: Final = frozenset({Kind.LAST, Kind.LIQUIDATION, Kind.ANSWER})  # nothing follows
_STAKES: Final = {
    Kind.END: Stake.END,
    Kind.DECLARATION: Stake.END,
    Kind.ORDINARY: Stake.EMIT,
    Kind.RECOMMENDED: Stake.EMIT,
    Kind.LAST: Stake.EMIT,
    Kind.LIQUIDATION: Stake.LIQUIDATE,
    Kind.ANSWER: Stake.ANNULMENT,
}


@dataclass(frozen=True)
class Known:
    """What the room of certificates knows; `answer_due_on` while a request waits."""

    emission: Emission = Emission.PENDING
    answer_due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the ladder of an action follows from; dates are of America/Santiago.

    `provisional`: its end is the partial's 31 December. `declared_from` is the first
    day of a partial's sworn statement, None of others, which follow their end.
    `in_test`: SENCE's test environment, where nothing is certified.
    """

    terms: Terms
    known: Known
    provisional: bool = False
    declared_from: date | None = None
    otic: bool = False
    in_test: bool = False
    liquidated: bool = False
    annulled: bool = False


@dataclass(frozen=True)
class Step:
    """One step: until when (or when), about what, and where it stands.

    `days` to it, negative once it is over.
    """

    kind: Kind
    stake: Stake
    on: date
    standing: Standing
    days: int

    @property
    def needs_something(self) -> bool:
        """Whether it is still to come, or was missed and nothing came in its place."""
        if self.standing == Standing.OVER:
            return self.kind in HARD
        return self.standing != Standing.DONE


@dataclass(frozen=True)
class Ladder:
    """The steps of an action on `today`, by date."""

    facts: Facts
    today: date
    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        """The first step that is still to come."""
        ahead = {Standing.TODAY, Standing.AHEAD}
        return next((one for one in self.steps if one.standing in ahead), None)

    @property
    def to_emit(self) -> bool:
        """Whether its certificate is to be emitted, or emitted again."""
        return self.facts.known.emission in TO_EMIT

    def step(self, kind: Kind) -> Step | None:
        """Return its step of this kind, None where it has none."""
        return next((one for one in self.steps if one.kind == kind), None)


def ladder(facts: Facts, *, today: date) -> Ladder:
    """Return the ladder that follows from `facts`, as it stands on `today`.

    An annulled action has no steps.
    """
    if facts.annulled:
        return Ladder(facts, today, ())
    steps = [_step(kind, on, facts, today) for kind, on in _dates(facts).items()]
    return Ladder(facts, today, tuple(sorted(steps, key=_place)))


def _place(step: Step) -> tuple[date, int]:
    """Order by date; on the same day by how the steps follow each other."""
    return step.on, list(Kind).index(step.kind)


def _dates(facts: Facts) -> dict[Kind, date]:
    terms = facts.terms
    dates = {
        Kind.END: terms.day_zero,
        Kind.ORDINARY: terms.ordinary_until,
        Kind.RECOMMENDED: terms.recommended_until,
        Kind.LAST: terms.last_date,
        Kind.LIQUIDATION: terms.liquidation_until,
    }
    if facts.declared_from:
        dates[Kind.DECLARATION] = facts.declared_from
    if facts.known.answer_due_on:
        dates[Kind.ANSWER] = facts.known.answer_due_on
    return dates


def _step(kind: Kind, on: date, facts: Facts, today: date) -> Step:
    of_otic = kind == Kind.ORDINARY and facts.otic
    return Step(
        kind=kind,
        stake=Stake.OTIC if of_otic else _STAKES[kind],
        on=on,
        standing=_standing(kind, on, facts, today),
        days=(on - today).days,
    )


def _standing(kind: Kind, on: date, facts: Facts, today: date) -> Standing:
    if _is_done(kind, on, facts, today):
        return Standing.DONE
    if on == today:
        return Standing.TODAY
    return Standing.AHEAD if on > today else Standing.OVER


def _is_done(kind: Kind, on: date, facts: Facts, today: date) -> bool:
    """Say whether a step asks nothing more of anybody.

    That the papers were handed to the OTIC the portal does not know: with the
    certificate emitted, that step stands until its day is over [choice].
    """
    if facts.liquidated:
        return True
    if kind in HAPPEN:
        return on < today
    if kind in {Kind.LIQUIDATION, Kind.ANSWER}:
        return False
    emitted = facts.known.emission not in TO_EMIT
    if kind == Kind.ORDINARY and facts.otic:
        return emitted and on < today
    return emitted


DAYS: Final = {  # which day after the end a step is; the others are no such day
    Kind.END: 0,
    Kind.ORDINARY: ORDINARY,
    Kind.RECOMMENDED: RECOMMENDED,
    Kind.LAST: LAST,
    Kind.LIQUIDATION: LIQUIDATION,
}
