"""A day's drawing: the source's worked rows, grace, midnights, changes of clocks."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.credit import Interval, Timetable, total
from attendance.day_page import clock
from attendance.pictures.days import HOUR, midnight, span_of
from attendance.pictures.marks import Kind, Mark
from attendance.pictures.timeline import (
    LEAST_HOURS,
    Axis,
    DayDrawn,
    Piece,
    draw_day,
    frame,
    in_lines,
)
from otec_portal.core.zones import SANTIAGO

FORWARD, BACK = date(2026, 9, 6), date(2026, 4, 4)
DAYS = [FORWARD, BACK, date(2026, 6, 15)]
pieces = st.lists(
    st.tuples(st.integers(-30 * HOUR, 30 * HOUR), st.integers(0, 9 * HOUR)), max_size=6
)


def _at(day: date, text: str) -> int:
    wall = datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=SANTIAGO)
    return int(wall.timestamp())


def _span(day: date, start: str, end: str) -> Interval:
    return Interval(_at(day, start), _at(day, end))


def _drawn(
    day: date, classes: list[Interval], marks: list[Mark], *, outside: bool = True
) -> DayDrawn:
    counting = [mark.span for mark in marks if mark.kind == Kind.COUNTS]
    return draw_day(
        day,
        classes=[("class", one, "") for one in classes],
        marks=marks,
        credit=Timetable(classes).credit(counting),
        outside_counts=outside,
    )


def test_worked_rows_of_the_source_are_drawn() -> None:
    """Seed 004: on the first day two classes, the second within the first."""
    first, second = date(2016, 11, 15), date(2016, 11, 16)
    classes = [
        _span(first, "09:48:02", "18:36:46"),
        _span(first, "09:58:27", "12:18:32"),
        _span(second, "09:38:17", "11:05:40"),
    ]
    marks = [
        Mark(_span(first, "18:36:05", "18:36:46"), Kind.COUNTS),
        Mark(_span(first, "09:58:27", "12:18:32"), Kind.COUNTS),
        Mark(_span(second, "11:05:31", "11:05:40"), Kind.COUNTS),
    ]
    drawn = _drawn(first, classes, marks)
    assert [(one.span, one.line) for one in drawn.classes] == [
        (classes[0], 0),
        (classes[1], 1),
    ]
    assert [one.span for one in drawn.credit] == [marks[1].span, marks[0].span]
    assert (drawn.credited, drawn.grace) == (2 * HOUR + 20 * 60 + 5 + 41, 0)
    assert drawn.axis.span == _span(first, "09:00:00", "19:00:00")
    next_day = _drawn(second, classes, marks)
    assert (next_day.credited, next_day.grace) == (9, 0)


def test_grace_is_drawn_apart_from_the_own_time() -> None:
    day = DAYS[2]
    classes = [_span(day, "09:00:00", "12:00:00")]
    marks = [Mark(_span(day, "09:20:00", "10:00:00"), Kind.COUNTS)]
    drawn = _drawn(day, classes, marks)
    assert [(one.name, one.seconds) for one in drawn.credit] == [
        ("grace", 20 * 60),
        ("credit", 40 * 60),
    ]
    assert (drawn.credited, drawn.grace) == (HOUR, 20 * 60)
    late = [Mark(_span(day, "09:20:01", "10:00:00"), Kind.COUNTS)]
    assert _drawn(day, classes, late).grace == 0


def test_time_outside_classes_is_credit_where_the_policy_says_so() -> None:
    day = DAYS[2]
    marks = [Mark(_span(day, "15:00:00", "16:00:00"), Kind.COUNTS)]
    assert _drawn(day, [], marks).credited == HOUR
    assert _drawn(day, [], marks, outside=False).credited == 0


def test_expired_session_is_drawn_and_credits_nothing() -> None:
    day = DAYS[2]
    marks = [Mark(_span(day, "15:00:00", "18:00:00"), Kind.EXPIRED)]
    drawn = _drawn(day, [], marks)
    assert [one.name for one in drawn.marks] == [Kind.EXPIRED]
    assert not drawn.credit


def test_session_over_midnight_is_cut_there() -> None:
    day = DAYS[2]
    over = Mark(Interval(midnight(day) - 1800, midnight(day) + 2700), Kind.COUNTS)
    assert _drawn(day - timedelta(days=1), [], [over]).credited == 1800
    assert _drawn(day, [], [over]).credited == 2700


def test_moment_at_midnight_stands_on_the_day_that_begins() -> None:
    day = DAYS[2]
    moment = Mark(Interval(midnight(day), midnight(day)), Kind.FAILED)
    assert len(_drawn(day, [], [moment]).marks) == 1
    assert _drawn(day - timedelta(days=1), [], [moment]).is_blank


@pytest.mark.parametrize(
    ("day", "hours", "ticks"),
    [
        (FORWARD, 23, ["01:00", "05:00", "09:00", "13:00", "17:00", "21:00"]),
        (BACK, 25, ["00:00", "06:00", "12:00", "18:00", "23:00"]),
        (DAYS[2], 24, ["00:00", "06:00", "12:00", "18:00", "24:00"]),
    ],
)
def test_whole_day_is_as_long_as_it_is(day: date, hours: int, ticks: list[str]) -> None:
    drawn = _drawn(day, [], [])
    assert drawn.hours == hours
    assert [word for word, _ in drawn.axis.ticks] == ticks


def test_hour_that_is_twice_is_drawn_twice() -> None:
    last = span_of(BACK).end
    axis = Axis(Interval(last - 4 * HOUR, last))
    assert axis.ticks == [
        ("21:00", 0.0),
        ("22:00", 25.0),
        ("23:00", 50.0),
        ("23:00", 75.0),
        ("24:00", 100.0),
    ]
    assert clock(last - 2 * HOUR) == "23:00:00"
    assert clock(last - HOUR) == "23:00:00 (segunda vez)"
    assert clock(last, ends=True) == "24:00:00"
    assert clock(last) == "00:00:00"


def test_frame_of_a_short_mark_has_hours_around_it() -> None:
    day = span_of(DAYS[2])
    noon = day.start + 12 * HOUR
    assert frame(day, [Interval(noon, noon + 41)]).seconds == LEAST_HOURS * HOUR
    first = Interval(day.start, day.start + 41)
    assert frame(day, [first]) == Interval(day.start, day.start + LEAST_HOURS * HOUR)
    last = Interval(day.end - 41, day.end)
    assert frame(day, [last]) == Interval(day.end - LEAST_HOURS * HOUR, day.end)
    exact = Interval(noon, noon + 5 * HOUR)
    assert frame(day, [exact]) == exact


@given(st.sampled_from(DAYS), pieces, pieces)
def test_nothing_is_drawn_outside_and_widths_add_up(
    day: date, held: list[tuple[int, int]], marked: list[tuple[int, int]]
) -> None:
    whole = span_of(day)
    classes = [Interval(whole.start + s, whole.start + s + n + 1) for s, n in held]
    marks = [
        Mark(Interval(whole.start + s, whole.start + s + n), Kind.COUNTS)
        for s, n in marked
    ]
    drawn = _drawn(day, classes, marks)
    axis = drawn.axis.span
    assert whole.start <= axis.start < axis.end <= whole.end
    for piece in (*drawn.classes, *drawn.marks, *drawn.credit):
        assert axis.start <= piece.span.start <= piece.span.end <= axis.end
        left, right = drawn.axis.at(piece.span.start), drawn.axis.at(piece.span.end)
        assert 0 <= left <= right <= 100
        assert right - left == pytest.approx(piece.seconds * 100 / axis.seconds)
    assert all(0 <= x <= 100 for _, x in drawn.axis.ticks)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    credit = Timetable(classes).credit([mark.span for mark in marks])
    three = [_drawn(one, classes, marks).credited for one in (before, day, after)]
    span = Interval(span_of(before).start, span_of(after).end)
    spans = [*credit.outside, *(one for held in credit.in_classes for one in held)]
    cut = [Interval(max(s.start, span.start), min(s.end, span.end)) for s in spans]
    assert sum(three) == total(cut)


@given(pieces)
def test_lines_of_a_band_never_overlap(found: list[tuple[int, int]]) -> None:
    placed = in_lines([Piece("x", Interval(s, s + n)) for s, n in found])
    assert len(placed) == len(found)
    for one in placed:
        for other in placed:
            if one is not other and one.line == other.line:
                assert (
                    one.span.end <= other.span.start or other.span.end <= one.span.start
                )
