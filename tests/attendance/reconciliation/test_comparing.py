"""What is compared with what: whom an export tells of, what may be seen, the lists."""

from datetime import timedelta

import pytest

from attendance.models import AttendanceTotal
from attendance.reconciliation import people
from attendance.reconciliation.compare import compare_action
from attendance.reconciliation.marks import Kind, Reason
from attendance.reconciliation.rows import ExportKind
from attendance.services import reconciliation as services
from courses.models import Enrolment, Environment
from tests.attendance.reconciliation.desk import (
    LATER,
    accepted,
    as_sence_has,
    file_of,
    held,
    kinds,
    uploaded,
)
from tests.attendance.reconciliation.files import COLUMNS, DECLARATIONS, PERCENTAGES
from tests.conftest import SignedIn
from tests.courses.roster.sources import comma_separated
from tests.factories import EnrolmentFactory, SenceSessionFactory

pytestmark = pytest.mark.django_db


def test_mark_that_gets_its_end_later_takes_the_place_of_the_open_one(
    enrolled: Enrolment,
) -> None:
    session = held(enrolled)
    whole = as_sence_has(session)
    open_one = (*whole[:8], "", "")
    accepted(enrolled.action, file_of(open_one))
    assert kinds(enrolled) == [(Kind.DIFFERENT, Reason.NO_CLOSE_THERE)]
    accepted(enrolled.action, file_of(whole))
    assert kinds(enrolled) == []


def test_detail_of_one_person_says_nothing_of_the_others(enrolled: Enrolment) -> None:
    """Without RUN: whose it is, the uploader says."""
    session = held(enrolled)
    held(EnrolmentFactory(action=enrolled.action))
    data = comma_separated(COLUMNS, as_sence_has(session)[2:])
    with pytest.raises(services.ReconciliationRefused) as refused:
        uploaded(enrolled.action, data)
    assert refused.value.code == "whose"
    accepted(enrolled.action, data, run=enrolled.participant.run)
    found = compare_action(enrolled.action)
    assert (found.settled, found.pairs, found.waiting) == (1, [], 1)


def test_sessions_after_the_last_export_wait(enrolled: Enrolment) -> None:
    accepted(enrolled.action, file_of(as_sence_has(held(enrolled))))
    SenceSessionFactory(enrolment=enrolled, closed=True, started_at=LATER)
    assert compare_action(enrolled.action).waiting == 0
    SenceSessionFactory(
        enrolment=enrolled, closed=True, started_at=LATER + timedelta(microseconds=1)
    )
    assert compare_action(enrolled.action).waiting == 1


def test_reason_of_another_action_names_only_what_may_be_seen(
    enrolled: Enrolment, admin: SignedIn, rival: SignedIn
) -> None:
    """The same person, in another action of ours and in one of the rival's."""
    other = EnrolmentFactory(
        participant=enrolled.participant,
        action__course__training_body=enrolled.action.course.training_body,
        action__environment=Environment.PRODUCTION,
    )
    accepted(enrolled.action, file_of(as_sence_has(held(other))))
    seen = compare_action(enrolled.action, seen_by=admin.membership).pairs
    assert [(one.reason, one.detail) for one in seen] == [
        (Reason.OTHER_ACTION, other.action.action_code)
    ]
    unseen = compare_action(enrolled.action, seen_by=rival.membership).pairs
    assert [one.detail for one in unseen] == [""]


def test_lists_are_compared_person_by_person(enrolled: Enrolment) -> None:
    run = enrolled.participant.run
    AttendanceTotal.objects.create(
        enrolment=enrolled, sessions=2, outside_seconds=14400
    )
    held(enrolled, closed=False, expired=True)
    action = enrolled.action
    stranger = EnrolmentFactory().participant.run
    accepted(action, comma_separated(PERCENTAGES, (run, "Ana", "10%")))
    accepted(
        action,
        comma_separated(
            DECLARATIONS, (run, "", "3", "Emitida"), (stranger, "Otra", "1", "")
        ),
    )
    percentages = people.latest(action, ExportKind.PERCENTAGES)
    sessions = people.latest(action, ExportKind.DECLARATIONS)
    assert percentages is not None
    assert sessions is not None
    rows = people.rows_of(action, percentages)
    assert [(row.pair.ours, row.pair.theirs) for row in rows] == [(10, 10)]
    rows = people.rows_of(action, sessions)
    told = {
        one.pair.run: (one.pair.kind, one.pair.reason, one.subject[0]) for one in rows
    }
    assert told == {
        run: (Kind.DIFFERENT, Reason.NO_CLOSE, "participante"),
        stranger: (Kind.ONLY_THEIRS, Reason.NOT_ENROLLED, "cifra"),
    }


def test_comparison_asks_the_same_number_of_queries(
    enrolled: Enrolment, django_assert_num_queries: object
) -> None:
    def marks(number: int) -> None:
        for _ in range(number):
            one = EnrolmentFactory(action=enrolled.action)
            accepted(enrolled.action, file_of(as_sence_has(held(one), later=900)))

    marks(1)
    with django_assert_num_queries(6):  # type: ignore[operator]
        compare_action(enrolled.action)
    marks(3)
    with django_assert_num_queries(6):  # type: ignore[operator]
        assert len(compare_action(enrolled.action).pairs) == 4
