"""E8: partial and complementary actions over the new year: own dates and hours."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.credit import Interval
from courses.models import ActivityType, Environment, TrainingAction
from liquidation.executed import (
    complementary_proposal,
    executed_of,
    partial_proposal,
)
from liquidation.proportion import (
    Executed,
    propose_complementary,
    propose_partial,
    year_of,
)
from otec_portal.core.models import TrainingBody
from tests.factories.attendance import SenceSessionFactory, TrainingClassFactory
from tests.factories.courses import (
    ComplementaryFactory,
    EnrolmentFactory,
    TrainingActionFactory,
)

ZONE = ZoneInfo("America/Santiago")
HOUR = 3600


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    moment = datetime(year, month, day, hour, minute, tzinfo=ZONE)
    return int(moment.timestamp())


def span(*start: int, seconds: int = HOUR) -> Interval:
    return Interval(at(*start), at(*start) + seconds)


NEW_YEARS_EVE = Interval(at(2026, 12, 31, 23), at(2027, 1, 1, 2))
HOURS = Decimal("40.0")


def test_year_begins_and_ends_at_midnight_in_santiago() -> None:
    year = year_of(2026, ZONE)
    assert datetime.fromtimestamp(year.start, UTC).hour == 3  # summer: UTC-3
    assert year.seconds == 365 * 24 * HOUR
    assert year_of(2027, ZONE).start == year.end


def test_partial_runs_to_31_december_with_the_hours_of_its_year() -> None:
    executed = Executed([span(2026, 11, 3, 9, seconds=90 * 60), NEW_YEARS_EVE], [])
    proposal = propose_partial(executed, year=2026, accredited=HOURS, zone=ZONE)
    assert proposal.ends_on == date(2026, 12, 31)
    assert proposal.executed_seconds == 90 * 60 + HOUR
    assert proposal.hours == Decimal("2.5")
    assert proposal.last_held_on == date(2026, 12, 31)
    assert proposal.by_classes


def test_class_at_the_very_midnight_belongs_to_the_new_year() -> None:
    """Both sides of the boundary: the last second of the year still counts."""
    for start, seconds in ((at(2026, 12, 31, 23, 59) + 59, 1), (at(2027, 1, 1), 0)):
        held = Executed([Interval(start, start + HOUR)], [])
        proposal = propose_partial(held, year=2026, accredited=HOURS, zone=ZONE)
        assert proposal.executed_seconds == seconds
        assert proposal.by_classes


def test_hours_are_cut_to_tenths_and_never_more_than_accredited() -> None:
    for seconds, hours in (
        (359, "0.0"),
        (360, "0.1"),
        (40 * HOUR - 1, "39.9"),
        (41 * HOUR, "40.0"),
    ):
        held = Executed([span(2026, 11, 3, seconds=seconds)], [])
        proposal = propose_partial(held, year=2026, accredited=HOURS, zone=ZONE)
        assert proposal.hours == Decimal(hours)
    held = Executed([span(2026, 11, 3, seconds=41 * HOUR)], [])
    free = propose_partial(held, year=2026, accredited=None, zone=ZONE)
    assert free.hours == Decimal("41.0")


def test_without_classes_who_was_in_the_longest_counts() -> None:
    longest = [span(2026, 11, 3, 9), span(2026, 11, 3, 9), span(2026, 11, 4, 9)]
    held = Executed([], [longest, [span(2026, 11, 3, 9)]])
    proposal = propose_partial(held, year=2026, accredited=HOURS, zone=ZONE)
    assert (proposal.hours, proposal.by_classes) == (Decimal("2.0"), False)
    assert proposal.last_held_on == date(2026, 11, 4)


def test_classes_of_next_year_alone_leave_nothing_for_this_one() -> None:
    """Where there are classes, sessions don't stand in for them."""
    held = Executed([span(2027, 1, 5, 9)], [[span(2026, 11, 3, 9)]])
    proposal = propose_partial(held, year=2026, accredited=HOURS, zone=ZONE)
    assert (proposal.hours, proposal.last_held_on) == (Decimal("0.0"), None)


def test_complementary_begins_with_the_first_class_and_has_what_is_left() -> None:
    held = Executed([span(2027, 1, 6, 9), span(2027, 1, 5, 9)], [[span(2027, 1, 4)]])
    proposal = propose_complementary(
        held, accredited=HOURS, partial_hours=Decimal("12.5"), zone=ZONE
    )
    assert proposal.starts_on == date(2027, 1, 5)
    assert proposal.hours == Decimal("27.5")


@pytest.mark.parametrize(
    ("accredited", "partial", "hours"),
    [
        (HOURS, HOURS, Decimal(0)),
        (HOURS, Decimal(41), Decimal(0)),
        (HOURS, None, None),
        (None, HOURS, None),
    ],
)
def test_complementary_hours_are_never_negative_nor_guessed(
    accredited: Decimal | None, partial: Decimal | None, hours: Decimal | None
) -> None:
    proposal = propose_complementary(
        Executed([], []), accredited=accredited, partial_hours=partial, zone=ZONE
    )
    assert (proposal.hours, proposal.starts_on) == (hours, None)


@given(
    st.lists(
        st.tuples(
            st.integers(at(2026, 6, 1), at(2027, 6, 1)), st.integers(0, 20 * HOUR)
        ),
        max_size=8,
    )
)
def test_years_add_up_to_the_whole(marks: list[tuple[int, int]]) -> None:
    """Nothing of a class is lost between the two years, and none counts in both."""
    held = Executed([Interval(start, start + length) for start, length in marks], [])
    parts = [held.within(year_of(year, ZONE)).seconds for year in (2026, 2027)]
    assert sum(parts) == held.seconds


@pytest.fixture
def complementary(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = ComplementaryFactory(
        related_action__course__training_body=our_body,
        related_action__starts_on=date(2026, 11, 2),
        related_action__ends_on=date(2026, 12, 31),
    )
    return made


def _held(action: TrainingAction, *start: int) -> None:
    begun = datetime(*start, tzinfo=ZONE)  # type: ignore[arg-type, misc]
    TrainingClassFactory(
        action=action,
        ended=True,
        started_at=begun,
        ended_at=begun + timedelta(hours=2),
    )


@pytest.mark.django_db
def test_pair_of_actions_has_dates_and_hours_of_its_own(
    complementary: TrainingAction,
) -> None:
    partial = complementary.related_action
    assert partial is not None
    _held(partial, 2026, 11, 3, 9)
    _held(partial, 2026, 11, 4, 9)
    _held(complementary, 2027, 1, 7, 9)
    first = partial_proposal(partial)
    assert first is not None
    assert (first.ends_on, first.hours) == (date(2026, 12, 31), Decimal("4.0"))
    second = complementary_proposal(complementary)
    assert second is not None
    assert (second.starts_on, second.hours) == (date(2027, 1, 7), Decimal("36.0"))
    assert partial_proposal(complementary) is None
    assert complementary_proposal(partial) is None


@pytest.mark.django_db
def test_executed_counts_what_counts_for_attendance(our_body: TrainingBody) -> None:
    """Annulled classes and sessions of SENCE's test environment are nothing."""
    action = TrainingActionFactory(
        course__training_body=our_body, activity_type=ActivityType.PARTIAL
    )
    TrainingClassFactory(action=action, annulled=True)
    for environment in Environment:
        SenceSessionFactory(
            closed=True,
            enrolment=EnrolmentFactory(action=action),
            environment=environment,
        )
    executed = executed_of(action)
    assert executed.classes == []
    assert len(executed.sessions) == 1
    assert executed.seconds == HOUR
