"""Taking back the last import: exactly, or not at all and with the reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet

from courses import links
from courses.models import (
    Enrolment,
    LinkDelivery,
    Participant,
    RosterImport,
    TrainingAction,
)
from courses.roster import undo
from courses.roster.deeds import RosterRefused
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, MailState, User
from otec_portal.core.rut import with_check_digit
from tests.courses.roster.desk import imported, people, roster, uploaded
from tests.courses.roster.sources import ANA, ANAS, EVA, JUAN, JUANS
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import (
    EnrolmentFactory,
    LinkDeliveryFactory,
    ParticipantFactory,
    TrainingActionFactory,
)
from tests.factories.tokens import SenceTokenFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def user() -> User:
    made: User = UserFactory()
    return made


def done(action: TrainingAction, *rows: object, **more: object) -> RosterImport:
    result = imported(uploaded(action, *rows), **more)  # type: ignore[arg-type]
    assert result is not None
    return result


def test_undo_puts_everything_back_as_it_was(
    action: TrainingAction, user: User
) -> None:
    """People, links and exemptions: the links of who comes back work again."""
    body = action.course.training_body
    ana = ParticipantFactory(training_body=body, run=ANA, email="antigua@x.example")
    juan = ParticipantFactory(training_body=body, run=JUAN)
    EnrolmentFactory(action=action, participant=juan)
    leaving = EnrolmentFactory(action=action, participant__email="", exempt=True)
    before = people(), roster(action)
    result = done(
        action,
        ANAS,
        JUANS,
        (EVA, "Eva", "Soto", "", ""),
        remove={leaving.public_id},
    )
    assert (people(), roster(action)) != before
    assert undo.obstacles(result) == []
    undo.undo(result, by=user, at=LATER)
    assert (people(), roster(action)) == before
    ana.refresh_from_db()
    assert ana.email == "antigua@x.example"
    result.refresh_from_db()
    assert (result.undone_by, result.undone_at) == (user, LATER)
    entry = AuditEntry.objects.get(action="courses.roster_import_undone")
    assert (entry.user, entry.data["enrolments_removed"]) == (user, 1)


def test_undo_names_who_left_and_who_came_back(
    action: TrainingAction, user: User
) -> None:
    """ADR 26: whoever was let in by an import is known after it was undone."""
    leaving = EnrolmentFactory(action=action, participant__run=EVA, exempt=True)
    EnrolmentFactory(action=action, participant__run=JUAN, exempt=False)
    result = done(action, ANAS, JUANS, remove={leaving.public_id})
    ana = Enrolment.objects.get(participant__run=ANA)
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    undo.undo(result, by=user, at=LATER)
    written = AuditEntry.objects.exclude(pk__in=before)
    left = written.get(action="courses.participant_removed")
    assert (left.target_id, left.data["run"]) == (str(ana.pk), ANA)
    assert "Ana María" in left.target_label
    back = written.get(action="courses.participant_enrolled")
    assert (back.data["run"], back.data["exempt"]) == (EVA, True)
    assert written.get(action="courses.enrolment_changed").data == {"exempt": False}
    assert {(one.user, one.at) for one in written} == {(user, LATER)}


def test_undo_of_many_takes_a_fixed_number_of_queries(
    action: TrainingAction,
    user: User,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    for many in (2, 40):
        leaving = EnrolmentFactory.create_batch(many, action=action)
        rows = [
            (with_check_digit(30_000_000 + number), "Ana", "Soto", "", "")
            for number in range(many)
        ]
        result = done(action, *rows, remove={one.public_id for one in leaving})
        with django_assert_num_queries(37):
            undo.undo(result, by=user, at=LATER)
        Enrolment.objects.all().delete()


def test_undo_leads_to_the_import_before(action: TrainingAction, user: User) -> None:
    first = done(action, ANAS)
    second = done(action, JUANS, at=LATER)
    with pytest.raises(RosterRefused) as refused:
        undo.undo(first, by=user, at=LATER)
    assert refused.value.code == "not_last"
    undo.undo(second, by=user, at=LATER)
    assert undo.last_import(action) == first
    undo.undo(first, by=user, at=LATER)
    assert people() == roster(action) == set()
    assert undo.last_import(action) is None


def test_undo_pressed_twice_is_done_once(action: TrainingAction, user: User) -> None:
    result = done(action, ANAS)
    undo.undo(result, by=user, at=LATER)
    with pytest.raises(RosterRefused) as refused:
        undo.undo(result, by=user, at=LATER)
    assert refused.value.code == "not_last"
    assert AuditEntry.objects.filter(action="courses.roster_import_undone").count() == 1


def has_a_session(action: TrainingAction) -> None:
    SenceTokenFactory(training_body=action.course.training_body)
    SenceSessionFactory(
        enrolment=Enrolment.objects.get(action=action, participant__run=ANA)
    )


def edited_by_hand(action: TrainingAction) -> None:
    Participant.objects.filter(run=ANA).update(email="nueva@correo.example")


def exempted_by_hand(action: TrainingAction) -> None:
    Enrolment.objects.filter(participant__run=ANA).update(exempt=True)


def removed_by_hand(action: TrainingAction) -> None:
    Enrolment.objects.filter(participant__run=ANA).delete()


def enrolled_elsewhere(action: TrainingAction) -> None:
    EnrolmentFactory(
        action__course=action.course, participant=Participant.objects.get(run=ANA)
    )


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (has_a_session, "ya tiene sesiones SENCE"),
        (edited_by_hand, "se cambiaron después"),
        (exempted_by_hand, "Se cambió después si"),
        (removed_by_hand, "ya no está en la nómina"),
        (enrolled_elsewhere, "también está en otra acción"),
    ],
)
def test_undo_of_what_something_hangs_on_is_refused_with_the_reason(
    action: TrainingAction, user: User, later: object, reason: str
) -> None:
    result = done(action, ANAS, JUANS)
    later(action)  # type: ignore[operator]
    before = people(), roster(action)
    with pytest.raises(RosterRefused) as refused:
        undo.undo(result, by=user, at=LATER)
    assert refused.value.code == "hangs_on_it"
    assert reason in refused.value.message
    assert "Ana María Ñancupil Soto" in refused.value.message
    assert (people(), roster(action)) == before


def test_undo_where_who_was_removed_came_back_is_refused(
    action: TrainingAction, user: User
) -> None:
    leaving = EnrolmentFactory(action=action)
    result = done(action, ANAS, remove={leaving.public_id})
    EnrolmentFactory(action=action, participant=leaving.participant)
    with pytest.raises(RosterRefused) as refused:
        undo.undo(result, by=user, at=LATER)
    assert "otra vez en la nómina" in refused.value.message


def test_undo_where_who_got_no_exemption_has_sessions_is_refused(
    action: TrainingAction, user: User
) -> None:
    """Who is exempt has no sessions: the day book would lose them."""
    body = action.course.training_body
    ana = ParticipantFactory(training_body=body, run=ANA)
    EnrolmentFactory(action=action, participant=ana, exempt=True)
    result = done(action, ANAS)
    has_a_session(action)
    with pytest.raises(RosterRefused) as refused:
        undo.undo(result, by=user, at=LATER)
    assert "ya tiene sesiones SENCE" in refused.value.message
    assert not Enrolment.objects.get(participant=ana).exempt


def test_undo_spares_whom_another_import_may_bring_back(
    action: TrainingAction, user: User
) -> None:
    """The journal of the other one names her: it could not be undone without her."""
    first = done(TrainingActionFactory(course=action.course), ANAS, JUANS)
    ana = Participant.objects.get(run=ANA)
    enrolment = EnrolmentFactory(action=action, participant=ana)
    before = roster(action)
    second = done(action, (EVA, "Eva", "Soto", "", ""), remove={enrolment.public_id})
    undo.undo(first, by=user, at=LATER)
    assert set(Participant.objects.values_list("run", flat=True)) == {ANA, EVA}
    undo.undo(second, by=user, at=LATER)
    assert roster(action) == before
    assert Participant.objects.get() == ana


def test_undo_that_would_bring_back_who_is_not_registered_any_more_says_so(
    action: TrainingAction, user: User
) -> None:
    leaving = EnrolmentFactory(action=action)
    result = done(action, ANAS, remove={leaving.public_id})
    leaving.participant.delete()
    with pytest.raises(RosterRefused) as refused:
        undo.undo(result, by=user, at=LATER)
    assert refused.value.code == "hangs_on_it"
    assert "ya no está registrada" in refused.value.message


def test_undo_in_a_closed_action_is_refused(action: TrainingAction, user: User) -> None:
    """A certificate closes its action: what it certifies stays."""
    result = done(action, ANAS)
    TrainingAction.objects.filter(pk=action.pk).update(frozen_at=NOW)
    with pytest.raises(ActionClosed):
        undo.undo(result, by=user, at=LATER)
    assert len(roster(action)) == 1


def test_undo_withdraws_the_mail_that_has_not_left(
    action: TrainingAction, user: User
) -> None:
    result = done(action, ANAS)
    delivery = LinkDeliveryFactory(enrolment=Enrolment.objects.get(), mailed=True)
    undo.undo(result, by=user, at=LATER)
    delivery.mail.refresh_from_db()
    assert delivery.mail.state == MailState.WITHDRAWN


def everyone(action: TrainingAction) -> QuerySet[Enrolment]:
    return links.audience(action, links.Audience.EVERYONE)


def test_undo_remembers_the_links_of_who_comes_back(
    action: TrainingAction, user: User
) -> None:
    """The card that was printed opens again: the screen must not say otherwise."""
    leaving = EnrolmentFactory(action=action)
    links.print_links(action, everyone(action), by=user, at=NOW)
    known = LinkDelivery.objects.values("enrolment", "number", "way", "by", "at")
    before = list(known)
    undo.undo(done(action, ANAS, remove={leaving.public_id}), by=user, at=LATER)
    assert list(known) == before
    assert links.delivered([leaving.pk]) == 1


def test_links_are_sent_again_after_an_undo(action: TrainingAction, user: User) -> None:
    """The numbers go on: the key of the first mail is spent for ever."""
    leaving = EnrolmentFactory(action=action)

    def sent(at: datetime) -> int:
        people = everyone(action)
        return links.send_links(action, people, shown_at=at, by=user, at=at).queued

    assert sent(NOW) == 1
    undo.undo(done(action, ANAS, remove={leaving.public_id}), by=user, at=LATER)
    assert sent(LATER) == 1
    numbers = LinkDelivery.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def test_import_of_before_deliveries_were_kept_is_undone_too(
    action: TrainingAction, user: User
) -> None:
    leaving = EnrolmentFactory(action=action)
    result = done(action, ANAS, remove={leaving.public_id})
    del result.deeds["enrolments_removed"][0]["deliveries"]
    result.save(update_fields=["deeds"])
    undo.undo(result, by=user, at=LATER)
    assert Enrolment.objects.get() == leaving
