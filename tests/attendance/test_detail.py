"""The lines of a participant's "Registro de Asistencia"; the source's exact."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance import detail
from attendance.detail import ClassBook, Entry, Mark, marks_of
from attendance.models import TrainingClass
from attendance.services.totals import count, timetable_of
from courses.models import AttendancePolicy, Enrolment, Environment, TrainingAction
from otec_portal.core.models import TrainingBody, User
from tests.attendance.book import action_of, at, hold, mark, person
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return action_of(our_body)


def lines(enrolment: Enrolment) -> list[Entry]:
    book = ClassBook.of(enrolment.action, now=NOW)
    return book.entries(marks_of(enrolment))


def told(entry: Entry) -> tuple[object, ...]:
    """Return the eight columns as the page writes them."""

    def clock(moment: datetime | None) -> str:
        return f"{timezone.localtime(moment):%H:%M:%S}" if moment else "—"

    length = entry.class_seconds
    return (
        f"{entry.day:%d-%m-%Y}",
        entry.facilitator or "—",
        clock(entry.class_start),
        clock(entry.class_end),
        "—" if length is None else str(timedelta(seconds=length)),
        clock(entry.start),
        clock(entry.end),
        str(timedelta(seconds=entry.seconds)),
    )


def test_lines_of_the_source_are_exact(action: TrainingAction) -> None:
    one = person(action)
    first, second = "2026-06-09", "2026-06-10"
    hold(action, "09:48:02", "18:36:46", day=first, who="Rosa")
    hold(action, "09:58:27", "12:18:32", day=first, who="Inés")
    hold(action, "09:38:17", "11:05:40", day=second, who="Rosa")
    mark(one, "18:36:05", "18:36:46", day=first)
    mark(one, "09:58:27", "12:18:32", day=first)
    mark(one, "11:05:31", "11:05:40", day=second)
    day = ("09-06-2026", "10-06-2026")
    assert [told(entry) for entry in lines(one)] == [
        (
            day[0],
            "Inés",
            "09:58:27",
            "12:18:32",
            "2:20:05",
            "09:58:27",
            "12:18:32",
            "2:20:05",
        ),
        (
            day[0],
            "Rosa",
            "09:48:02",
            "18:36:46",
            "8:48:44",
            "18:36:05",
            "18:36:46",
            "0:00:41",
        ),
        (
            day[1],
            "Rosa",
            "09:38:17",
            "11:05:40",
            "1:27:23",
            "11:05:31",
            "11:05:40",
            "0:00:09",
        ),
    ]


@pytest.mark.parametrize(
    ("entry_at", "start", "notes"),
    [
        ("10:00:00", "10:00:00", ()),
        ("10:20:00", "10:00:00", (detail.GRACE.format(minutes=20, at="10:20:00"),)),
        ("10:20:01", "10:20:01", ()),
    ],
)
def test_entry_within_the_grace_counts_from_the_start_and_says_so(
    action: TrainingAction, entry_at: str, start: str, notes: tuple[str, ...]
) -> None:
    one = person(action)
    hold(action, "10:00:00", "12:00:00")
    mark(one, entry_at, "12:00:00")
    [entry] = lines(one)
    assert (entry.start, entry.end) == (at(start), at("12:00:00"))
    assert entry.seconds == (at("12:00:00") - at(start)).total_seconds()
    assert entry.notes == notes


def test_stretch_of_grace_alone_says_so(action: TrainingAction) -> None:
    """At the entry another class had the floor: no mark touches this stretch."""
    one = person(action)
    hold(action, "09:00:00", "11:00:00", who="Rosa")
    hold(action, "09:05:00", "09:10:00", who="Inés")
    mark(one, "09:07:00", "10:30:00")
    grace = detail.GRACE.format(minutes=20, at="09:07:00")
    first = lines(one)[0]
    assert (first.facilitator, first.start, first.end) == (
        "Rosa",
        at("09:00:00"),
        at("09:05:00"),
    )
    assert first.notes == (grace,)


def test_mark_beyond_its_class_tells_what_was_marked(action: TrainingAction) -> None:
    one = person(action)
    hold(action, "10:00:00", "11:00:00")
    mark(one, "09:00:00", "12:00:00")
    [entry] = lines(one)
    assert entry.seconds == 3600
    assert entry.notes == (detail.CLIPPED.format(start="09:00:00", end="12:00:00"),)


def test_mark_outside_any_class_has_no_class(action: TrainingAction) -> None:
    one = person(action)
    hold(action, "10:00:00", "11:00:00")
    mark(one, "14:00:00", "14:30:00")
    [entry] = lines(one)
    assert told(entry)[1:5] == ("—", "—", "—", "—")
    assert (entry.seconds, entry.notes) == (1800, ())


def test_mark_outside_any_class_counts_nothing_by_class(
    action: TrainingAction,
) -> None:
    action.attendance_policy = AttendancePolicy.BY_CLASS
    action.save()
    one = person(action)
    mark(one, "14:00:00", "14:30:00")
    [entry] = lines(one)
    assert entry.seconds == 0
    assert entry.notes == (detail.NOT_BY_CLASS.format(time="00:30:00"),)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"expired": True}, detail.EXPIRED),
        ({"end": "11:00:00", "environment": Environment.TEST}, detail.IN_TEST),
        ({"end": "11:00:00", "stand_in": "https://demo.example"}, detail.SIMULATED),
        ({"started_at": NOW - timedelta(hours=1)}, detail.RUNNING),
        ({"closing": True, "started_at": NOW - timedelta(hours=1)}, detail.RUNNING),
        ({"started_at": NOW - timedelta(hours=3)}, detail.RUNNING),
        ({"started_at": NOW - timedelta(hours=3, seconds=1)}, detail.EXPIRED),
    ],
)
def test_session_that_does_not_count_is_there_with_nothing_and_the_reason(
    action: TrainingAction, more: dict[str, Any], why: str
) -> None:
    one = person(action)
    mark(one, "10:00:00", **more)
    [entry] = lines(one)
    assert (entry.seconds, entry.notes) == (0, (why,))


@pytest.mark.parametrize(
    "more", [{"expired": True}, {"end": "10:30:00", "environment": Environment.TEST}]
)
def test_session_that_does_not_count_shows_the_class_it_was_in(
    action: TrainingAction, more: dict[str, Any]
) -> None:
    held = hold(action, "09:00:00", "12:00:00")
    one = person(action)
    mark(one, "10:00:00", **more)
    [entry] = lines(one)
    assert (entry.facilitator, entry.seconds) == ("Rosa Díaz", 0)
    assert (entry.class_start, entry.class_end) == (held.started_at, held.ended_at)


def test_session_that_expired_before_the_class_shows_none(
    action: TrainingAction,
) -> None:
    hold(action, "13:00:00", "14:00:00")
    one = person(action)
    mark(one, "10:00:00", expired=True)  # until 13:00:00, when the class begins
    [entry] = lines(one)
    assert entry.class_start is None


def test_session_that_never_opened_has_no_line(action: TrainingAction) -> None:
    one = person(action)
    mark(one, "10:00:00", opened=False, failed=True)
    assert lines(one) == []


def test_session_of_no_length_is_there_with_nothing(action: TrainingAction) -> None:
    one = person(action)
    mark(one, "10:00:00", "10:00:00")
    [entry] = lines(one)
    assert (entry.seconds, entry.notes) == (0, (detail.NO_LENGTH,))


def test_line_over_midnight_stands_on_its_first_day(action: TrainingAction) -> None:
    one = person(action)
    ends = at("00:30:00", "2026-06-11")
    mark(one, "23:30:00", "23:59:59", closed_at=ends)
    [entry] = lines(one)
    assert (entry.day, entry.seconds) == (date(2026, 6, 10), 3600)
    assert entry.all_notes == (detail.NEXT_DAY.format(day="11-06-2026"),)


def test_mark_of_another_participant_is_not_theirs(action: TrainingAction) -> None:
    mark(person(action), "10:00:00", "11:00:00")
    assert lines(person(action, "Rojas")) == []


MINUTES = st.integers(0, 600)
SPANS = st.lists(st.tuples(MINUTES, MINUTES).map(sorted), max_size=6)


@given(classes=SPANS, marks=SPANS)
def test_lines_add_up_to_what_is_credited(
    classes: list[list[int]], marks: list[list[int]]
) -> None:
    """The one page and the one arithmetic say the same, whatever happened."""
    start = at("08:00:00")

    def moment(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    held = [
        TrainingClass(
            started_at=moment(one),
            ended_at=moment(two),
            facilitator=User(full_name="R"),
        )
        for one, two in classes
    ]
    book = ClassBook(held, policy=AttendancePolicy.BY_TIME, now=NOW)
    given_marks = [
        Mark(moment(one), moment(two), moment(two), "closed", "production", "", True)
        for one, two in marks
    ]
    credit = book.timetable.credit([one.span for one in given_marks])
    entries = book.entries(given_marks)
    total = sum(entry.seconds for entry in entries)
    assert total == credit.class_seconds + credit.outside_seconds
    assert [entry.start for entry in entries] == sorted(e.start for e in entries)


def test_lines_add_up_to_the_kept_total(action: TrainingAction) -> None:
    one = person(action)
    hold(action, "10:00:00", "12:00:00")
    hold(action, "11:00:00", "13:00:00")
    mark(one, "10:10:00", "12:30:00")
    mark(one, "15:00:00", "16:00:00")
    mark(one, "17:00:00", expired=True)
    mine = Enrolment.objects.filter(pk=one.pk)
    [total] = count(mine, timetable_of(action.pk))
    listed = sum(entry.seconds for entry in lines(one))
    assert listed == total.class_seconds + total.outside_seconds == 9000 + 3600
