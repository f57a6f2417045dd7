"""Marks that SENCE had, and that its newest whole list has no longer."""

from datetime import datetime, timedelta

import pytest

from attendance.models import MarkTurn, Reconciliation
from attendance.reconciliation.compare import compare_action
from attendance.reconciliation.marks import Kind, Reason
from attendance.services import reconciliation as services
from courses.models import Enrolment
from otec_portal.core.models import Membership
from tests.attendance.reconciliation.desk import (
    HOUR,
    LATER,
    accepted,
    as_sence_has,
    at,
    file_of,
    held,
    kinds,
    text,
    uploaded,
)
from tests.attendance.reconciliation.files import line
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.courses import EnrolmentFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Line = tuple[str, ...]


@pytest.fixture
def kept(enrolled: Enrolment) -> Line:
    """A mark that both have: every list of these tests shows it."""
    return as_sence_has(held(enrolled))


@pytest.fixture
def wrong(enrolled: Enrolment) -> Line:
    """A mark that SENCE alone has."""
    start: datetime = NOW - 30 * HOUR
    return line(enrolled, start, start + HOUR)


ONLY_THERE = [(Kind.ONLY_THEIRS, Reason.UNKNOWN)]
GONE = [(Kind.GONE, Reason.NONE)]


def test_mark_that_the_newest_whole_list_has_no_longer_is_no_difference(
    enrolled: Enrolment, admin: SignedIn, kept: Line, wrong: Line
) -> None:
    action = enrolled.action
    accepted(action, file_of(kept, wrong))
    assert kinds(enrolled) == ONLY_THERE
    accepted(action, file_of(kept), at=LATER + DAY)
    assert kinds(enrolled) == GONE
    page = admin.client.get(at("reconciliation", action))
    tabs = {tab.name: tab.count for tab in page.context["page"].tabs}
    assert (tabs[""], tabs["solo-sence"], tabs["ya-no-estan"]) == (0, 0, 1)
    assert page.context["page"].rows == []
    told = text(admin.client.get(at("reconciliation", action) + "?ver=ya-no-estan"))
    assert "Ya no está en la última lista completa de SENCE" in told
    first, since = (f"{one:%d-%m-%Y}" for one in (LATER, LATER + DAY))
    assert f"subido el {first} y falta desde la lista completa subida el {since}" in (
        told
    )


def test_mark_that_sence_shows_again_is_a_difference_again(
    enrolled: Enrolment, kept: Line, wrong: Line
) -> None:
    """Even in a part; the very file of before, too."""
    action = enrolled.action
    accepted(action, file_of(kept, wrong))
    accepted(action, file_of(kept), at=LATER + DAY)
    accepted(action, file_of(wrong), whole=False, at=LATER + 2 * DAY)
    assert kinds(enrolled) == ONLY_THERE
    accepted(action, file_of(kept), at=LATER + 3 * DAY)
    assert kinds(enrolled) == GONE
    accepted(action, file_of(kept, wrong), at=LATER + 4 * DAY)
    assert kinds(enrolled) == ONLY_THERE
    turns = MarkTurn.objects.order_by("pk").values_list("gone", flat=True)
    assert list(turns) == [True, False, True, False]


def test_part_takes_no_mark_away(enrolled: Enrolment, kept: Line, wrong: Line) -> None:
    accepted(enrolled.action, file_of(kept, wrong))
    accepted(enrolled.action, file_of(kept), whole=False, at=LATER + DAY)
    assert kinds(enrolled) == ONLY_THERE
    accepted(enrolled.action, file_of(kept), at=LATER + 2 * DAY)  # it was all there is
    assert kinds(enrolled) == GONE


def test_list_with_a_line_left_out_takes_no_mark_of_its_person_away(
    enrolled: Enrolment, kept: Line, wrong: Line
) -> None:
    accepted(enrolled.action, file_of(kept, wrong))
    unread = (*wrong[:8], "07h00", "")
    accepted(enrolled.action, file_of(kept, unread), good=True, at=LATER + DAY)
    assert kinds(enrolled) == ONLY_THERE


def test_mark_that_is_gone_answers_to_no_session(enrolled: Enrolment) -> None:
    """SENCE corrected the end of its mark: what it has now is compared, and equal."""
    session = held(enrolled)
    accepted(enrolled.action, file_of(as_sence_has(session, longer=3600)))
    assert [kind for kind, _ in kinds(enrolled)] == [Kind.DIFFERENT]
    data = file_of(as_sence_has(session))
    upload = uploaded(enrolled.action, data, at=LATER + DAY)
    plan = services.plan_of(upload, seen_by=Membership(), at=LATER + DAY)
    services.accept(upload, accept_good=False, by=upload.by, at=LATER + DAY)
    found = compare_action(enrolled.action, now=LATER + DAY)
    assert plan.counts() == {kind: found.count(kind) for kind in Kind}
    assert kinds(enrolled) == GONE
    assert Reconciliation.objects.get().session == session


def test_session_whose_mark_is_gone_is_only_ours(enrolled: Enrolment) -> None:
    other = as_sence_has(held(EnrolmentFactory(action=enrolled.action)))
    session = held(enrolled)
    accepted(enrolled.action, file_of(other, as_sence_has(session, longer=3600)))
    accepted(enrolled.action, file_of(other), at=LATER + DAY)
    assert sorted(kinds(enrolled)) == [*GONE, (Kind.ONLY_OURS, Reason.UNKNOWN)]
