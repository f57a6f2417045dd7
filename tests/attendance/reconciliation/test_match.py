"""Our marks against SENCE's: one to one, in any order, with the reason guessed."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.reconciliation.figures import FigurePair, OurFigure, compare_figures
from attendance.reconciliation.marks import (
    Kind,
    Ours,
    Pair,
    Reason,
    Surroundings,
    Theirs,
)
from attendance.reconciliation.match import compare

TOLERANCE = 60
HOUR = 3600
RUN = "1-9"
START = 1_000_000
ENROLLED = Surroundings(enrolled=frozenset({RUN, "2-7"}))


def ours(start: int = 0, end: int | None = HOUR, **more: object) -> Ours:
    key = int(more.pop("key", 1))  # type: ignore[call-overload]
    until = None if end is None else START + end
    return replace(Ours(key, RUN, START + start, until), **more)  # type: ignore[arg-type]


def theirs(start: int = 0, end: int | None = HOUR, *, key: int = 1) -> Theirs:
    ends = () if end is None else (START + end,)
    return Theirs(key, RUN, (START + start,), ends)


def found(
    own: list[Ours], other: list[Theirs], around: Surroundings = ENROLLED
) -> list[Pair]:
    return compare(own, other, tolerance=TOLERANCE, around=around)


def result(own: Ours | None, other: Theirs | None, **around: object) -> tuple[str, ...]:
    surroundings = replace(ENROLLED, **around)  # type: ignore[arg-type]
    pairs = found([own] if own else [], [other] if other else [], surroundings)
    assert len(pairs) == 1
    return (pairs[0].kind, pairs[0].reason, pairs[0].detail)


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        (TOLERANCE, HOUR - TOLERANCE, Kind.EQUAL),
        (TOLERANCE + 1, HOUR, Kind.DIFFERENT),
        (0, HOUR + TOLERANCE + 1, Kind.DIFFERENT),
    ],
)
def test_tolerance_is_still_equal_and_one_second_more_is_not(
    start: int, end: int, kind: Kind
) -> None:
    assert result(ours(), theirs(start, end))[0] == kind


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        (ours(counts=False), theirs(), Reason.TEST),
        (ours(end=None), theirs(), Reason.NO_CLOSE),
        (ours(), theirs(end=None), Reason.NO_CLOSE_THERE),
        (ours(), theirs(300, HOUR + 300), Reason.CLOCK),
        (ours(), theirs(3 * HOUR, 4 * HOUR), Reason.CLOCK),
        (ours(), theirs(0, 2 * HOUR), Reason.END),
        (ours(), theirs(600, HOUR), Reason.START),
        (ours(), theirs(600, 2 * HOUR), Reason.UNKNOWN),
    ],
)
def test_different_marks_have_their_reason(
    own: Ours, other: Theirs, reason: Reason
) -> None:
    assert result(own, other) == (Kind.DIFFERENT, reason, "")


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (ours(counts=False), (Reason.TEST, "")),
        (ours(end=None), (Reason.NO_CLOSE, "")),
        (ours(code="6000001"), (Reason.OTHER_ACTION, "6000001")),
        (ours(), (Reason.UNKNOWN, "")),
    ],
)
def test_mark_of_ours_alone_has_its_reason(
    own: Ours, reason: tuple[Reason, str]
) -> None:
    assert result(own, None) == (Kind.ONLY_OURS, *reason)


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ({}, (Reason.UNKNOWN, "")),
        ({"enrolled": frozenset()}, (Reason.NOT_ENROLLED, "")),
        (
            {"elsewhere": {RUN: [(START + TOLERANCE, "77"), (START + 9999, "88")]}},
            (Reason.OTHER_ACTION, "77"),
        ),
        ({"elsewhere": {RUN: [(START + TOLERANCE + 1, "77")]}}, (Reason.UNKNOWN, "")),
        ({"attempts": {RUN: [(START - 900, START)]}}, (Reason.NO_ANSWER, "")),
        (
            {"attempts": {RUN: [(START - 900, START - TOLERANCE - 1)]}},
            (Reason.UNKNOWN, ""),
        ),
    ],
)
def test_mark_of_sences_alone_has_its_reason(
    around: dict[str, object], reason: tuple[Reason, str]
) -> None:
    assert result(None, theirs(), **around) == (Kind.ONLY_THEIRS, *reason)


def test_as_many_as_can_be_are_equal() -> None:
    """The nearest pair taken first would leave two marks alone."""
    own = [ours(0, 10, key=1), ours(100, 110, key=2)]
    other = [theirs(55, 65, key=1), theirs(150, 160, key=2)]
    assert [pair.kind for pair in found(own, other)] == [Kind.EQUAL, Kind.EQUAL]


def test_of_two_that_fit_the_nearer_is_taken() -> None:
    own = [ours(0, 40, key=1), ours(50, 90, key=2)]
    pairs = found(own, [theirs(48, 92)])
    equal = [pair.ours.key for pair in pairs if pair.kind == Kind.EQUAL and pair.ours]
    assert equal == [2]


def test_other_people_are_never_coupled() -> None:
    pairs = found([ours()], [replace(theirs(), run="2-7")])
    assert {pair.kind for pair in pairs} == {Kind.ONLY_OURS, Kind.ONLY_THEIRS}


def test_repeated_hour_counts_by_its_nearest_instant() -> None:
    other = Theirs(1, RUN, (START - HOUR, START), (START, START + HOUR))
    assert result(ours(), other)[0] == Kind.EQUAL


MARKS = st.lists(
    st.tuples(
        st.sampled_from([RUN, "2-7"]),
        st.integers(0, 400),
        st.one_of(st.none(), st.integers(0, 300)),
    ),
    max_size=7,
)


@given(MARKS, MARKS, st.randoms(use_true_random=False))
def test_every_mark_stands_in_one_pair_whatever_the_order(
    some: list[tuple[str, int, int | None]],
    more: list[tuple[str, int, int | None]],
    chance: random.Random,
) -> None:
    own = [
        Ours(key, run, start, None if length is None else start + length)
        for key, (run, start, length) in enumerate(some)
    ]
    other = [
        Theirs(key, run, (start,), () if length is None else (start + length,))
        for key, (run, start, length) in enumerate(more)
    ]
    pairs = found(own, other)
    assert sorted(pair.ours.key for pair in pairs if pair.ours) == list(range(len(own)))
    keys = sorted(pair.theirs.key for pair in pairs if pair.theirs)
    assert keys == list(range(len(other)))
    assert all(
        pair.ours is None or pair.theirs is None or pair.ours.run == pair.theirs.run
        for pair in pairs
    )
    for pair in pairs:
        if pair.kind == Kind.EQUAL and pair.ours and pair.theirs and pair.ours.end:
            assert abs(pair.ours.start - pair.theirs.starts[0]) <= TOLERANCE
            assert abs(pair.ours.end - pair.theirs.ends[0]) <= TOLERANCE
    shuffled = chance.sample(own, len(own)), chance.sample(other, len(other))
    assert set(found(*shuffled)) == set(pairs)


def test_figures_are_compared_person_by_person() -> None:
    own = [
        OurFigure("a", 5),
        OurFigure("b", 3, unclosed=1),
        OurFigure("c", 3, unclosed=1),
        OurFigure("d", None),
    ]
    assert compare_figures(own, {"a": 5, "b": 4, "c": 2, "e": 1}) == [
        FigurePair("a", Kind.EQUAL, 5, 5),
        FigurePair("b", Kind.DIFFERENT, 3, 4, Reason.NO_CLOSE),
        FigurePair("c", Kind.DIFFERENT, 3, 2, Reason.UNKNOWN),
        FigurePair("d", Kind.ONLY_OURS, None, None, Reason.UNKNOWN),
        FigurePair("e", Kind.ONLY_THEIRS, None, 1, Reason.NOT_ENROLLED),
    ]
