"""What is compared with what: whom an export tells of, what may be seen, the lists."""

from datetime import timedelta

import pytest

from attendance.models import (
    AttendanceTotal,
    LeftOutLine,
    Reconciliation,
    SenceExport,
    SenceFigure,
    SenceMark,
)
from attendance.reconciliation import people
from attendance.reconciliation.compare import compare_action
from attendance.reconciliation.marks import Kind, Reason
from attendance.reconciliation.rows import ExportKind
from attendance.services import reconciliation as services
from courses.models import Enrolment, Environment
from otec_portal.core.models import Membership
from tests.attendance.reconciliation.desk import (
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
from tests.attendance.reconciliation.files import COLUMNS, DECLARATIONS, PERCENTAGES
from tests.conftest import SignedIn
from tests.courses.roster.sources import comma_separated
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory

pytestmark = pytest.mark.django_db
FOR_NOBODY = Membership()  # sees no other action


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
    found = compare_action(enrolled.action, now=LATER)
    assert (found.settled, found.pairs, found.waiting) == (1, [], 1)


def test_sessions_after_the_last_export_wait(enrolled: Enrolment) -> None:
    accepted(enrolled.action, file_of(as_sence_has(held(enrolled))))
    SenceSessionFactory(enrolment=enrolled, closed=True, started_at=LATER)
    assert compare_action(enrolled.action, now=LATER).waiting == 0
    SenceSessionFactory(
        enrolment=enrolled, closed=True, started_at=LATER + timedelta(microseconds=1)
    )
    assert compare_action(enrolled.action, now=LATER).waiting == 1


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
    seen = compare_action(enrolled.action, now=LATER, seen_by=admin.membership).pairs
    assert [(one.reason, one.detail) for one in seen] == [
        (Reason.OTHER_ACTION, other.action.action_code)
    ]
    unseen = compare_action(enrolled.action, now=LATER, seen_by=rival.membership).pairs
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
    percentages = people.lists(action, ExportKind.PERCENTAGES)
    sessions = people.lists(action, ExportKind.DECLARATIONS)
    rows, _ = people.rows_of(percentages)
    assert [(row.pair.ours, row.pair.theirs) for row in rows] == [(10, 10)]
    rows, _ = people.rows_of(sessions)
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
    lines: list[tuple[str, ...]] = []

    def marks(number: int) -> None:
        for _ in range(number):
            one = EnrolmentFactory(action=enrolled.action)
            lines.append(as_sence_has(held(one), later=900))
            accepted(enrolled.action, file_of(*lines))

    marks(1)
    with django_assert_num_queries(8):  # type: ignore[operator]
        compare_action(enrolled.action, now=LATER)
    marks(3)
    with django_assert_num_queries(8):  # type: ignore[operator]
        assert len(compare_action(enrolled.action, now=LATER).pairs) == 4


def test_same_rows_downloaded_anew_show_what_sence_still_lacks(
    enrolled: Enrolment,
) -> None:
    """protocol.md, "What a callback may do", 8: begun between the two downloads."""
    rows = [as_sence_has(held(enrolled, hours_ago=30))]
    accepted(enrolled.action, file_of(*rows), at=NOW - timedelta(hours=20))
    held(enrolled, hours_ago=5)
    assert kinds(enrolled) == []
    again = uploaded(enrolled.action, file_of(*rows, rows[0]), at=LATER)
    plan = services.plan_of(again, seen_by=FOR_NOBODY, at=LATER)
    assert plan.counts()[Kind.ONLY_OURS] == 1
    before = _evidence()
    done = services.accept(again, accept_good=False, by=again.by, at=LATER)
    assert (done.export, done.reconciled, _evidence()) == (None, 0, before)
    assert kinds(enrolled) == [(Kind.ONLY_OURS, Reason.UNKNOWN)]


def _evidence() -> list[int]:
    models = (SenceExport, SenceMark, SenceFigure, Reconciliation)
    return [model._default_manager.count() for model in models]


def test_person_of_a_line_left_out_is_not_missing_at_sence(
    enrolled: Enrolment,
) -> None:
    other = EnrolmentFactory(action=enrolled.action)
    good, wrong = as_sence_has(held(enrolled)), as_sence_has(held(other))
    data = file_of(good, (*wrong[:8], "07h00", ""))
    done = accepted(enrolled.action, data, good=True)
    assert done.reconciled == 1
    assert kinds(enrolled) == []
    assert compare_action(enrolled.action, now=LATER).waiting == 1
    line = LeftOutLine.objects.get()
    assert (line.number, line.run) == (3, other.participant.run)
    assert "«07h00»" in line.why
    accepted(enrolled.action, file_of(good))  # the same rows, and no line left out
    assert kinds(enrolled) == [(Kind.ONLY_OURS, Reason.UNKNOWN)]


def test_marks_of_who_has_a_line_left_out_are_compared(enrolled: Enrolment) -> None:
    first, second = (as_sence_has(held(enrolled, hours_ago=one)) for one in (9, 5))
    data = file_of(first, (*second[:8], "07h00", ""))
    assert accepted(enrolled.action, data, good=True).reconciled == 1
    assert kinds(enrolled) == []


def test_line_left_out_of_nobody_knows_whom_is_told_as_a_reason(
    enrolled: Enrolment,
) -> None:
    other = EnrolmentFactory(action=enrolled.action)
    good, wrong = as_sence_has(held(enrolled)), as_sence_has(held(other))
    accepted(enrolled.action, file_of(good, ("1-1", *wrong[1:])), good=True)
    assert kinds(enrolled) == [(Kind.ONLY_OURS, Reason.LEFT_OUT)]


def test_part_tells_of_those_in_it_alone(enrolled: Enrolment) -> None:
    """Ana has marks in it, Berta a line without one; Clara is not in it."""
    action = enrolled.action
    berta, clara = EnrolmentFactory.create_batch(2, action=action)
    line = as_sence_has(held(enrolled, hours_ago=9))
    for one in (enrolled, berta, clara):
        held(one)
    empty = (berta.participant.run, "", "-", "", "", "", "", "-", "-", "")
    accepted(action, file_of(line, empty), whole=False)
    found = compare_action(action, now=LATER)
    runs = {pair.ours.run for pair in found.pairs if pair.ours}
    assert runs == {enrolled.participant.run, berta.participant.run}
    assert found.waiting == 1
    accepted(action, file_of(line, empty))  # the same, taken for all there is
    assert compare_action(action, now=LATER).waiting == 0


@pytest.mark.parametrize(
    ("late", "kind_of"),
    [(timedelta(0), Reason.RUNNING), (timedelta(microseconds=1), Reason.NO_CLOSE)],
)
def test_who_is_in_now_is_not_missing_from_the_portal(
    enrolled: Enrolment, late: timedelta, kind_of: Reason
) -> None:
    """SENCE shows the start and no end; past its maximum by the clock it is over."""
    session = SenceSessionFactory(enrolment=enrolled, opened=True, started_at=NOW)
    whole = as_sence_has(session)
    assert session.expires_at
    accepted(enrolled.action, file_of((*whole[:8], "", "")))
    now = session.expires_at + late
    assert kinds(enrolled, now=now) == [(Kind.DIFFERENT, kind_of)]


def test_session_that_runs_and_is_not_in_the_export_waits(enrolled: Enrolment) -> None:
    session = SenceSessionFactory(enrolment=enrolled, opened=True, started_at=NOW)
    accepted(enrolled.action, file_of(as_sence_has(held(enrolled, hours_ago=9))))
    assert kinds(enrolled, now=NOW) == []
    assert compare_action(enrolled.action, now=NOW).waiting == 1
    assert kinds(enrolled, now=session.expires_at + timedelta(seconds=1)) == [
        (Kind.ONLY_OURS, Reason.NO_CLOSE)
    ]


def test_preview_counts_what_accepting_does(enrolled: Enrolment) -> None:
    """A mark that was open has its end in the new file, off by an hour."""
    whole = as_sence_has(held(enrolled), longer=3600)
    accepted(enrolled.action, file_of((*whole[:8], "", "")))
    upload = uploaded(enrolled.action, file_of(whole))
    plan = services.plan_of(upload, seen_by=FOR_NOBODY, at=LATER)
    services.accept(upload, accept_good=False, by=upload.by, at=LATER)
    found = compare_action(enrolled.action, now=LATER)
    assert plan.counts() == {kind: found.count(kind) for kind in Kind}
    assert plan.counts()[Kind.ONLY_THEIRS] == 0
    assert plan.counts()[Kind.DIFFERENT] == 1


def test_preview_of_the_same_again_counts_what_is_equal_already(
    enrolled: Enrolment,
) -> None:
    """All cards are of the whole action: what an earlier upload settled is equal."""
    same, off = held(enrolled), held(enrolled, hours_ago=30)
    data = file_of(as_sence_has(same), as_sence_has(off, longer=3600))
    first = services.plan_of(
        uploaded(enrolled.action, data), seen_by=FOR_NOBODY, at=LATER
    )
    accepted(enrolled.action, data)
    again = services.plan_of(
        uploaded(enrolled.action, data), seen_by=FOR_NOBODY, at=LATER
    )
    assert first.counts() == again.counts()
    assert (again.counts()[Kind.EQUAL], again.counts()[Kind.DIFFERENT]) == (1, 1)
    assert (first.newly_equal, again.newly_equal) == (1, 0)


def _percentages(*rows: tuple[Enrolment, str]) -> bytes:
    lines = ((one.participant.run, "", value) for one, value in rows)
    return comma_separated(PERCENTAGES, *lines)


def _theirs(enrolled: Enrolment) -> dict[str, int | None]:
    these = people.lists(enrolled.action, ExportKind.PERCENTAGES)
    rows, _ = people.rows_of(these)
    return {row.pair.run: row.pair.theirs for row in rows}


def test_list_that_returns_to_former_figures_is_the_latest(enrolled: Enrolment) -> None:
    for hours, value in enumerate(("10 %", "50 %", "10 %")):
        data = _percentages((enrolled, value))
        accepted(enrolled.action, data, at=LATER + timedelta(hours=hours))
    assert _theirs(enrolled) == {enrolled.participant.run: 10}


def test_parts_of_a_list_are_compared_together(
    enrolled: Enrolment, admin: SignedIn
) -> None:
    """Each with the latest that has them; who is in none of the parts waits."""
    other, third = EnrolmentFactory.create_batch(2, action=enrolled.action)
    first, second = (one.participant.run for one in (enrolled, other))
    when = LATER
    for one, value in ((enrolled, "10 %"), (other, "20 %"), (enrolled, "30 %")):
        when += timedelta(hours=1)
        accepted(enrolled.action, _percentages((one, value)), whole=False, at=when)
    assert _theirs(enrolled) == {first: 30, second: 20}
    these = people.lists(enrolled.action, ExportKind.PERCENTAGES)
    assert people.rows_of(these)[1] == 1
    shown = admin.client.get(at("reconciled_percentages", enrolled.action))
    assert "Sin comparar todavía: 1 participante de quienes" in text(shown)
    rows = _percentages((enrolled, "40 %"))
    accepted(enrolled.action, rows, at=when + timedelta(hours=1))
    assert _theirs(enrolled) == {first: 40, second: None, third.participant.run: None}


def test_person_of_a_line_left_out_of_a_list_waits(enrolled: Enrolment) -> None:
    other = EnrolmentFactory(action=enrolled.action)
    data = _percentages((enrolled, "10 %"), (other, "mucho"))
    accepted(enrolled.action, data, good=True)
    assert _theirs(enrolled) == {enrolled.participant.run: 10}


def test_adjustment_is_named_as_the_reason_of_another_percentage(
    enrolled: Enrolment,
) -> None:
    AttendanceTotal.objects.create(
        enrolment=enrolled, outside_seconds=7200, adjusted_seconds=10800
    )
    accepted(enrolled.action, _percentages((enrolled, "10 %")))
    these = people.lists(enrolled.action, ExportKind.PERCENTAGES)
    [row] = people.rows_of(these)[0]
    assert row.pair.reason == Reason.ADJUSTED
    assert row.standing.adjusted == 10800


def test_names_are_sorted_as_people_read_them(
    enrolled: Enrolment, admin: SignedIn
) -> None:
    action = enrolled.action
    enrolled.delete()
    names = ("Bruno", "Zoe", "Álvaro", "Ñusta")
    given = [
        EnrolmentFactory(
            action=action,
            action__environment=Environment.PRODUCTION,
            participant__last_names=one,
        )
        for one in names
    ]
    apart, equal = (
        [held(one) for one in given],
        [held(one, hours_ago=9) for one in given],
    )
    lines = [
        *(as_sence_has(one, later=900) for one in apart),
        *(as_sence_has(one) for one in equal),
    ]
    accepted(action, file_of(*lines))
    for query in ("", "?ver=iguales"):
        answer = admin.client.get(at("reconciliation", action) + query)
        shown = [row.listed.split(",")[0] for row in answer.context["page"].rows]
        assert shown == ["Álvaro", "Bruno", "Ñusta", "Zoe"]
    form = admin.client.get(at("upload_export", action)).context["form"]
    offered = [label.split(",")[0] for _, label in form.fields["run"].choices][1:]
    assert offered == ["Álvaro", "Bruno", "Ñusta", "Zoe"]
