"""Reminders of days that move: corrected dates, quiet days, clock changes."""

from datetime import date, timedelta

import pytest
from django.core import mail as box

from certificates.models import CertificateState
from courses.catalogue import save_action
from courses.models import Reminder, ReminderDigest, TrainingAction
from otec_portal.core import outbox
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories.courses import ReminderSettingsFactory
from tests.reminding import (
    DAY,
    LAST,
    MONDAY,
    ORDINARY,
    at,
    certify,
    due_in,
    ended,
    leave,
    noted,
    run,
    run_and_leave,
    unsent,
)

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 6, 12)


def correct(action: TrainingAction, ends_on: date, who: SignedIn) -> None:
    action.refresh_from_db()
    action.ends_on = ends_on
    save_action(action, by=who.membership, at=at(MONDAY, 8, 10))


def test_end_date_corrected_before_the_mail_left_is_told_anew(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: the superseded reminder does not leave, the others do."""
    wrong = due_in(our_body, 3, code="6700003")
    due_in(our_body, 0, code="6700000")
    run(MONDAY)
    correct(wrong, MONDAY + (10 - ORDINARY) * DAY, admin)
    assert unsent() == 0
    assert run(MONDAY, 8, 15) == 1
    leave(MONDAY)
    (mail,) = box.outbox
    assert "6700000" in str(mail.body)
    assert "quedan 10 días" in str(mail.body)
    assert "quedan 3 días" not in str(mail.body)
    editions = ReminderDigest.objects.values_list("edition", flat=True)
    assert sorted(editions) == [1, 2]


def test_end_date_corrected_to_far_away_leaves_no_mail(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: nothing is left to be told."""
    wrong = due_in(our_body, 3)
    run(MONDAY)
    correct(wrong, MONDAY, admin)
    assert run(MONDAY, 8, 15) == 0
    leave(MONDAY)
    assert box.outbox == []


def test_end_date_corrected_after_the_mail_left_is_reminded_anew(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: the new date has its own notices; the day's mail stays the only one."""
    wrong = due_in(our_body, 3)
    run_and_leave(MONDAY)
    correct(wrong, wrong.ends_on + DAY, admin)
    assert run(MONDAY, 9) == 0
    assert run_and_leave(MONDAY + DAY) == 1
    dates = sorted(Reminder.objects.values_list("step_on", "notice"))
    assert dates == [
        (MONDAY + 3 * DAY, 3),
        (MONDAY + 4 * DAY, 3),
        (MONDAY + 4 * DAY, 10),  # noted on Monday, told with the other
    ]


def test_date_corrected_past_the_portal_is_withdrawn_by_the_next_run(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: whoever changed it, what is not so any more does not leave."""
    wrong = due_in(our_body, 3)
    run(MONDAY)
    TrainingAction.objects.filter(pk=wrong.pk).update(ends_on=MONDAY)
    assert run(MONDAY, 8, 5) == 0
    assert unsent() == 0


def test_mail_that_could_not_leave_for_days_is_told_as_it_stands(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F9: yesterday's digest does not leave beside today's."""
    due_in(our_body, 3)
    run(MONDAY)
    assert run(MONDAY + DAY) == 1
    assert unsent() == 1
    leave(MONDAY + DAY)
    (mail,) = box.outbox
    assert "quedan 2 días" in str(mail.body)


def test_mail_that_still_holds_is_left_alone(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    run(MONDAY)
    assert [run(MONDAY, 9), run(MONDAY, 10)] == [0, 0]
    assert ReminderDigest.objects.count() == 1


def test_certificate_emitted_before_the_mail_left_is_told_no_more(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = due_in(our_body, 3)
    run(MONDAY)
    certify(action, CertificateState.ISSUED)
    run(MONDAY, 8, 5)
    leave(MONDAY)
    assert box.outbox == []


@pytest.fixture
def quiet(our_body: TrainingBody) -> None:
    ReminderSettingsFactory(training_body=our_body, notices=[10, 3, 1, 0], quiet=True)


@pytest.mark.parametrize("hour", [3, 7])
def test_yesterdays_digest_does_not_leave_before_todays_run(
    admin: SignedIn, our_body: TrainingBody, hour: int
) -> None:
    """F9: mail leaves all night, and what was true until midnight is so no more."""
    due_in(our_body, 1)
    run(MONDAY)
    assert outbox.send_due(now=at(MONDAY + DAY, hour)) == 0
    assert box.outbox == []
    assert run_and_leave(MONDAY + DAY) == 1
    assert "vence hoy" in str(box.outbox[0].body)


def test_digest_leaves_until_the_last_second_of_its_day(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 1)
    run(MONDAY)
    last = at(MONDAY, 23, 59) + timedelta(seconds=59)
    assert outbox.send_due(now=last) == 1


@pytest.mark.parametrize("looked", [True, False])
def test_fridays_digest_does_not_leave_on_a_quiet_saturday(
    admin: SignedIn, our_body: TrainingBody, quiet: None, looked: bool
) -> None:
    """The mail server was away on Friday: neither quiet nor true any more."""
    ended(our_body, FRIDAY - ORDINARY * DAY)
    run(FRIDAY)
    if looked:
        assert run(FRIDAY + DAY) == 0
        assert unsent() == 0
    assert outbox.send_due(now=at(FRIDAY + DAY, 10)) == 0
    assert box.outbox == []


def test_body_that_wants_quiet_days_from_now_on_gets_no_mail_that_waits(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, FRIDAY + DAY - ORDINARY * DAY)
    assert run(FRIDAY + DAY) == 1
    ReminderSettingsFactory(training_body=our_body, quiet=True)
    assert run(FRIDAY + DAY, 9) == 0
    assert unsent() == 0


def test_digest_of_somebody_suspended_since_does_not_leave_on_a_quiet_day(
    admin: SignedIn, our_body: TrainingBody, quiet: None
) -> None:
    ended(our_body, FRIDAY - ORDINARY * DAY)
    run(FRIDAY)
    admin.membership.suspended_at = at(FRIDAY, 12)
    admin.membership.save()
    assert run(FRIDAY, 12, 5) == 0
    assert unsent() == 0
    assert [run(FRIDAY + n * DAY) for n in (1, 2, 3)] == [0, 0, 0]


def test_friday_tells_what_falls_on_the_weekend(
    admin: SignedIn, our_body: TrainingBody, quiet: None
) -> None:
    """A term of Sunday is told on Friday, of its notices the last alone."""
    ended(our_body, FRIDAY + 2 * DAY - ORDINARY * DAY)
    assert run_and_leave(FRIDAY) == 1
    assert "quedan 2 días" in str(box.outbox[0].body)
    assert [row[3] for row in noted()] == [0]
    assert [run_and_leave(FRIDAY + n * DAY) for n in (1, 2, 3)] == [0, 0, 0]


def test_weekend_over_is_told_on_monday(
    admin: SignedIn, our_body: TrainingBody, quiet: None
) -> None:
    """What is not over yet on Friday is not told to be."""
    ended(our_body, FRIDAY - LAST * DAY)
    came = [n for n in range(5) if run_and_leave(FRIDAY + n * DAY)]
    assert came == [0, 3]
    assert "venció hoy" not in str(box.outbox[0].body)
    assert "venció hace 3 días" in str(box.outbox[1].body)


def test_holidays_are_quiet_too(
    admin: SignedIn, our_body: TrainingBody, quiet: None
) -> None:
    """18 and 19 September, a Friday and a Saturday: told on Thursday the 17th."""
    ended(our_body, date(2026, 9, 19) - ORDINARY * DAY)
    days = [date(2026, 9, 15) + n * DAY for n in range(7)]
    came = [day.day for day in days if run_and_leave(day)]
    assert came == [15, 16, 17]  # of ten days, of three, and what falls on the 19th


def test_loud_bodies_are_told_on_sundays(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, FRIDAY + 2 * DAY - ORDINARY * DAY)
    assert run_and_leave(FRIDAY + 2 * DAY) == 1


@pytest.mark.parametrize(
    "day", [date(2026, 9, 5), date(2026, 9, 6), date(2026, 4, 4), date(2026, 4, 5)]
)
def test_clock_changes_move_no_day(
    admin: SignedIn, our_body: TrainingBody, day: date
) -> None:
    """E2: the day without midnight and the one with an hour twice, from 8:00."""
    ended(our_body, day - ORDINARY * DAY)
    assert run(day, 7, 59) == 0
    assert run_and_leave(day) == 1
    assert "vence hoy" in box.outbox[0].subject
    assert run_and_leave(day + DAY) == 0
