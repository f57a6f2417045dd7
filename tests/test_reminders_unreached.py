"""Reminders of a digest that reached nobody: refused, or never arrived."""

from datetime import date, timedelta

import pytest
from django.core import mail as box
from django.test import Client

from certificates.models import CertificateState
from courses.models import ReminderDigest
from otec_portal.core.models import MailFailure, MailState, OutgoingEmail, TrainingBody
from otec_portal.core.services.mails import not_arrived, take_as_sent
from tests.conftest import SignedIn
from tests.factories.courses import ReminderSettingsFactory
from tests.reminding import DAY, MONDAY, at, certify, due_in, leave, mails, run

pytestmark = pytest.mark.django_db
NEW = "otra@otec.example"


def settled(state: str, day: date = MONDAY) -> OutgoingEmail:
    """Run on `day`, and let the new digest come to `state`."""
    assert run(day) == 1
    mail = mails()[-1]
    mail.advance("claim", at=at(day, 8, 1), handed_at=at(day, 8, 1), attempts=1)
    if state == "refused":
        failure = MailFailure.RECIPIENT
        mail.advance("refuse", at=at(day, 8, 2), failure=failure)
    else:
        mail.advance("doubt", at=at(day, 8, 2), failure=MailFailure.SILENCE)
    return mail


def moves_to(who: SignedIn, address: str) -> None:
    who.membership.user.email = address
    who.membership.user.save()


def last_text() -> str:
    return str(box.outbox[-1].body)


def test_refused_digest_is_told_again_the_next_day_as_it_stands_then(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F6: of three days before there is no notice two days before, and it is told."""
    due_in(our_body, 3, code="6700003")
    settled("refused")
    assert [run(MONDAY, hour) for hour in (9, 15, 23)] == [0, 0, 0]
    assert run(MONDAY + DAY) == 1
    leave(MONDAY + DAY)
    assert "6700003" in last_text()
    assert "quedan 2 días" in last_text()


def test_refused_digest_is_told_again_at_the_next_run_to_a_new_address(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    settled("refused")
    moves_to(admin, NEW)
    assert [run(MONDAY, 8, 5), run(MONDAY, 8, 10)] == [1, 0]
    leave(MONDAY)
    assert [one.to for one in box.outbox] == [[NEW]]
    assert [run(MONDAY, 9), run(MONDAY + DAY)] == [0, 0]


def test_refused_at_every_address_makes_one_mail_for_each(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """No flood: the address decides, however often the portal looks."""
    due_in(our_body, 3)
    settled("refused")
    moves_to(admin, NEW)
    settled("refused")
    assert run(MONDAY, 9) == 0
    moves_to(admin, "tercera@otec.example")
    settled("refused")
    assert [run(MONDAY, hour) for hour in (10, 11)] == [0, 0]
    assert ReminderDigest.objects.filter(on=MONDAY).count() == 3


def test_refused_every_day_makes_one_mail_a_day(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    for day in range(3):
        settled("refused", MONDAY + day * DAY)
        assert run(MONDAY + day * DAY, 12) == 0
    assert ReminderDigest.objects.count() == 3


def test_refused_digest_of_what_was_done_since_is_not_told_again(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = due_in(our_body, 3)
    settled("refused")
    certify(action, CertificateState.ISSUED)
    assert run(MONDAY + DAY) == 0


def test_refused_digest_waits_for_the_end_of_quiet_days(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    friday = MONDAY + 4 * DAY
    ReminderSettingsFactory(training_body=our_body, notices=[10, 3, 1, 0], quiet=True)
    due_in(our_body, 14)
    settled("refused", friday)
    assert [run(friday + n * DAY) for n in (1, 2, 3)] == [0, 0, 1]


def test_uncertain_digest_is_not_told_again_until_somebody_says_it_is_lost(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F6: nobody is told twice, and nobody never."""
    due_in(our_body, 3)
    mail = settled("uncertain")
    moves_to(admin, NEW)
    assert [run(MONDAY, 9), run(MONDAY + DAY)] == [0, 0]
    not_arrived(mail.public_id, by=admin.membership.user, at=at(MONDAY + DAY, 9))
    assert run(MONDAY + DAY, 9, 5) == 1
    assert run(MONDAY + DAY, 10) == 0


def test_uncertain_digest_said_to_be_lost_waits_for_the_next_day(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    mail = settled("uncertain")
    not_arrived(mail.public_id, by=admin.membership.user, at=at(MONDAY, 9))
    assert [run(MONDAY, 9, 5), run(MONDAY + DAY)] == [0, 1]


def test_uncertain_digest_taken_as_sent_is_not_told_again(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    mail = settled("uncertain")
    take_as_sent(mail.public_id, by=admin.membership.user, at=at(MONDAY, 9))
    assert [run(MONDAY, 10), run(MONDAY + DAY)] == [0, 0]


def test_digest_said_to_be_lost_long_after_tells_no_step_that_was_told_since(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 10)
    mail = settled("uncertain")
    assert run(MONDAY + 7 * DAY) == 1
    leave(MONDAY + 7 * DAY)
    later = at(MONDAY + 7 * DAY, 12)
    not_arrived(mail.public_id, by=admin.membership.user, at=later)
    assert run(MONDAY + 8 * DAY) == 0


def test_digest_that_waits_takes_in_what_another_one_failed_to_tell(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3, code="6700003")
    mail = settled("uncertain")
    due_in(our_body, 2, code="6700002", starts_on=MONDAY - timedelta(days=60))
    ReminderSettingsFactory(training_body=our_body, notices=[3, 1, 0])
    assert run(MONDAY + DAY) == 1  # of the other action, one day before
    not_arrived(mail.public_id, by=admin.membership.user, at=at(MONDAY + DAY, 8, 5))
    assert run(MONDAY + DAY, 8, 10) == 1
    leave(MONDAY + DAY)
    (sent,) = box.outbox
    assert "6700003" in str(sent.body)
    assert "6700002" in str(sent.body)


def test_history_of_a_lost_digest_says_who_and_its_page_what_follows(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    due_in(our_body, 3)
    mail = settled("uncertain")
    client: Client = admin.client
    url = f"/correos/{mail.public_id}/"
    assert "No llegó</button>" in client.get(url).text
    client.post(f"{url}no-llego/")
    mail.refresh_from_db()
    assert mail.state == MailState.REFUSED
    assert admin.membership.user.full_name in client.get(url).text
