"""The arithmetic of attendance: the source's worked rows, boundaries, properties."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.credit import (
    GRACE,
    Credit,
    Interval,
    Timetable,
    merge,
    share,
    subtract,
    total,
    whole_seconds,
)
from otec_portal.core.zones import SANTIAGO

HOUR = 3600


def _at(day: int, clock: str) -> datetime:
    hour, minute, second = (int(part) for part in clock.split(":"))
    return datetime(2016, 11, day, hour, minute, second, tzinfo=SANTIAGO)


def _span(day: int, start: str, end: str) -> Interval:
    return whole_seconds(_at(day, start), _at(day, end))


def _clock(seconds: int) -> str:
    return f"{seconds // HOUR:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def test_worked_rows_of_the_source_are_exact_to_the_second() -> None:
    """Seed 004: two classes at the same time, a third the day after."""
    classes = [
        _span(15, "09:48:02", "18:36:46"),
        _span(15, "09:58:27", "12:18:32"),
        _span(16, "09:38:17", "11:05:40"),
    ]
    marks = [
        _span(15, "18:36:05", "18:36:46"),
        _span(15, "09:58:27", "12:18:32"),
        _span(16, "11:05:31", "11:05:40"),
    ]
    credit = Timetable(classes).credit(marks)
    assert [_clock(one.seconds) for one in classes] == [
        "08:48:44",
        "02:20:05",
        "01:27:23",
    ]
    assert [_clock(total(spans)) for spans in credit.in_classes] == [
        "00:00:41",
        "02:20:05",
        "00:00:09",
    ]
    assert credit.outside == ()


@pytest.mark.parametrize(
    ("late", "credited"),
    [(0, HOUR), (GRACE, HOUR), (GRACE + 1, HOUR - GRACE - 1)],
)
def test_entry_within_the_grace_counts_from_the_start(late: int, credited: int) -> None:
    one_class = Interval(0, HOUR)
    credit = Timetable([one_class]).credit([Interval(late, HOUR)])
    assert credit.class_seconds == credited


def test_gap_after_a_re_entry_is_not_credited() -> None:
    marks = [Interval(60, 120), Interval(180, 240)]
    credit = Timetable([Interval(0, HOUR)]).credit(marks)
    assert credit.in_classes == ((Interval(0, 120), Interval(180, 240)),)


def test_mark_beyond_the_classs_end_is_clipped_and_counts_nowhere_else() -> None:
    credit = Timetable([Interval(0, HOUR)]).credit([Interval(0, 2 * HOUR)])
    assert credit == Credit(((Interval(0, HOUR),),), ())


def test_mark_over_consecutive_classes_counts_in_each() -> None:
    classes = [Interval(0, HOUR), Interval(HOUR, 2 * HOUR)]
    credit = Timetable(classes).credit([Interval(0, 2 * HOUR)])
    assert [total(spans) for spans in credit.in_classes] == [HOUR, HOUR]


def test_mark_that_only_meets_a_class_is_outside() -> None:
    credit = Timetable([Interval(HOUR, 2 * HOUR)]).credit([Interval(0, HOUR)])
    assert (credit.class_seconds, credit.outside_seconds) == (0, HOUR)


def test_grace_of_two_classes_counts_no_second_twice() -> None:
    classes = [Interval(0, HOUR), Interval(300, 700)]
    credit = Timetable(classes).credit([Interval(600, HOUR)])
    assert credit.class_seconds == HOUR
    assert [total(spans) for spans in credit.in_classes] == [HOUR - 400, 400]


def test_gap_after_a_re_entry_is_no_grace_where_another_class_had_the_floor() -> None:
    """09:00-12:00 and 09:01-09:15; in 09:01-09:05 and again 09:18-11:00."""
    marks = [Interval(60, 300), Interval(1080, 7200)]
    alone = Timetable([Interval(0, 3 * HOUR)]).credit(marks)
    both = Timetable([Interval(0, 3 * HOUR), Interval(60, 900)]).credit(marks)
    assert both.in_classes == (
        (Interval(0, 60), Interval(1080, 7200)),
        (Interval(60, 300),),
    )
    assert both.class_seconds == alone.class_seconds == 6420


_soon = st.integers(0, 60)


@given(st.lists(st.builds(Interval, _soon, _soon), max_size=4))
def test_no_second_between_two_marks_is_credited(marks: list[Interval]) -> None:
    """Whatever other classes are held: grace ends at the first entry to the class."""
    held = [Interval(0, 60), Interval(2, 20), Interval(30, 40)]
    credit = Timetable(held, grace=30).credit(marks)
    own = _each_second(marks)
    for one, spans in zip(held, credit.in_classes, strict=True):
        entry = min((second for second in own if second >= one.start), default=one.end)
        grace = _each_second(list(spans)) - own
        assert all(second < entry for second in grace)


def test_class_of_no_length_takes_no_mark() -> None:
    credit = Timetable([Interval(50, 50), Interval(90, 10)]).credit([Interval(0, 100)])
    assert credit == Credit(((), ()), (Interval(0, 100),))


def test_session_over_the_day_without_midnight_lasts_what_it_lasted() -> None:
    """Case E2: on 6-9-2026 clocks jump from 24:00 to 01:00."""
    start = datetime(2026, 9, 5, 23, 0, 0, tzinfo=SANTIAGO)
    end = datetime(2026, 9, 6, 2, 0, 0, tzinfo=SANTIAGO)
    assert whole_seconds(start, end).seconds == 2 * HOUR


def test_session_over_the_doubled_hour_lasts_what_it_lasted() -> None:
    """Case E2: on 4-4-2026 clocks fall from 24:00 back to 23:00."""
    start = datetime(2026, 4, 4, 22, 0, 0, tzinfo=SANTIAGO)
    end = datetime(2026, 4, 5, 1, 0, 0, tzinfo=SANTIAGO)
    assert whole_seconds(start, end).seconds == 4 * HOUR


def test_session_over_midnight_is_one() -> None:
    start, end = _at(15, "23:30:00"), _at(16, "00:30:00")
    credit = Timetable([whole_seconds(start, end)]).credit([whole_seconds(start, end)])
    assert credit.class_seconds == HOUR


@pytest.mark.parametrize(
    ("credited", "required", "expected"),
    [
        (0, 100, 0),
        (299, 1000, 29),
        (999, 1000, 99),
        (1000, 1000, 100),
        (1001, 1000, 100),
        (-1, 1000, 0),
        (10, 0, None),
    ],
)
def test_share_is_whole_rounded_down_and_at_most_a_hundred(
    credited: int, required: int, expected: int | None
) -> None:
    assert share(credited, required) == expected


_seconds = st.integers(0, 5 * HOUR)
_intervals = st.lists(st.builds(Interval, _seconds, _seconds), max_size=8)


def _each_second(intervals: list[Interval]) -> set[int]:
    return {second for one in intervals for second in range(one.start, one.end)}


@given(_intervals, _intervals)
def test_credit_is_never_more_than_the_class_and_never_twice(
    classes: list[Interval], marks: list[Interval]
) -> None:
    credit = Timetable(classes).credit(marks)
    seen: set[int] = set()
    for one, spans in zip(classes, credit.in_classes, strict=True):
        seconds = _each_second(list(spans))
        assert seconds <= _each_second([one])
        assert not seconds & seen
        seen |= seconds
    assert not _each_second(list(credit.outside)) & seen
    assert credit.class_seconds <= Timetable(classes).held_seconds


@given(_intervals, _intervals)
def test_order_of_marks_and_classes_changes_nothing(
    classes: list[Interval], marks: list[Interval]
) -> None:
    timetable = Timetable(sorted(set(classes)))
    backwards = Timetable(sorted(set(classes), reverse=True))
    credit, other = timetable.credit(marks), backwards.credit(marks[::-1])
    assert credit.in_classes == other.in_classes[::-1]
    assert credit.outside == other.outside


@given(_intervals, _intervals, _seconds)
def test_splitting_a_session_changes_nothing(
    classes: list[Interval], marks: list[Interval], cut: int
) -> None:
    split = [
        part
        for mark in marks
        for part in (
            [Interval(mark.start, cut), Interval(cut, mark.end)]
            if mark.start < cut < mark.end
            else [mark]
        )
    ]
    timetable = Timetable(classes)
    assert timetable.credit(split) == timetable.credit(marks)


@given(_intervals, _intervals, st.builds(Interval, _seconds, _seconds))
def test_one_more_mark_within_a_class_never_takes_credit_away(
    classes: list[Interval], marks: list[Interval], more: Interval
) -> None:
    timetable = Timetable(classes, grace=0)
    before = timetable.credit(marks).class_seconds
    assert timetable.credit([*marks, more]).class_seconds >= before


@given(_intervals, _intervals)
def test_sets_of_seconds_agree_with_merge_and_subtract(
    these: list[Interval], those: list[Interval]
) -> None:
    assert _each_second(merge(these)) == _each_second(these)
    rest = subtract(these, those)
    assert _each_second(rest) == _each_second(these) - _each_second(those)
