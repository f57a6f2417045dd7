"""Business days in Chile: Saturdays, Sundays and national holidays are none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otec_portal.core.business_days import (
    add_business_days,
    business_days_between,
    is_business_day,
)

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def test_twenty_days_over_the_september_holidays_end_as_the_source_says() -> None:
    """E5: 18 and 19 September are holidays."""
    assert add_business_days(date(2026, 8, 28), 20) == date(2026, 9, 28)


@pytest.mark.parametrize(
    "holiday",
    [
        date(2025, 9, 18),
        date(2025, 9, 19),
        date(2026, 9, 18),
        date(2027, 9, 17),  # a Friday before the 18th, by law 20.983
        date(2025, 6, 20),  # the winter solstice moves
        date(2027, 6, 21),
        date(2026, 4, 3),
        date(2025, 10, 31),
    ],
)
def test_national_holiday_on_a_weekday_is_no_business_day(holiday: date) -> None:
    assert holiday.weekday() < 5
    assert not is_business_day(holiday)


@pytest.mark.parametrize(
    "regional",
    [
        date(2027, 6, 7),  # Arica
        date(2025, 8, 20),  # Chillán
        date(2026, 8, 20),
    ],
)
def test_regional_holiday_is_a_business_day(regional: date) -> None:
    """[choice] of domain.md."""
    assert is_business_day(regional)


@pytest.mark.parametrize(
    "election", [date(2025, 6, 29), date(2025, 11, 16), date(2025, 12, 14)]
)
def test_day_of_an_election_is_a_sunday_and_takes_no_business_day(
    election: date,
) -> None:
    """It is a holiday by law; the Monday after is a day of work."""
    assert election.isoweekday() == 7
    assert not is_business_day(election)
    assert is_business_day(election + timedelta(days=1))


@pytest.mark.parametrize("day", [date(2026, 9, 12), date(2026, 9, 13)])
def test_weekend_is_no_business_day(day: date) -> None:
    assert not is_business_day(day)


@given(start=DAYS, days=st.integers(1, 60))
def test_days_added_are_the_days_between(start: date, days: int) -> None:
    end = add_business_days(start, days)
    assert is_business_day(end)
    assert business_days_between(start, end) == days
    assert business_days_between(start, end - timedelta(days=1)) == days - 1
