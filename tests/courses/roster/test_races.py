"""Rosters on PostgreSQL: of two at the same moment, each sees what the other did."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from attendance.models import SenceSession
from attendance.services.sessions import start
from courses import links
from courses.links import Audience
from courses.models import (
    Enrolment,
    Participant,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from courses.roster import undo, uploads
from courses.roster.apply import apply
from courses.roster.enrolling import remove_enrolment
from courses.services import regenerate_link
from otec_portal.core.errors import DomainError
from otec_portal.core.models import MailState, OutgoingEmail
from tests.at_once import at_once as together
from tests.courses.roster.desk import imported, uploaded
from tests.courses.roster.sources import ANA, ANAS, JUANS
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import (
    EnrolmentFactory,
    ParticipantFactory,
    TrainingActionFactory,
)

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql", "stopped_clock"),
]
ROUNDS = range(4)
LATER = NOW + timedelta(hours=1)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all at the same moment; a refusal counts as its code."""
    return together(*[_or_its_refusal(deed) for deed in deeds])


def _or_its_refusal(deed: Callable[[], object]) -> Callable[[], object]:
    def told() -> object:
        try:
            return deed()
        except DomainError as refused:
            return refused.code

    return told


def as_shown(upload: RosterUpload) -> Callable[[], object]:
    digest = uploads.plan_of(upload).digest
    return lambda: apply(
        upload, digest=digest, accept_good=False, remove=set(), by=upload.by, at=NOW
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_people_importing_at_once_one_is_told_that_it_changed(
    action: TrainingAction, _round: int
) -> None:
    deeds = [as_shown(uploaded(action, ANAS, JUANS)) for _ in range(2)]
    results = at_once(*deeds)
    assert sorted(isinstance(one, RosterImport) for one in results) == [False, True]
    assert "moved" in results
    assert Enrolment.objects.filter(action=action).count() == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_upload_imported_twice_at_once_is_imported_once(
    action: TrainingAction, _round: int
) -> None:
    upload = uploaded(action, ANAS)
    results = at_once(*[as_shown(upload)] * 3)
    assert sum(isinstance(one, RosterImport) for one in results) == 1
    assert set(results) - {one for one in results if isinstance(one, RosterImport)} == {
        "imported"
    }
    assert RosterImport.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_same_person_new_in_two_actions_at_once_is_one_person(
    action: TrainingAction, _round: int
) -> None:
    """People belong to the training body: the second import finds the first's."""
    other = TrainingActionFactory(course=action.course)
    results = at_once(as_shown(uploaded(action, ANAS)), as_shown(uploaded(other, ANAS)))
    assert Participant.objects.filter(run=ANA).count() == 1
    # who came second was shown a new person, and now she is known
    assert sorted(isinstance(one, RosterImport) for one in results) == [False, True]


@pytest.mark.parametrize("_round", ROUNDS)
def test_import_during_an_undo_builds_on_what_is_left(
    action: TrainingAction, _round: int
) -> None:
    first = imported(uploaded(action, ANAS))
    assert first is not None
    user, deed = UserFactory(), as_shown(uploaded(action, ANAS, JUANS))
    undone, second = at_once(lambda: undo.undo(first, by=user, at=LATER), deed)
    outcome = (undone, second if isinstance(second, str) else "done")
    assert outcome in {(None, "moved"), ("not_last", "done")}
    assert Enrolment.objects.count() == (0 if undone is None else 2)


@pytest.mark.parametrize("_round", ROUNDS)
def test_undo_while_a_participant_starts_never_loses_the_session(
    action: TrainingAction, _round: int
) -> None:
    """Evidence wins, or there never was any."""
    EnrolmentFactory(action=action)  # brings the token
    done = imported(uploaded(action, ANAS))
    assert done is not None
    enrolment = Enrolment.objects.select_related(
        "participant", "action__course__training_body"
    ).get(participant__run=ANA)
    user = UserFactory()
    undone, _ = at_once(
        lambda: undo.undo(done, by=user, at=LATER),
        lambda: bool(start(enrolment, now=NOW)),
    )
    kept = Enrolment.objects.filter(pk=enrolment.pk).exists()
    assert kept == SenceSession.objects.exists() == (undone is not None)
    assert undone in {None, "hangs_on_it", "held", "moved"}


@pytest.mark.parametrize("_round", ROUNDS)
def test_removal_while_a_participant_starts_never_loses_the_session(
    _round: int,
) -> None:
    enrolment = EnrolmentFactory()
    user = UserFactory()
    at_once(
        lambda: remove_enrolment(enrolment, by=user, at=NOW),
        lambda: bool(start(enrolment, now=NOW)),
    )
    kept = Enrolment.objects.filter(pk=enrolment.pk).exists()
    assert kept == SenceSession.objects.exists()


def sending(action: TrainingAction) -> Callable[[], object]:
    user = UserFactory()
    return lambda: (
        links.send_links(
            action,
            links.audience(action, Audience.EVERYONE),
            shown_at=NOW - timedelta(minutes=1),
            by=user,
            at=NOW,
        ).queued
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_links_sent_by_several_at_once_leave_once(
    action: TrainingAction, _round: int
) -> None:
    """F10's like: every mail once."""
    EnrolmentFactory.create_batch(3, action=action)
    assert sorted(at_once(*[sending(action)] * 4), key=str) == [0, 0, 0, 3]
    assert OutgoingEmail.objects.count() == 3


@pytest.mark.parametrize("_round", ROUNDS)
def test_link_regenerated_while_it_is_sent_leaves_no_dead_link_in_the_queue(
    action: TrainingAction, _round: int
) -> None:
    enrolment = EnrolmentFactory(action=action)
    user = UserFactory()
    at_once(
        sending(action),
        lambda: regenerate_link(enrolment.participant, by=user, at=NOW),
    )
    version = Participant.objects.get(pk=enrolment.participant_id).link_version
    for mail in OutgoingEmail.objects.filter(state=MailState.QUEUED):
        assert mail.link_delivery.link_version == version


@pytest.mark.parametrize("_round", ROUNDS)
def test_importing_and_sending_links_of_the_same_people_never_block_each_other(
    action: TrainingAction, _round: int
) -> None:
    """One goes through the file, the other by last name: neither waits for ever."""
    other = TrainingActionFactory(course=action.course)
    body = action.course.training_body
    rows = []
    for number in range(60):
        letters = f"Z{chr(97 + number // 26)}{chr(97 + number % 26)}"
        person = ParticipantFactory(training_body=body, last_names=letters)
        EnrolmentFactory(action=other, participant=person)
        EnrolmentFactory(action=action, participant=person)
        rows.append((person.run, "Ana", person.last_names, f"n{number}@y.example"))
    deed = as_shown(uploaded(action, *reversed(rows)))
    done, queued, _ = at_once(deed, sending(other), sending(other))
    assert isinstance(done, RosterImport)
    assert queued in {0, 60}
