"""The grid: how deep, which sign, and nothing outside the drawing."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.credit import Interval
from attendance.pictures.days import HOUR, Calendar, days_between, midnight
from attendance.pictures.grid import (
    CELL,
    VIEW,
    Cell,
    Row,
    class_seconds,
    expected,
    row_of,
    signs,
    strokes,
    views,
    width_of,
    written,
)
from attendance.pictures.marks import Kind, Mark

DAYS = days_between(date(2026, 6, 1), date(2026, 6, 14))  # from a Monday on
NOON = midnight(DAYS[2]) + 12 * HOUR
cells = st.builds(
    Cell,
    credited=st.integers(0, 25 * HOUR),
    recorded=st.integers(0, 25 * HOUR),
    expired=st.integers(0, 3),
    failed=st.integers(0, 3),
    running=st.booleans(),
)


@pytest.mark.parametrize(
    ("seconds", "depth"),
    [
        (0, 0),
        (1, 1),
        (HOUR // 2 - 1, 1),
        (HOUR // 2, 2),
        (HOUR - 1, 2),
        (HOUR, 3),
        (2 * HOUR - 1, 3),
        (2 * HOUR, 4),
        (4 * HOUR - 1, 4),
        (4 * HOUR, 5),
        (25 * HOUR, 5),
    ],
)
def test_depth_at_each_boundary(seconds: int, depth: int) -> None:
    assert Cell(credited=seconds).depth == depth


def test_cell_with_time_that_does_not_count_is_hollow() -> None:
    assert Cell(recorded=60).fill == "hollow"
    assert Cell(recorded=60, credited=60).fill == "depth-1"
    assert Cell(expired=1).fill == "none"


def test_row_gives_every_mark_its_day_and_sign() -> None:
    span = Interval(NOON, NOON + HOUR)
    moment = Interval(NOON, NOON)
    marks = [
        Mark(span, Kind.COUNTS),
        Mark(Interval(NOON + 24 * HOUR, NOON + 25 * HOUR), Kind.UNCOUNTED),
        Mark(Interval(midnight(DAYS[5]) - 60, midnight(DAYS[5]) + HOUR), Kind.EXPIRED),
        Mark(moment, Kind.FAILED),
        Mark(moment, Kind.STARTING),
        Mark(Interval(NOON + 96 * HOUR, NOON + 97 * HOUR), Kind.RUNNING),
        Mark(Interval(0, 0), Kind.FAILED),  # on none of the days
    ]
    row = row_of(Calendar(DAYS), credited=[span], marks=marks)
    assert row.cells[2] == Cell(credited=HOUR, recorded=HOUR, failed=1)
    assert row.cells[3] == Cell(recorded=HOUR)
    assert row.cells[4] == Cell(expired=1)
    assert row.cells[6] == Cell(running=True)
    assert all(row.cells[number].is_blank for number in (0, 1, 5, 7, 13))
    assert (row.credited, row.attended, row.expired, row.failed) == (HOUR, 1, 1, 1)


@given(st.lists(cells, max_size=len(DAYS)))
def test_strokes_stay_within_the_drawing(found: list[Cell]) -> None:
    """Each command begins at a corner; a cell is never wider than its place."""
    days = DAYS[: len(found)]
    drawn = strokes(Row(found), expected(Calendar(days), [], weekdays=True))
    assert all(one.name.startswith(("depth", "none", "hollow")) for one in drawn)
    corners = [float(x) for one in drawn for x in re.findall(r"M([\d.]+)", one.d)]
    assert all(0 <= x <= width_of(days) - 1 for x in corners)
    left = [int(x) for one in drawn for x in re.findall(r"M(\d+) 0h9v9h-9z", one.d)]
    assert len(left) == len(set(left))
    assert all(x % CELL == 0 for x in left)
    filled = {number for number, cell in enumerate(found) if cell.fill != "none"}
    workdays = {number for number, day in enumerate(days) if day.weekday() < 5}
    assert {x // CELL for x in left} == filled | workdays


@given(st.lists(cells, min_size=len(DAYS), max_size=len(DAYS)))
def test_every_sign_is_drawn_once(found: list[Cell]) -> None:
    drawn = Counter(one.name for one in signs(Row(found)))
    assert drawn["expired"] == sum(bool(c.expired) for c in found)
    assert drawn["failed"] == sum(bool(c.failed) for c in found)
    assert drawn["running"] == sum(c.running for c in found)


def test_sign_stands_in_the_middle_of_what_is_drawn_of_its_day() -> None:
    """In pixels around it: a few days on a wide screen do not stretch its shape."""
    row = Row([Cell(), Cell(failed=1), Cell(), Cell(expired=2, running=True)])
    assert [(one.name, one.x) for one in signs(row)] == [
        ("failed", 36.25),
        ("expired", 86.25),
        ("running", 86.25),
    ]


@pytest.mark.parametrize(
    ("weekdays", "grounds"), [(False, {5}), (True, {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11})]
)
def test_class_on_a_saturday_shows_who_was_away(
    weekdays: bool, grounds: set[int]
) -> None:
    """domain.md: whoever misses a class of a weekend misses it like any other."""
    noon = midnight(DAYS[5]) + 12 * HOUR
    found = expected(Calendar(DAYS), [Interval(noon, noon + HOUR)], weekdays=weekdays)
    assert {number for number, ground in enumerate(found) if ground} == grounds
    (drawn,) = strokes(Row([Cell() for _ in DAYS]), found)
    assert drawn.name == "none"
    assert drawn.d.count("M") == len(grounds)


def test_dates_are_written_wherever_they_have_room() -> None:
    assert written(DAYS, most=14) == set(range(14))
    assert written(DAYS, most=7) == {0, 2, 4, 7, 9, 13}  # the second Monday first
    assert written(DAYS, most=2) == {0, 13}
    assert written((), most=6) == set()
    assert written(DAYS[:1], most=6) == {0}


@given(st.integers(1, VIEW), st.integers(2, 20))
def test_first_and_last_date_are_written_and_none_upon_another(
    count: int, most: int
) -> None:
    days = days_between(DAYS[0], date.fromordinal(DAYS[0].toordinal() + count - 1))
    found = sorted(written(days, most=most))
    assert {0, count - 1} <= set(found)
    room = -(-count // most)
    ahead = [b - a for a, b in pairwise(found[:-1])]
    assert all(one >= room for one in ahead)
    assert len(found) <= most


@pytest.mark.parametrize(
    ("number", "parts"), [(0, []), (1, [1]), (VIEW, [62]), (VIEW + 1, [31, 32])]
)
def test_days_fold_into_parts_alike_in_length(number: int, parts: list[int]) -> None:
    days = [date.fromordinal(738000 + one) for one in range(number)]
    assert [len(part) for part in views(days)] == parts
    assert [day for part in views(days) for day in part] == days


def test_class_over_midnight_stands_in_both_heads() -> None:
    night = midnight(DAYS[1])
    held = [Interval(night - 600, night + 300)]
    assert class_seconds(Calendar(DAYS), held)[:3] == [600, 300, 0]
