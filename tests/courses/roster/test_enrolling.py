"""The roster by hand: add, correct, remove."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from courses.models import Enrolment, Participant, TrainingAction
from courses.roster.deeds import RosterRefused
from courses.roster.enrolling import (
    PersonDiffers,
    change_enrolment,
    enrol,
    remove_enrolment,
    version_shown,
)
from courses.roster.people import Data, as_data
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, MailState, User
from otec_portal.core.versions import ChangedMeanwhile
from tests.courses.roster.sources import ANA
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import (
    EnrolmentFactory,
    LinkDeliveryFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db
DATA = Data(first_names="Ana", last_names="Díaz", email="ana@correo.example")


@pytest.fixture
def user() -> User:
    made: User = UserFactory()
    return made


def add(action: TrainingAction, user: User, **more: object) -> Enrolment:
    given = {"run": ANA, "data": DATA, "exempt": False, "update": False}
    return enrol(action, **{**given, **more}, by=user, at=NOW)[0]  # type: ignore[arg-type]


def test_participant_added_is_on_the_roster_and_audited(
    action: TrainingAction, user: User
) -> None:
    enrolment = add(action, user, exempt=True)
    assert (enrolment.participant.run, enrolment.exempt) == (ANA, True)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user) == ("courses.participant_enrolled", user)
    assert entry.data["run"] == ANA


def test_participant_added_twice_is_refused(action: TrainingAction, user: User) -> None:
    add(action, user)
    with pytest.raises(RosterRefused) as refused:
        add(action, user)
    assert refused.value.code == "enrolled"


def test_participant_known_with_other_data_is_told_before_they_change(
    action: TrainingAction, user: User
) -> None:
    known = ParticipantFactory(
        training_body=action.course.training_body, run=ANA, email=""
    )
    with pytest.raises(PersonDiffers) as differs:
        add(action, user)
    assert f"{known.full_name}, sin correo" in differs.value.message
    assert not Enrolment.objects.exists()
    add(action, user, update=True)
    known.refresh_from_db()
    assert known.email == DATA.email
    assert Enrolment.objects.get().participant == known


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"run": "1-9"}, "run"),
        ({"data": replace(DATA, first_names="")}, "first_names"),
        ({"data": replace(DATA, email="x@")}, "email"),
    ],
)
def test_participant_with_bad_data_is_refused_by_the_service_too(
    action: TrainingAction, user: User, more: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        add(action, user, **more)
    assert list(refused.value.error_dict) == [field]
    assert not Participant.objects.exists()


def test_participant_corrected_is_changed_and_audited(user: User) -> None:
    enrolment = EnrolmentFactory(participant__email="antigua@x.example")
    change_enrolment(enrolment, data=DATA, exempt=True, by=user, at=NOW)
    enrolment.refresh_from_db()
    enrolment.participant.refresh_from_db()
    assert (enrolment.exempt, enrolment.participant.email) == (True, DATA.email)
    person, exemption = AuditEntry.objects.order_by("pk")
    assert person.data["changes"]["email"] == ["antigua@x.example", DATA.email]
    assert exemption.data == {"exempt": True}


def test_participant_corrected_into_the_same_writes_nothing(user: User) -> None:
    enrolment = EnrolmentFactory(
        participant__first_names="Ana",
        participant__last_names="Díaz",
        participant__email=DATA.email,
    )
    change_enrolment(enrolment, data=DATA, exempt=False, by=user, at=NOW)
    assert not AuditEntry.objects.exists()


def test_participant_removed_leaves_the_person_and_the_audit(user: User) -> None:
    enrolment = EnrolmentFactory()
    delivery = LinkDeliveryFactory(enrolment=enrolment, mailed=True)
    remove_enrolment(enrolment, by=user, at=NOW)
    assert not Enrolment.objects.exists()
    assert Participant.objects.get() == enrolment.participant
    assert AuditEntry.objects.get().data["run"] == enrolment.participant.run
    delivery.mail.refresh_from_db()
    assert delivery.mail.state == MailState.WITHDRAWN


def test_participant_with_sessions_stays_and_the_reason_is_told(user: User) -> None:
    """Evidence above this room holds on by the database's own protection."""
    enrolment = SenceSessionFactory().enrolment
    with pytest.raises(RosterRefused) as refused:
        remove_enrolment(enrolment, by=user, at=NOW)
    assert refused.value.code == "held"
    assert "sesiones SENCE" in refused.value.message
    assert Enrolment.objects.filter(pk=enrolment.pk).exists()
    assert not AuditEntry.objects.exists()


DEEDS = {
    "add": lambda row, user: add(row.action, user),
    "change": lambda row, user: change_enrolment(
        row, data=DATA, exempt=True, by=user, at=NOW
    ),
    "remove": lambda row, user: remove_enrolment(row, by=user, at=NOW),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_roster_of_a_closed_action_refuses_every_change(user: User, deed: str) -> None:
    enrolment = EnrolmentFactory(action__frozen_at=NOW)
    with pytest.raises(ActionClosed) as refused:
        DEEDS[deed](enrolment, user)
    assert refused.value.code == "action_closed"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("deed", ["change", "remove"])
def test_participant_who_was_removed_meanwhile_is_told(user: User, deed: str) -> None:
    enrolment = EnrolmentFactory()
    Enrolment.objects.filter(pk=enrolment.pk).delete()
    with pytest.raises(RosterRefused) as refused:
        DEEDS[deed](enrolment, user)
    assert refused.value.code == "not_enrolled"


def test_participant_changed_by_another_meanwhile_is_not_overwritten_unknowingly(
    user: User,
) -> None:
    """docs/adr/0020: who comes second reads what changed, and may save knowingly."""
    enrolment = EnrolmentFactory(
        participant__email="antigua@x.example", participant__last_names="Soto"
    )
    seen = version_shown(enrolment)
    newer = replace(as_data(enrolment.participant), email="nueva@x.example")
    change_enrolment(enrolment, data=newer, exempt=False, seen=seen, by=user, at=NOW)

    def second(seen: str) -> None:
        stale = Enrolment.objects.get(pk=enrolment.pk)
        change_enrolment(stale, data=DATA, exempt=False, seen=seen, by=user, at=NOW)

    with pytest.raises(ChangedMeanwhile) as refused:
        second(seen)
    assert "nueva@x.example" in refused.value.message
    assert Participant.objects.get().email == "nueva@x.example"
    second(refused.value.version)
    assert Participant.objects.get().email == DATA.email


def test_exemption_changed_by_another_meanwhile_is_not_overwritten_unknowingly(
    user: User,
) -> None:
    enrolment = EnrolmentFactory(participant__last_names="Soto")
    seen, data = version_shown(enrolment), as_data(enrolment.participant)
    change_enrolment(enrolment, data=data, exempt=True, seen=seen, by=user, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        change_enrolment(enrolment, data=DATA, exempt=False, seen=seen, by=user, at=NOW)
    enrolment.refresh_from_db()
    assert enrolment.exempt


def test_exemption_elsewhere_is_no_change_of_what_was_shown(user: User) -> None:
    enrolment = EnrolmentFactory(participant__last_names="Soto")
    other = EnrolmentFactory(
        action__course=enrolment.action.course, participant=enrolment.participant
    )
    seen, data = version_shown(enrolment), as_data(enrolment.participant)
    change_enrolment(other, data=data, exempt=True, by=user, at=NOW)
    change_enrolment(enrolment, data=DATA, exempt=False, seen=seen, by=user, at=NOW)
    assert Participant.objects.get().email == DATA.email
