"""Personal links handed out: once per press, by mail or on paper, never stale."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from courses import links
from courses.access import personal_link
from courses.links import Audience, Sent, SheetRefused, Unmailed
from courses.models import Enrolment, LinkDelivery, LinkWay, TrainingAction
from courses.roster.enrolling import change_enrolment
from courses.roster.people import Data, as_data
from courses.services import ActionClosed, regenerate_link
from otec_portal.core import outbox
from otec_portal.core.models import (
    AuditEntry,
    MailState,
    OutgoingEmail,
    TrainingBody,
    User,
)
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        course__training_body=our_body, course__name="Grúa\nhorquilla"
    )
    return made


@pytest.fixture
def user() -> User:
    made: User = UserFactory()
    return made


def send(
    action: TrainingAction,
    user: User,
    to: Audience = Audience.EVERYONE,
    *,
    minutes: int = 0,
    shown: int | None = None,
) -> Sent:
    """Send at so many `minutes` after NOW, from a page `shown` a moment before."""
    at = NOW + minutes * MINUTE
    shown_at = at - timedelta(seconds=5) if shown is None else NOW + shown * MINUTE
    people = links.audience(action, to)
    return links.send_links(action, people, shown_at=shown_at, by=user, at=at)


def shown(enrolment: Enrolment) -> Any:
    return links.with_deliveries(Enrolment.objects.all()).get(pk=enrolment.pk)


def test_link_sent_is_one_mail_a_person_in_the_outbox(
    action: TrainingAction, user: User
) -> None:
    """F1: a row per mail, written with the deed; the worker sends it."""
    people = [EnrolmentFactory(action=action) for _ in range(2)]
    assert send(action, user).queued == 2
    mails = OutgoingEmail.objects.all()
    assert {mail.to for mail in mails} == {one.participant.email for one in people}
    for one in people:
        mail = mails.get(to=one.participant.email)
        assert personal_link(one) in mail.text
        assert mail.subject == "Tu enlace para el curso Grúa horquilla"
        assert mail.training_body == action.course.training_body
    entry = AuditEntry.objects.get(action="courses.links_sent")
    assert entry.data == {"enrolments": [str(one.public_id) for one in people]}
    assert entry.target_id == str(action.pk)


@pytest.mark.parametrize(
    ("decision", "word"), [("annulled", "anulada"), ("liquidated", "liquidada")]
)
@pytest.mark.parametrize("hand_out", [links.send_links, links.print_links])
def test_links_of_an_action_that_is_decided_are_not_handed_out(
    action: TrainingAction, user: User, decision: str, word: str, hand_out: Any
) -> None:
    EnrolmentFactory(action=action)
    TrainingAction.objects.filter(pk=action.pk).update(decision=decision)
    people = links.audience(action, Audience.EVERYONE)
    more = {"shown_at": NOW} if hand_out is links.send_links else {}
    with pytest.raises(ActionClosed, match=word):
        hand_out(action, people, by=user, at=NOW, **more)
    assert not OutgoingEmail.objects.exists()
    assert not LinkDelivery.objects.exists()


def test_link_whose_mail_could_not_leave_says_when_it_is_tried_again(
    action: TrainingAction, user: User, settings: Any
) -> None:
    """F6: the next try is shown. What left, or never failed, has none."""
    enrolment = EnrolmentFactory(action=action)
    send(action, user)
    assert shown(enrolment).next_try_at is None
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert outbox.send_due(now=NOW) == 0
    due_at = OutgoingEmail.objects.get().due_at
    assert due_at > NOW
    assert shown(enrolment).next_try_at == due_at
    settings.EMAIL_BACKEND = backend
    outbox.send_due(now=due_at)
    assert shown(enrolment).next_try_at is None


def test_link_whose_mail_was_refused_is_lacking_and_is_sent_anew(
    action: TrainingAction, user: User
) -> None:
    """The mistyped address, put right; the list says so until then."""
    enrolment = EnrolmentFactory(action=action, participant__email="mal@otro.example")
    send(action, user, shown=0)
    OutgoingEmail.objects.update(
        state=MailState.REFUSED, text="", html="", text_sha256="0" * 64
    )
    assert shown(enrolment).delivery_state == MailState.REFUSED
    assert list(links.audience(action, Audience.NOT_YET)) == [enrolment]
    data = Data(first_names="Ana", last_names="Díaz", email="bien@correo.example")
    change_enrolment(enrolment, data=data, exempt=False, by=user, at=NOW)
    again = send(action, user, Audience.NOT_YET, minutes=5, shown=0)
    assert (again.queued, again.repeated) == (1, 0)
    assert OutgoingEmail.objects.latest("pk").to == "bien@correo.example"
    assert shown(enrolment).delivery_state == MailState.QUEUED


def test_letter_speaks_to_the_participant(action: TrainingAction) -> None:
    enrolment = EnrolmentFactory(action=action, participant__first_names="D'Angelo")
    text = links.letter(enrolment)
    assert text.startswith("Hola D'Angelo:")
    assert "&#" not in text
    assert "Clave SENCE" in text
    assert "{" not in text


def test_letter_to_who_is_exempt_asks_for_nothing_at_sence(
    action: TrainingAction,
) -> None:
    text = links.letter(EnrolmentFactory(action=action, exempt=True))
    assert "exento" in text
    assert "Clave SENCE" not in text


def test_button_pressed_twice_sends_once(action: TrainingAction, user: User) -> None:
    """The second press comes from a page that was shown before the first mail."""
    EnrolmentFactory(action=action)
    send(action, user, minutes=1, shown=0)
    again = send(action, user, minutes=2, shown=0)
    assert (again.queued, again.repeated) == (0, 1)
    assert OutgoingEmail.objects.count() == 1


def test_link_replaced_since_the_page_was_shown_goes_out_anew(
    action: TrainingAction, user: User
) -> None:
    """What was sent does not serve any more: it is no repetition."""
    enrolment = EnrolmentFactory(action=action)
    send(action, user, minutes=1, shown=0)
    regenerate_link(enrolment.participant, by=user, at=NOW + 2 * MINUTE)
    again = send(action, user, minutes=3, shown=0)
    assert (again.queued, again.repeated) == (1, 0)


def test_link_sent_again_on_purpose_is_another_mail(
    action: TrainingAction, user: User
) -> None:
    enrolment = EnrolmentFactory(action=action)
    send(action, user)
    assert send(action, user, minutes=5).queued == 1
    assert OutgoingEmail.objects.count() == 2
    numbers = LinkDelivery.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [1, 2]
    assert shown(enrolment).delivered_at == NOW + 5 * MINUTE


def test_people_without_an_address_are_told(action: TrainingAction, user: User) -> None:
    silent = EnrolmentFactory(action=action, participant__email="")
    sent = send(action, user)
    assert (sent.queued, sent.unmailed) == (0, {Unmailed.NO_ADDRESS: [silent]})
    assert not OutgoingEmail.objects.exists()


def test_people_with_an_address_of_sence_are_told_apart(
    action: TrainingAction, user: User
) -> None:
    """They have an address: the portal does not write there."""
    theirs = EnrolmentFactory(action=action, participant__email="ana@sence.cl")
    EnrolmentFactory(action=action)
    sent = send(action, user)
    assert (sent.queued, sent.unmailed) == (1, {Unmailed.OF_SENCE: [theirs]})
    everyone = links.audience(action, Audience.EVERYONE)
    assert links.count_unmailed(everyone) == {Unmailed.OF_SENCE: 1}


def test_those_who_lack_a_link_are_those_without_one_that_works(
    action: TrainingAction, user: User
) -> None:
    first, second = (EnrolmentFactory(action=action) for _ in range(2))
    links.print_links(
        action,
        links.audience(action, Audience.CHOSEN, chosen=[first.public_id]),
        by=user,
        at=NOW,
    )
    assert list(links.audience(action, Audience.NOT_YET)) == [second]
    regenerate_link(first.participant, by=user, at=NOW)
    assert set(links.audience(action, Audience.NOT_YET)) == {first, second}


def test_chosen_of_another_action_are_not_meant(action: TrainingAction) -> None:
    """C1: an id of somebody else's chooses nobody."""
    stranger = EnrolmentFactory()
    chosen = links.audience(action, Audience.CHOSEN, chosen=[stranger.public_id])
    assert not chosen.exists()


def test_link_regenerated_keeps_the_old_mail_from_leaving_and_the_next_is_new(
    action: TrainingAction, user: User
) -> None:
    """A mail with a dead link helps nobody; the new one goes when asked for."""
    enrolment = EnrolmentFactory(action=action)
    send(action, user)
    old = personal_link(enrolment)
    regenerate_link(enrolment.participant, by=user, at=NOW)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    withdrawn = OutgoingEmail.objects.get()
    assert withdrawn.state == MailState.WITHDRAWN
    assert outbox.send_due(now=NOW + MINUTE) == 0
    assert shown(enrolment).delivered_at is None
    assert send(action, user, minutes=1).queued == 1
    text = OutgoingEmail.objects.latest("pk").text
    assert personal_link(enrolment) in text
    assert old not in text
    assert Client().get(old).status_code == 404


def test_link_queued_for_an_address_that_was_wrong_does_not_leave_for_it(
    action: TrainingAction, user: User
) -> None:
    """A link is a credential: the stranger behind the typo must not get it."""
    enrolment = EnrolmentFactory(action=action, participant__email="mal@otro.example")
    send(action, user)
    data = Data(first_names="Ana", last_names="Díaz", email="bien@correo.example")
    change_enrolment(enrolment, data=data, exempt=False, by=user, at=NOW)
    assert outbox.send_due(now=NOW + MINUTE) == 0
    assert shown(enrolment).delivered_at is None
    assert send(action, user, minutes=1).queued == 1
    assert OutgoingEmail.objects.latest("pk").to == "bien@correo.example"


def test_link_queued_stays_when_only_the_name_is_corrected(
    action: TrainingAction, user: User
) -> None:
    enrolment = EnrolmentFactory(action=action)
    send(action, user)
    data = replace(as_data(enrolment.participant), last_names="Díaz")
    change_enrolment(enrolment, data=data, exempt=False, by=user, at=NOW)
    assert outbox.send_due(now=NOW + MINUTE) == 1


def test_mail_that_left_already_is_not_withdrawn(
    action: TrainingAction, user: User
) -> None:
    enrolment = EnrolmentFactory(action=action)
    send(action, user)
    outbox.send_due(now=NOW)
    assert shown(enrolment).sent_at == NOW
    regenerate_link(enrolment.participant, by=user, at=NOW)
    assert OutgoingEmail.objects.get().state == MailState.SENT


def test_links_printed_are_written_down(action: TrainingAction, user: User) -> None:
    """C14's like: whoever shows credentials is known."""
    enrolment = EnrolmentFactory(action=action, participant__email="")
    people = links.audience(action, Audience.NOT_YET)
    printed = links.print_links(action, people, by=user, at=NOW)
    assert (printed.enrolments, printed.left) == ([enrolment], 0)
    assert shown(enrolment).delivered_way == LinkWay.SHEET
    entry = AuditEntry.objects.get(action="courses.links_shown")
    assert (entry.user, entry.data) == (
        user,
        {"enrolments": [str(enrolment.public_id)]},
    )
    assert personal_link(enrolment) not in str(entry.data)


def test_sheet_that_is_full_leaves_the_others_for_the_next(
    action: TrainingAction, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "ON_A_SHEET", 2)
    EnrolmentFactory.create_batch(3, action=action)

    def printed() -> tuple[int, int]:
        people = links.audience(action, Audience.NOT_YET)
        sheet = links.print_links(action, people, by=user, at=NOW)
        return len(sheet.enrolments), sheet.left

    assert [printed(), printed(), printed()] == [(2, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize("to", Audience)
def test_sheets_go_on_behind_the_last_one(
    action: TrainingAction, user: User, monkeypatch: pytest.MonkeyPatch, to: Audience
) -> None:
    """To everybody too, whoever has theirs; namesakes stand in a fixed order."""
    monkeypatch.setattr(links, "ON_A_SHEET", 2)
    people = EnrolmentFactory.create_batch(
        5, action=action, participant__first_names="Ana", participant__last_names="Paz"
    )
    chosen = [one.public_id for one in people]
    printed, after, left = [], None, [3, 1, 0]
    while left:
        audience = links.audience(action, to, chosen=chosen)
        sheet = links.print_links(action, audience, after=after, by=user, at=NOW)
        assert sheet.left == left.pop(0)
        printed += sheet.enrolments
        after = printed[-1].public_id
    assert printed == people


def test_sheet_behind_one_whose_last_is_gone_is_refused(
    action: TrainingAction, user: User
) -> None:
    EnrolmentFactory(action=action)
    people = links.audience(action, Audience.EVERYONE)
    stranger = EnrolmentFactory()
    with pytest.raises(SheetRefused):
        links.print_links(action, people, after=stranger.public_id, by=user, at=NOW)
    assert not LinkDelivery.objects.exists()


def test_links_to_many_take_a_fixed_number_of_queries(
    action: TrainingAction, user: User, django_assert_num_queries: Any
) -> None:
    for many in (2, 30):  # SQLite takes fewer than 40 mails in one statement
        EnrolmentFactory.create_batch(many, action=action)
        with django_assert_num_queries(10):
            send(action, user, minutes=many)
