"""Reminders: who is told what, when, and once (issue 6, part 5)."""

from datetime import date

import pytest
from django.core import mail as box

from certificates.models import CertificateState
from courses.catalogue import save_action
from courses.ladder import Kind
from courses.models import ActionState, Reminder, ReminderDigest, TrainingAction
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories import (
    IntermediaryFactory,
    MembershipFactory,
    ReminderSettingsFactory,
    ReminderSilenceFactory,
)
from tests.reminding import (
    DAY,
    LAST,
    LIQUIDATION,
    MONDAY,
    ORDINARY,
    at,
    certify,
    due_in,
    ended,
    leave,
    mails,
    noted,
    run,
    run_and_leave,
    unsent,
)

pytestmark = pytest.mark.django_db


def test_terms_that_come_near_make_one_mail(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """One digest per person and day, the nearest first, with links and no names."""
    due_in(our_body, 3, code="6700003")
    due_in(our_body, 0, code="6700000")
    due_in(our_body, 10, code="6700010")
    assert run_and_leave(MONDAY) == 1
    (mail,) = box.outbox
    assert mail.to == [admin.membership.user.email]
    assert mail.subject == (
        "3 plazos por atender; el más cercano: vence hoy (acción 6700000)"
    )
    text = str(mail.body)
    assert text.index("6700000") < text.index("6700003") < text.index("6700010")
    assert "hasta el 18-06-2026: quedan 3 días." in text
    action = TrainingAction.objects.get(action_code="6700003")
    assert f"/acciones/{action.public_id}/" in text
    assert "OTEC Nuestra" in text


@pytest.mark.parametrize("days", [11, -1])
def test_terms_without_a_notice_today_make_no_mail(
    admin: SignedIn, our_body: TrainingBody, days: int
) -> None:
    due_in(our_body, days)
    assert run(MONDAY) == 0


def test_nothing_is_told_before_eight(admin: SignedIn, our_body: TrainingBody) -> None:
    due_in(our_body, 3)
    assert run(MONDAY, 7, 59) == 0
    assert run(MONDAY, 8, 0) == 1


def test_two_runs_tell_once(admin: SignedIn, our_body: TrainingBody) -> None:
    """F10: however often the scheduler asks."""
    due_in(our_body, 3)
    assert [run(MONDAY), run(MONDAY, 8, 5), run(MONDAY, 23, 59)] == [1, 0, 0]
    leave(MONDAY)
    assert run(MONDAY, 9) == 0
    assert len(box.outbox) == 1


def test_each_notice_comes_on_its_day(admin: SignedIn, our_body: TrainingBody) -> None:
    due_in(our_body, 10)
    came = [n for n in range(12) if run_and_leave(MONDAY + n * DAY)]
    assert came == [0, 7, 9, 10]


def test_three_days_without_scheduler_make_one_catch_up(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F9: one digest with the current state; of notices missed the latest alone."""
    due_in(our_body, 10, code="6700010")
    due_in(our_body, 2, code="6700002")
    run_and_leave(MONDAY)
    box.outbox.clear()
    assert run_and_leave(MONDAY + 9 * DAY) == 1
    (mail,) = box.outbox
    assert "6700010" in str(mail.body)
    assert "queda 1 día" in str(mail.body)
    assert "6700002" not in str(mail.body)
    kinds = Reminder.objects.filter(action__action_code="6700010")
    assert sorted(kinds.values_list("notice", flat=True)) == [1, 10]
    assert run_and_leave(MONDAY + 9 * DAY) == 0


def test_first_run_tells_nothing_of_terms_long_over(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for years in range(1, 4):
        ended(our_body, MONDAY - 365 * years * DAY)
    assert run(MONDAY) == 0


@pytest.mark.parametrize(("over", "expected"), [(1, 1), (10, 1), (11, 0)])
def test_last_date_over_is_told_once_to_national_admins(
    admin: SignedIn, our_body: TrainingBody, over: int, expected: int
) -> None:
    """Escalation: once over, for ten days, whatever was chosen."""
    action = due_in(our_body, -over, LAST, intermediary=None)
    TrainingAction.objects.filter(pk=action.pk).update(decision="")
    run_and_leave(MONDAY)
    over_ones = Reminder.objects.filter(kind=Kind.LAST, notice=-1)
    assert over_ones.count() == expected
    run_and_leave(MONDAY + DAY)
    assert over_ones.count() == expected


def test_over_yesterday_is_said_so(admin: SignedIn, our_body: TrainingBody) -> None:
    due_in(our_body, -1, LAST)
    run_and_leave(MONDAY)
    assert "venció ayer" in str(box.outbox[0].body)


def test_national_admins_hear_of_hard_terms_although_they_chose_less(
    admin: SignedIn, regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    """Escalation at days 59 and 60: three days before, on the day and once over."""
    ReminderSettingsFactory(training_body=our_body, notices=[], kinds=[], roles=[])
    ReminderSilenceFactory(membership=admin.membership)
    due_in(our_body, 8, LAST)
    came: dict[str, list[int]] = {}
    for n in range(25):
        run_and_leave(MONDAY + n * DAY)
    for row in Reminder.objects.order_by("noted_on"):
        came.setdefault(row.kind, []).append((row.noted_on - MONDAY).days)
        assert row.user == admin.membership.user
    assert came == {Kind.LAST: [5, 8, 9], Kind.LIQUIDATION: [6, 9, 10]}


def test_person_left_out_gets_nothing_but_hard_terms(
    admin: SignedIn, regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    ReminderSilenceFactory(membership=regional_admin.membership)
    ReminderSilenceFactory(membership=admin.membership)
    due_in(our_body, 3)
    due_in(our_body, 3, LAST)
    assert run(MONDAY) == 1
    assert mails()[0].to == admin.membership.user.email
    assert {kind for _, kind, _, _ in noted()} == {Kind.LAST}


def test_regional_admin_hears_of_their_regions_alone(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    mine = due_in(our_body, 3, region="ML")
    due_in(our_body, 3, region="RM")
    assert run(MONDAY) == 1
    assert {action for action, *_ in noted()} == {mine.pk}


def test_suspended_offered_and_disabled_people_hear_nothing(
    our_body: TrainingBody,
) -> None:
    when = at(MONDAY)
    MembershipFactory(training_body=our_body, suspended_at=when)
    MembershipFactory(training_body=our_body, offered_at=when, offered_name="X")
    MembershipFactory(training_body=our_body, user__is_active=False)
    MembershipFactory(training_body=our_body, user__email="")
    sign_in(our_body, Role.FACILITATOR)
    due_in(our_body, 3)
    assert run(MONDAY) == 0
    assert noted() == set()


def test_suspended_before_the_mail_was_made_hears_nothing(
    admin: SignedIn, our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was noted for somebody is told as they stand when it is told."""
    from otec_portal import reminders

    due_in(our_body, 3)
    reminders.note(MONDAY)
    admin.membership.suspended_at = at(MONDAY)
    admin.membership.save()
    assert run(MONDAY) == 0


def test_other_training_body_hears_nothing(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    """C1: and whoever is in both gets two mails, one for each."""
    due_in(our_body, 3)
    assert run(MONDAY) == 1
    assert [mail.training_body for mail in mails()] == [our_body]


def test_person_in_two_bodies_gets_a_mail_for_each(
    admin: SignedIn, rival_body: TrainingBody, our_body: TrainingBody
) -> None:
    MembershipFactory(training_body=rival_body, user=admin.membership.user)
    due_in(our_body, 3)
    due_in(rival_body, 3)
    assert run(MONDAY) == 2


def test_person_with_two_profiles_gets_one_mail(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    second = MembershipFactory(
        training_body=our_body, user=admin.membership.user, role=Role.REGIONAL_ADMIN
    )
    second.regions.create(region="ML")
    due_in(our_body, 3, LAST)
    assert run(MONDAY) == 1
    assert Reminder.objects.filter(kind=Kind.LAST).count() == 1


def test_otics_term_stands_until_its_day_though_emitted(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Day 40 as the OTIC's where there is one."""
    otic = IntermediaryFactory(training_body=our_body)
    certify(due_in(our_body, 3, intermediary=otic), CertificateState.ISSUED)
    certify(due_in(our_body, 3), CertificateState.ISSUED)
    assert run_and_leave(MONDAY) == 1
    assert "Entregar al OTIC" in str(box.outbox[0].body)
    assert len(noted()) == 1


@pytest.mark.parametrize("decision", [ActionState.LIQUIDATED, ActionState.ANNULLED])
def test_decided_action_is_not_reminded(
    admin: SignedIn, our_body: TrainingBody, decision: ActionState
) -> None:
    due_in(our_body, 3, LIQUIDATION, decision=decision)
    assert run(MONDAY) == 0


def test_action_in_test_is_not_reminded(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3, production=False)
    assert run(MONDAY) == 0


def test_declaration_of_a_partial_opens_on_the_first_of_january(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, date(2027, 2, 1), partial=True, starts_on=date(2026, 11, 2))
    days = [date(2026, 12, 20) + n * DAY for n in range(16)]
    came = [day for day in days if run_and_leave(day)]
    assert [day.isoformat() for day in came] == [
        "2026-12-22",
        "2026-12-29",
        "2026-12-31",
        "2027-01-01",
    ]
    assert "desde el 01-01-2027: hoy." in str(box.outbox[-1].body)


# --- changes ---------------------------------------------------------------


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


# --- quiet days ------------------------------------------------------------
FRIDAY = date(2026, 6, 12)


@pytest.fixture
def quiet(our_body: TrainingBody) -> None:
    ReminderSettingsFactory(training_body=our_body, notices=[10, 3, 1, 0], quiet=True)


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


# --- clocks ----------------------------------------------------------------
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
