"""Days 40, 59 and 60: the worked example of domain.md, and every boundary."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from courses.terms import Terms, Window, day_zero, last_moment
from otec_portal.core.zones import SANTIAGO

TERMS = Terms(date(2026, 7, 8))


def test_worked_example_of_the_source() -> None:
    """E1."""
    assert TERMS.ordinary_until == date(2026, 8, 17)
    assert TERMS.recommended_until == date(2026, 9, 4)
    assert TERMS.last_date == date(2026, 9, 5)
    assert TERMS.liquidation_until == date(2026, 9, 6)


@pytest.mark.parametrize(
    ("day", "window"),
    [
        (-5, Window.ORDINARY),  # before the end date: the source's own example
        (0, Window.ORDINARY),
        (40, Window.ORDINARY),
        (41, Window.JUSTIFIED),
        (59, Window.JUSTIFIED),
        (60, Window.OVER),
    ],
)
def test_window_of_a_day(day: int, window: Window) -> None:
    today = TERMS.day_zero + timedelta(days=day)
    assert TERMS.day(today) == day
    assert TERMS.window(today) == window


@pytest.mark.parametrize(
    ("partial", "real", "expected"),
    [
        (False, None, date(2027, 2, 15)),
        (True, None, date(2026, 12, 31)),
        (True, date(2026, 12, 18), date(2026, 12, 18)),
    ],
)
def test_day_zero_of_a_partial_action_is_its_own(
    partial: bool, real: date | None, expected: date
) -> None:
    """E8: over the new year."""
    assert expected == day_zero(
        partial=partial,
        starts_on=date(2026, 11, 2),
        ends_on=date(2027, 2, 15),
        real_ends_on=real,
    )


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 7, 8), "2026-07-09 03:59:59"),  # winter: -04
        (date(2026, 1, 8), "2026-01-09 02:59:59"),  # summer: -03
        (date(2026, 9, 5), "2026-09-06 03:59:59"),  # the midnight after does not exist
        (date(2026, 4, 4), "2026-04-05 03:59:59"),  # 23:59:59 comes twice
    ],
)
def test_last_moment_of_a_day_is_still_within_its_term(day: date, utc: str) -> None:
    """E2: the dates are those of Santiago, as every caller asks for today."""
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert last_moment(day, SANTIAGO).astimezone(UTC) == moment
    terms = Terms(day - timedelta(days=59))
    assert terms.window(timezone.localdate(moment)) == Window.JUSTIFIED
    after = timezone.localdate(moment + timedelta(seconds=1))
    assert (after, terms.window(after)) == (day + timedelta(days=1), Window.OVER)
