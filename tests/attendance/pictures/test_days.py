"""Days of 23, 24 and 25 hours: every second belongs to one of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.credit import Interval, total
from attendance.pictures.days import (
    HOUR,
    Calendar,
    day_at,
    days_between,
    days_touched,
    local,
    midnight,
    span_of,
)

FORWARD = date(2026, 9, 6)  # begins at 01:00
BACK = date(2026, 4, 4)  # its last hour is twice
MONTH = days_between(date(2026, 8, 20), date(2026, 9, 20))
instants = st.integers(midnight(MONTH[0]) - 9 * HOUR, midnight(MONTH[-1]) + 40 * HOUR)
spans = st.builds(
    lambda start, length: Interval(start, start + length),
    instants,
    st.integers(0, 60 * HOUR),
)


@pytest.mark.parametrize(
    ("day", "hours"), [(FORWARD, 23), (BACK, 25), (date(2026, 6, 15), 24)]
)
def test_day_lasts_as_many_hours_as_its_clocks_show(day: date, hours: int) -> None:
    assert span_of(day).seconds == hours * HOUR


def test_day_without_its_first_hour_begins_at_one() -> None:
    assert f"{local(midnight(FORWARD)):%d-%m %H:%M}" == "06-09 01:00"


def test_instant_at_midnight_belongs_to_the_day_that_begins() -> None:
    assert day_at(midnight(BACK)) == BACK
    assert day_at(midnight(BACK) - 1) == BACK - timedelta(days=1)


def test_span_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    until = Interval(midnight(BACK), midnight(BACK + timedelta(days=1)))
    assert days_touched(until) == (BACK,)
    over = Interval(until.start, until.end + 1)
    assert days_touched(over) == (BACK, BACK + timedelta(days=1))
    assert days_touched(Interval(until.end, until.end)) == (BACK + timedelta(days=1),)


def test_session_over_midnight_belongs_to_each_day_by_its_seconds() -> None:
    night = midnight(MONTH[5])
    shares = Calendar(MONTH).shares([Interval(night - 1200, night + 41)])
    assert list(shares) == [(4, 1200), (5, 41)]


@given(st.lists(spans, max_size=8))
def test_shares_add_up_to_what_lies_within_the_days(found: list[Interval]) -> None:
    calendar = Calendar(MONTH)
    first, last = midnight(MONTH[0]), span_of(MONTH[-1]).end
    inside = [Interval(max(one.start, first), min(one.end, last)) for one in found]
    shares = list(calendar.shares(found))
    assert sum(seconds for _, seconds in shares) == total(inside)
    assert all(0 < seconds <= span_of(MONTH[one]).seconds for one, seconds in shares)


@given(instants)
def test_number_of_an_instant_is_the_place_of_its_day(instant: int) -> None:
    number = Calendar(MONTH).number_of(instant)
    day = day_at(instant)
    assert number == (MONTH.index(day) if day in MONTH else None)


def test_calendar_of_no_days_holds_nothing() -> None:
    nothing = Calendar(())
    assert nothing.number_of(0) is None
    assert list(nothing.shares([Interval(0, 10)])) == []
