"""Reminders: to those who can issue theirs, once a day, with the right steps."""

from datetime import timedelta

import pytest
from django.conf import settings

from courses.models import Enrolment, TrainingAction
from liquidation import selectors
from liquidation.models import DeclarationReminder, DeclarationState
from liquidation.services.chasing import Chased, letter, remind, subject
from otec_portal.core.models import AuditEntry, OutgoingEmail, TrainingBody
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.liquidation.desk import ended, enrolled, issued, otec_issued

pytestmark = pytest.mark.django_db
NONE = Chased(0, 0, [], 0)


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made = ended(our_body, course__name="Grúa\nhorquilla")
    otec_issued(made)
    return made


def send(
    action: TrainingAction, *chosen: Enrolment, hours: int = 0, everybody: bool = False
) -> Chased:
    ids = None if everybody else [one.public_id for one in chosen]
    return remind(action, ids, by=UserFactory(), at=NOW + timedelta(hours=hours))


def test_reminder_goes_to_who_can_issue_and_to_nobody_else(
    action: TrainingAction,
) -> None:
    able = enrolled(action)
    enrolled(action, sessions=0)
    issued(enrolled(action))
    issued(enrolled(action), state=DeclarationState.REJECTED)
    assert send(action, everybody=True).queued == 1
    mail = OutgoingEmail.objects.get()
    assert mail.to == able.participant.email
    assert (
        mail.subject == "Te falta emitir tu declaración jurada del curso Grúa horquilla"
    )
    assert mail.training_body == action.course.training_body
    assert settings.GCA_URL in mail.text
    assert "Clave SENCE" in mail.text
    reminder = DeclarationReminder.objects.get()
    assert (reminder.enrolment, reminder.mail) == (able, mail)
    entry = AuditEntry.objects.get(action="liquidation.declarations_chased")
    assert entry.data["enrolments"] == [str(able.public_id)]


def test_reminder_is_the_very_text_that_was_shown(action: TrainingAction) -> None:
    one = enrolled(action)
    shown = letter(selectors.of_action(action).get(pk=one.pk), action)
    send(action, one)
    mail = OutgoingEmail.objects.get()
    assert (mail.text, mail.subject) == (shown, subject(action))


@pytest.mark.parametrize("cause", ["otec", "ended", "session", "issued"])
def test_reminder_to_the_blocked_is_not_sent_even_if_chosen(
    our_body: TrainingBody, cause: str
) -> None:
    """Never to who can't: the choice is checked again when it is pressed."""
    days = {"ends_on": NOW.date()} if cause == "ended" else {}
    action = ended(our_body, **days)
    if cause != "otec":
        otec_issued(action)
    one = enrolled(action, sessions=0 if cause == "session" else 1)
    if cause == "issued":
        issued(one)
    assert send(action, one) == Chased(0, 0, [], blocked=1)
    assert not OutgoingEmail.objects.exists()


def test_reminder_again_on_the_same_day_is_not_sent(action: TrainingAction) -> None:
    """NOW is 11:00 in Santiago: twelve hours later it is still today, 13 not."""
    one = enrolled(action)
    assert send(action, one).queued == 1
    assert send(action, one, hours=12) == Chased(0, 1, [], 0)
    assert send(action, one, hours=13).queued == 1
    assert OutgoingEmail.objects.count() == 2


def test_person_without_address_is_told_of(action: TrainingAction) -> None:
    one = enrolled(action, participant__email="")
    sent = send(action, one)
    assert (sent.queued, sent.without_address) == (0, [one])


def test_reminder_to_somebody_of_another_body_is_not_sent(
    action: TrainingAction, rival_body: TrainingBody
) -> None:
    theirs = ended(rival_body)
    otec_issued(theirs)
    stranger = enrolled(theirs)
    assert send(action, stranger).queued == 0
    assert send(action, everybody=True) == NONE
    assert not OutgoingEmail.objects.exists()


def test_last_reminder_is_shown_with_the_person(action: TrainingAction) -> None:
    one = enrolled(action)
    send(action, one)
    send(action, one, hours=24)
    row = selectors.of_action(action).get(pk=one.pk)
    assert row.reminded_at == NOW + timedelta(hours=24)
