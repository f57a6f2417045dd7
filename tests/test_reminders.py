"""Reminders: who is told what, when, and once (issue 6, part 5)."""

from datetime import date

import pytest
from django.core import mail as box

from certificates.models import CertificateState
from courses.digest_words import OVER
from courses.ladder import Kind
from courses.models import ActionState, Reminder, TrainingAction
from otec_portal import reminders
from otec_portal.core.models import OutgoingEmail, Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories.core import MembershipFactory
from tests.factories.courses import (
    IntermediaryFactory,
    ReminderSettingsFactory,
    ReminderSilenceFactory,
)
from tests.reminding import (
    DAY,
    LAST,
    LIQUIDATION,
    MONDAY,
    at,
    certify,
    due_in,
    ended,
    leave,
    mails,
    noted,
    run,
    run_and_leave,
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
        "Recordatorios del 15-06-2026: 3 plazos; el más cercano: vence hoy "
        "(acción 6700000)"
    )
    text = str(mail.body)
    assert text.index("6700000") < text.index("6700003") < text.index("6700010")
    assert "hasta el 18-06-2026: quedan 3 días." in text
    action = TrainingAction.objects.get(action_code="6700003")
    assert f"/acciones/{action.public_id}/" in text
    assert "OTEC Nuestra" in text


def test_term_that_is_over_comes_after_what_can_still_be_done(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Its words say that it is lost, and what remains."""
    due_in(our_body, -1, LAST, code="6700001")
    assert run_and_leave(MONDAY) == 1
    (mail,) = box.outbox
    assert mail.subject == (
        "Recordatorios del 15-06-2026: 1 plazo; vence hoy (acción 6700001); "
        "1 plazo vencido"
    )
    text = str(mail.body)
    assert text.index("vence hoy") < text.index(OVER) < text.index("venció ayer")
    assert "venció ayer. El certificado ya no se puede emitir" in text
    row = OutgoingEmail.objects.get()
    assert f"<h2>{OVER}" in row.html
    assert "<ul>" in row.html


def test_digest_says_that_it_is_the_days_and_how_many_other_terms_end_soon(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F: five days before there is no notice; who reads the mail knows of it."""
    due_in(our_body, 3, code="6700003")
    due_in(our_body, 5)
    due_in(our_body, 8, LAST)  # its day 60 as well
    due_in(our_body, 11)
    run_and_leave(MONDAY - DAY)  # of all that ends within ten days
    assert run_and_leave(MONDAY) == 1
    mail = box.outbox[-1]
    assert mail.subject == (
        "Recordatorios del 15-06-2026: 1 plazo; quedan 3 días (acción 6700003)"
    )
    text = str(mail.body)
    assert "los recordatorios de hoy, 15-06-2026, en OTEC Nuestra" in text
    assert "días: http" in text
    html = " ".join(mails()[-1].html.split())
    said = "Otros 3 plazos de tus acciones terminan en los próximos 10 días</a>"
    assert f'/calendario/?ver=lista">{said}' in html


def test_digest_of_all_that_ends_soon_speaks_of_no_other_term(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    certify(due_in(our_body, 5), CertificateState.ISSUED)
    run_and_leave(MONDAY)
    (mail,) = box.outbox
    assert "Otro" not in str(mail.body)
    assert "Ver todos los plazos en el calendario: " in str(mail.body)


def test_digest_of_a_regional_admin_counts_the_terms_of_their_regions(
    our_body: TrainingBody,
) -> None:
    sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    due_in(our_body, 3, region="ML")
    due_in(our_body, 5, region="ML")
    due_in(our_body, 6, region="MA")
    run_and_leave(MONDAY - DAY)
    run_and_leave(MONDAY)
    mail = box.outbox[-1]
    assert "Otro plazo de tus acciones termina en los próximos 10 días" in (
        str(mail.body)
    )


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
    due_in(our_body, -over, LAST, intermediary=None)
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
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """What was noted for somebody is told as they stand when it is told."""
    due_in(our_body, 3)
    reminders.note(MONDAY)
    admin.membership.suspended_at = at(MONDAY)
    admin.membership.save()
    assert run(MONDAY) == 0


def test_other_training_body_hears_nothing(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    """C1: who is of another one alone."""
    due_in(our_body, 3)
    assert run(MONDAY) == 1
    assert [mail.training_body for mail in mails()] == [our_body]


def test_person_in_two_bodies_gets_a_mail_for_each(
    admin: SignedIn, rival_body: TrainingBody, our_body: TrainingBody
) -> None:
    """[choice] of docs/adr/0031: no text holds what is of two training bodies."""
    MembershipFactory(training_body=rival_body, user=admin.membership.user)
    due_in(our_body, 3)
    due_in(rival_body, 3)
    assert run(MONDAY) == 2
    assert {mail.training_body for mail in mails()} == {our_body, rival_body}


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
