"""Percentages against the threshold: at it is enough, and everybody is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.pictures.distribution import blocks, distribute, ticks

counts = st.dictionaries(
    st.none() | st.integers(0, 100), st.integers(1, 5000), max_size=30
)


def test_at_the_threshold_is_not_below() -> None:
    drawn = distribute({74: 2, 75: 3, None: 4}, threshold=75)
    assert (drawn.below, drawn.people, drawn.none) == (2, 5, 4)


def test_threshold_within_a_bar_parts_it() -> None:
    drawn = distribute({71: 2, 72: 3}, threshold=72)
    bar = drawn.bars[14]
    assert (bar.words, bar.below, bar.enough) == ("70 a 74 %", 2, 3)


@pytest.mark.parametrize(
    ("per_cent", "words"),
    [(0, "0 a 4 %"), (4, "0 a 4 %"), (5, "5 a 9 %"), (99, "95 a 99 %"), (100, "100 %")],
)
def test_bar_at_its_edges(per_cent: int, words: str) -> None:
    drawn = distribute({per_cent: 1}, threshold=75)
    assert [bar.words for bar in drawn.bars if bar.people] == [words]


@pytest.mark.parametrize(
    ("threshold", "x"), [(0, 0.0), (75, 1500 / 21), (100, 2000 / 21)]
)
def test_threshold_stands_at_the_left_edge_of_its_bar(threshold: int, x: float) -> None:
    assert distribute({}, threshold=threshold).line == pytest.approx(x)


def test_ticks_are_every_twenty_per_cent() -> None:
    drawn = distribute({}, threshold=75)
    assert [word for word, _ in ticks(drawn)] == [0, 20, 40, 60, 80, 100]


@given(counts, st.integers(1, 100))
def test_nobody_is_lost_and_nothing_is_drawn_outside(
    people: dict[int | None, int], threshold: int
) -> None:
    drawn = distribute(people, threshold=threshold)
    assert drawn.people + drawn.none == sum(people.values())
    below = [n for one, n in people.items() if one is not None and one < threshold]
    assert drawn.below == sum(below)
    shapes = blocks(drawn)
    for one in shapes:
        assert one.x >= 0
        assert one.x + one.width <= 100
        assert one.y >= 0
        assert one.y + one.height <= 100.0001
    heights = sum(one.height for one in shapes)
    if drawn.people:
        assert heights == pytest.approx(drawn.people * 100 / drawn.most)
        bottoms = {
            round(one.y + one.height, 6) for one in shapes if one.name == "below"
        }
        assert bottoms <= {100.0}
