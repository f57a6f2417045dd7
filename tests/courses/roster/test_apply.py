"""Importing: what was shown is written, all of it or nothing; twice is once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from courses.models import Enrolment, Participant, RosterImport, TrainingAction
from courses.roster import uploads
from courses.roster.deeds import RosterRefused
from courses.roster.uploads import UploadGone
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.core.rut import with_check_digit
from tests.courses.roster.desk import imported, people, roster, uploaded
from tests.courses.roster.sources import ANA, ANAS, EVA, JUAN, JUANS
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def enrolled(action: TrainingAction, run: str) -> Enrolment:
    return Enrolment.objects.get(action=action, participant__run=run)


def test_import_of_a_new_roster_writes_people_and_enrolments(
    action: TrainingAction,
) -> None:
    done = imported(uploaded(action, ANAS, JUANS))
    assert done is not None
    ana = Participant.objects.get(run=ANA)
    assert (ana.first_names, ana.last_names, ana.email) == ANAS[1:4]
    assert ana.training_body == action.course.training_body
    assert not enrolled(action, ANA).exempt
    assert enrolled(action, JUAN).exempt
    entry = AuditEntry.objects.get(action="courses.roster_imported")
    assert (entry.user, entry.at, entry.target_id) == (done.by, NOW, str(action.pk))
    assert entry.data["enrolments_made"] == entry.data["people_added"] == 2


def test_import_of_the_same_file_again_changes_nothing(action: TrainingAction) -> None:
    imported(uploaded(action, ANAS, JUANS))
    before = people(), roster(action), AuditEntry.objects.count()
    assert imported(uploaded(action, ANAS, JUANS)) is None
    assert (people(), roster(action), AuditEntry.objects.count()) == before
    assert RosterImport.objects.count() == 1


def test_import_reuses_whom_the_training_body_knows(action: TrainingAction) -> None:
    """A changed address is a change of the person, audited as such."""
    known = ParticipantFactory(
        training_body=action.course.training_body,
        run=ANA,
        first_names=ANAS[1],
        last_names=ANAS[2],
        email="antigua@correo.example",
    )
    imported(uploaded(action, ANAS))
    known.refresh_from_db()
    assert known.email == "ana@correo.example"
    assert enrolled(action, ANA).participant == known
    entry = AuditEntry.objects.get(action="courses.participant_changed")
    assert entry.data == {
        "changes": {"email": ["antigua@correo.example", "ana@correo.example"]}
    }


def test_import_leaves_a_namesake_of_the_rival_alone(
    action: TrainingAction, rival_body: TrainingBody
) -> None:
    """C1: the same RUN at two training bodies is two people."""
    theirs = ParticipantFactory(training_body=rival_body, run=ANA, email="otra@x.cl")
    imported(uploaded(action, ANAS))
    theirs.refresh_from_db()
    assert theirs.email == "otra@x.cl"
    assert Participant.objects.filter(run=ANA).count() == 2


def test_import_turns_exemptions(action: TrainingAction) -> None:
    imported(uploaded(action, ANAS, JUANS))
    imported(uploaded(action, (*ANAS[:4], "Sí"), (*JUANS[:4], "No")))
    assert enrolled(action, ANA).exempt
    assert not enrolled(action, JUAN).exempt


def test_import_names_who_came_and_who_left(action: TrainingAction) -> None:
    """ADR 26: as by hand, each has an entry; the row itself is gone thereafter."""
    turned = EnrolmentFactory(action=action, participant__run=JUAN, exempt=False)
    leaving = EnrolmentFactory(action=action, participant__run=EVA)
    imported(uploaded(action, ANAS, JUANS), remove={leaving.public_id})
    entries = AuditEntry.objects.order_by("pk")
    came = entries.get(action="courses.participant_enrolled")
    assert came.data == {"of": action.action_code, "run": ANA, "exempt": False}
    assert came.target_id == str(enrolled(action, ANA).pk)
    exempted = entries.get(action="courses.enrolment_changed")
    assert (exempted.target_id, exempted.data) == (str(turned.pk), {"exempt": True})
    left = entries.get(action="courses.participant_removed")
    assert left.data == {"of": action.action_code, "run": EVA}
    assert leaving.participant.full_name in left.target_label
    assert {(one.user, one.at) for one in entries} == {(came.user, NOW)}


def test_import_with_a_wrong_line_writes_nothing_unless_the_good_ones_are_accepted(
    action: TrainingAction,
) -> None:
    upload = uploaded(action, ANAS, ("x", "Eva", "Soto", "", ""))
    with pytest.raises(RosterRefused) as refused:
        imported(upload)
    assert refused.value.code == "wrong_lines"
    assert people() == roster(action) == set()
    imported(upload, accept_good=True)
    assert {one[2] for one in roster(action)} == {ANA}


def test_import_keeps_who_is_not_in_the_file(action: TrainingAction) -> None:
    other = EnrolmentFactory(action=action)
    imported(uploaded(action, ANAS))
    assert Enrolment.objects.filter(pk=other.pk).exists()


def test_import_removes_who_is_gone_where_it_is_asked_for(
    action: TrainingAction,
) -> None:
    other = EnrolmentFactory(action=action)
    imported(uploaded(action, ANAS), remove={other.public_id})
    assert {one[2] for one in roster(action)} == {ANA}
    assert Participant.objects.filter(pk=other.participant_id).exists()


def test_import_that_would_remove_who_has_sessions_writes_nothing(
    action: TrainingAction,
) -> None:
    other = SenceSessionFactory(enrolment__action=action).enrolment
    with pytest.raises(RosterRefused) as refused:
        imported(uploaded(action, ANAS), remove={other.public_id})
    assert refused.value.code == "held"
    assert "sesiones SENCE" in refused.value.message
    assert not Participant.objects.filter(run=ANA).exists()


@pytest.mark.parametrize("whose", ["in the file", "of another action", "nobody's"])
def test_import_removes_only_those_shown_as_gone(
    action: TrainingAction, whose: str
) -> None:
    imported(uploaded(action, ANAS))
    target = {
        "in the file": lambda: enrolled(action, ANA).public_id,
        "of another action": lambda: EnrolmentFactory().public_id,
        "nobody's": uuid4,
    }[whose]()
    with pytest.raises(RosterRefused) as refused:
        imported(uploaded(action, ANAS, JUANS), remove={target})
    assert refused.value.code == "not_gone"


def test_import_of_what_changed_since_it_was_shown_is_refused(
    action: TrainingAction,
) -> None:
    """What is written is what was shown."""
    upload = uploaded(action, ANAS)
    shown = uploads.plan_of(upload).digest
    EnrolmentFactory(action=action)
    with pytest.raises(RosterRefused) as refused:
        imported(upload, digest=shown)
    assert refused.value.code == "moved"
    assert not Participant.objects.filter(run=ANA).exists()


def test_import_pressed_twice_is_done_once(action: TrainingAction) -> None:
    upload = uploaded(action, ANAS)
    imported(upload)
    with pytest.raises(UploadGone) as gone:
        imported(upload)
    assert gone.value.code == "imported"
    assert RosterImport.objects.count() == 1


def test_import_of_an_old_upload_is_refused_from_the_very_moment(
    action: TrainingAction,
) -> None:
    upload = uploaded(action, ANAS)
    with pytest.raises(UploadGone) as gone:
        imported(upload, at=NOW + uploads.KEPT)
    assert gone.value.code == "expired"
    assert imported(upload, at=NOW + uploads.KEPT - timedelta(microseconds=1))


@pytest.mark.parametrize("how", [{"frozen_at": NOW}, {"decision": "liquidated"}])
def test_import_into_a_closed_action_is_refused(
    action: TrainingAction, how: dict[str, object]
) -> None:
    upload = uploaded(action, ANAS)
    TrainingAction.objects.filter(pk=action.pk).update(**how)
    with pytest.raises(ActionClosed):
        imported(upload)
    with pytest.raises(ActionClosed):
        uploaded(TrainingAction.objects.get(pk=action.pk), ANAS)
    assert roster(action) == set()


def test_line_corrected_before_the_import_is_imported_so(
    action: TrainingAction,
) -> None:
    upload = uploaded(action, ("x", "Eva", "Soto", "", ""))
    values = {"run": EVA, "first_names": "Eva", "last_names": "Soto Ruiz"}
    uploads.correct_line(
        upload, number=2, values={**values, "email": "", "exempt": "Sí"}, at=NOW
    )
    upload.refresh_from_db()
    imported(upload)
    assert enrolled(action, EVA).exempt
    assert enrolled(action, EVA).participant.last_names == "Soto Ruiz"


def test_uploads_past_their_time_are_forgotten(action: TrainingAction) -> None:
    uploaded(action, ANAS)
    assert uploads.forget_expired(now=NOW + uploads.KEPT - timedelta(seconds=1)) == 0
    assert uploads.forget_expired(now=NOW + uploads.KEPT) == 1


Row = tuple[str, str, str, str, str]
IMPORTS: dict[str, Callable[[Row], Row]] = {  # what is there, made from the file's row
    "e-mail": lambda row: (*row[:3], "mala@x.example", row[4]),
    "name": lambda row: (row[0], "Eva", *row[2:]),
    "exemption": lambda row: (*row[:4], "Sí"),
}


@pytest.mark.parametrize(
    ("changed", "queries"), [("", 24), ("e-mail", 23), ("name", 21), ("exemption", 22)]
)
def test_import_of_many_takes_a_fixed_number_of_queries(
    action: TrainingAction,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
    changed: str,
    queries: int,
) -> None:
    """It holds the row behind which all others of the training body wait."""
    imported(uploaded(action, ANAS))
    for first, many in ((30_000_000, 2), (31_000_000, 100)):
        runs = [with_check_digit(first + n) for n in range(many)]
        rows = [(run, "Ana", "Díaz", "ana@x.example", "No") for run in runs]
        if changed:
            imported(uploaded(action, *map(IMPORTS[changed], rows)))
        upload = uploaded(action, *rows)
        digest = uploads.plan_of(upload).digest
        with django_assert_num_queries(queries):
            assert imported(upload, digest=digest)
    audited = AuditEntry.objects.filter(action="courses.participant_changed")
    assert audited.count() == (102 if changed in {"e-mail", "name"} else 0)
