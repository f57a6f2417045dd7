"""Day 60 of a packet: that of its most pressing action."""

from datetime import date, timedelta

import pytest

from courses.models import ActivityType, TrainingAction
from liquidation.lateness import due_of, late_since, near_from
from tests.factories.courses import TrainingActionFactory

DAY = timedelta(days=1)
ENDED = date(2026, 7, 8)  # the worked example: day 60 is 2026-09-06
LAST = date(2026, 9, 6)


def _ended(day: date, **facts: object) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory.build(
        starts_on=date(2026, 6, 1), ends_on=day, **facts
    )
    return made


@pytest.mark.parametrize(
    ("today", "since"),
    [(LAST, None), (LAST + DAY, LAST + DAY), (LAST + 9 * DAY, LAST + DAY)],
)
def test_packet_is_late_from_the_day_after_day_60(
    today: date, since: date | None
) -> None:
    """E1."""
    assert late_since([_ended(ENDED)], today) == since


def test_packet_is_due_with_the_first_of_its_actions() -> None:
    actions = [_ended(ENDED + 5 * DAY), _ended(ENDED)]
    due = due_of(actions, LAST)
    assert due is not None
    assert (due.until, due.days, due.late) == (LAST, 0, False)


def test_packet_of_a_partial_action_is_due_by_its_provisional_end() -> None:
    partial = _ended(ENDED, activity_type=ActivityType.PARTIAL)
    due = due_of([partial], LAST)
    assert due is not None
    assert due.until == date(2027, 3, 1)


def test_packet_without_actions_is_never_late() -> None:
    assert due_of([], LAST) is None
    assert late_since([], LAST) is None


@pytest.mark.parametrize(
    ("left", "words", "kind"),
    [
        (-1, "Fuera de plazo", "danger"),
        (0, "Vence hoy", "danger"),
        (1, "Queda 1 día", "danger"),
        (4, "Quedan 4 días", "warning"),
        (11, "Quedan 11 días", "neutral"),
    ],
)
def test_term_is_told_in_words_by_how_near_it_is(
    left: int, words: str, kind: str
) -> None:
    due = due_of([_ended(ENDED)], LAST - left * DAY)
    assert due is not None
    assert (due.badge.label, due.badge.kind) == (words, kind)


@pytest.mark.parametrize("left", [10, 11])
def test_near_in_sql_is_near_in_words(left: int) -> None:
    """attention.py asks the database by near_from, the page the rule."""
    today = LAST - left * DAY
    due = due_of([_ended(ENDED)], today)
    assert due is not None
    assert due.near == (near_from(today) >= ENDED)
