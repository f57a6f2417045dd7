""" "Descargar Asistencia Total" and "Bajar Asistencia", in Excel and CSV."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from attendance.exports import DETAIL, SUMMARY, WHO, FileType, of_action
from attendance.models import AttendanceTotal
from courses.models import (
    ActionState,
    AttendancePolicy,
    Enrolment,
    TrainingAction,
)
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.core.rut import display
from tests.at_once import at_once
from tests.attendance.book import action_of, hold, mark, person, recounted
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import AdjustmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return action_of(our_body)


def fetch(browser: SignedIn, name: str, of: Any) -> Any:
    return browser.client.get(reverse(f"attendance:{name}", args=[of.public_id]))


def sheets(answer: Any) -> Iterator[list[list[Any]]]:
    assert answer.status_code == 200
    return sheets_in(b"".join(answer))


def sheets_in(data: bytes) -> Iterator[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)


def csv(answer: Any) -> list[list[str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer).decode()
    assert text[0] == "\ufeff"
    return [line.split(";") for line in text[1:].split("\r\n") if line]


def busy(action: TrainingAction) -> Enrolment:
    """A participant with a line in a class, one outside, one that doesn't count."""
    one = person(action, "Soto")
    hold(action, "10:00:00", "12:00:00", who="Rosa Díaz")
    mark(one, "10:10:00", "12:00:00")
    mark(one, "15:00:00", "15:30:00")
    mark(one, "17:00:00", expired=True)
    AdjustmentFactory(enrolment=one, seconds=-600, reason="Se retiró antes.")
    return recounted(one)


LINES: list[list[Any]] = [
    [
        date(2026, 6, 10),
        "Rosa Díaz",
        time(10),
        time(12),
        timedelta(hours=2),
        time(10),
        time(12),
        timedelta(hours=2),
    ],
    [date(2026, 6, 10), "", "", "", "", time(15), time(15, 30), timedelta(minutes=30)],
    [date(2026, 6, 10), "", "", "", "", time(17), "", timedelta(0)],
    [*[""] * 7, "-00:10:00"],
]


def cells(row: list[Any]) -> list[Any]:
    """A length of nothing is read as midnight: Excel has one number for both."""
    nothing = timedelta(0)
    return [nothing if one in {nothing, time(0)} else one for one in row]


def test_total_has_everybody_and_all_their_lines_as_what_they_are(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = busy(action)
    other = person(action, "Araya")
    people, lines = sheets(fetch(admin, "total_excel", action))
    who = [display(one.participant.run), "Ana Soto", 23.0]
    assert people[0] == list(SUMMARY)
    assert people[1][:3] == [display(other.participant.run), "Ana Araya", 0.0]
    lengths = [timedelta(hours=2), timedelta(minutes=30), timedelta(0)]
    lengths += [timedelta(minutes=10), timedelta(hours=2, minutes=20)]
    assert cells(people[2][:8]) == [*who, *lengths]
    assert people[2][8:] == [
        timedelta(hours=10),
        2.0,
        "Incluye ajustes de −00:10:00.",
    ]
    assert lines[0] == [*WHO, *DETAIL]
    assert lines[1] == [*people[1][:3], *[""] * 10]
    assert [cells(line[:11]) for line in lines[2:]] == [[*who, *row] for row in LINES]
    assert lines[2][11] == (
        "Con los 20 minutos de gracia: marcó su entrada a las 10:10:00."
    )
    assert lines[5][11] == (
        "Ajuste de −00:10:00, ingresado el 15-06-2026: Se retiró antes."
    )
    assert [line[12] for line in lines[2:]] == [7200.0, 1800.0, 0.0, -600.0]


def test_detail_has_the_participants_lines(
    admin: SignedIn, action: TrainingAction
) -> None:
    mark(person(action, "Araya"), "08:00:00", "09:00:00")
    one = busy(action)
    lines, total = sheets(fetch(admin, "detail_excel", one))
    assert lines[0] == list(DETAIL)
    assert [cells(line[:8]) for line in lines[1:]] == LINES
    people, _ = sheets(fetch(admin, "total_excel", action))
    assert total == [list(SUMMARY), people[2]]
    assert sum(line[9] for line in lines[1:]) == total[1][7].total_seconds()


def test_single_session_requires_no_time_and_has_no_adjustments(
    admin: SignedIn, action: TrainingAction
) -> None:
    busy(action)
    TrainingAction.objects.update(attendance_policy=AttendancePolicy.SINGLE_SESSION)
    people, _ = sheets(fetch(admin, "total_excel", action))
    assert people[1][8:] == ["", 2.0, ""]


def test_csv_has_the_same_lines(admin: SignedIn, action: TrainingAction) -> None:
    one = busy(action)
    total = csv(fetch(admin, "total_csv", action))
    detail = csv(fetch(admin, "detail_csv", one))
    assert total == detail
    assert total[1][:3] == [display(one.participant.run), "Ana Soto", "23"]
    assert detail[4][3:11] == [*[""] * 7, "-00:10:00"]
    assert detail[4][12] == "-600"
    assert detail[1][3:11] == [
        *("10-06-2026", "Rosa Díaz", "10:00:00", "12:00:00", "02:00:00"),
        *("10:00:00", "12:00:00", "02:00:00"),
    ]


@pytest.mark.parametrize("name", ["=cmd()", "+1", "@x"])
def test_name_that_looks_like_a_formula_stays_text(
    admin: SignedIn, action: TrainingAction, name: str
) -> None:
    """D11."""
    one = person(action)
    one.participant.first_names = name
    one.participant.save()
    people, _ = sheets(fetch(admin, "total_excel", action))
    assert people[1][1] == f"{name} Soto"
    assert csv(fetch(admin, "total_csv", action))[1][1] == f"'{name} Soto"


def test_class_of_a_facilitator_that_looks_like_a_formula_stays_text(
    admin: SignedIn, action: TrainingAction
) -> None:
    """D11."""
    one = person(action)
    hold(action, "10:00:00", "11:00:00", who="=cmd()")
    mark(one, "10:00:00", "11:00:00")
    assert csv(fetch(admin, "detail_csv", one))[1][4] == "'=cmd()"


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("total_excel", "attendance.total_exported"),
        ("total_csv", "attendance.total_exported"),
        ("detail_excel", "attendance.detail_exported"),
        ("detail_csv", "attendance.detail_exported"),
    ],
)
def test_export_is_audited_and_after_liquidation_refused(
    admin: SignedIn, action: TrainingAction, name: str, deed: str
) -> None:
    one = busy(action)
    of = action if name.startswith("total") else one
    b"".join(fetch(admin, name, of))
    entry = AuditEntry.objects.get(action=deed)
    assert (entry.user, entry.target_id) == (admin.membership.user, str(of.pk))
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    answer = fetch(admin, name, of)
    assert answer.status_code == 403
    assert "ya no se muestra" in answer.content.decode()
    assert AuditEntry.objects.filter(action=deed).count() == 1


def test_export_with_more_rows_asks_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(sheets(fetch(admin, "total_excel", action)))
        return len(queries)

    busy(action)
    few = count()
    for _ in range(12):
        busy(action)
    assert count() == few


def test_exports_of_the_rival_are_not_there(
    rival: SignedIn, action: TrainingAction
) -> None:
    """C1."""
    one = busy(action)
    assert fetch(rival, "total_excel", action).status_code == 404
    assert fetch(rival, "detail_csv", one).status_code == 404


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sheets_of_the_total_are_of_one_moment(
    postgresql: None, admin: SignedIn, action: TrainingAction
) -> None:
    """Somebody's session is counted between the first sheet and the second."""
    busy(action)
    pieces = of_action(action, kind=FileType.EXCEL, now=NOW)
    begun = next(pieces)
    at_once(lambda: AttendanceTotal.objects.update(outside_seconds=36_000))
    people, lines = sheets_in(begun + b"".join(pieces))
    assert {line[2] for line in lines[1:]} == {people[1][2]} == {23.0}
    assert not connection.in_atomic_block
    pieces = of_action(action, kind=FileType.EXCEL, now=NOW)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert not connection.in_atomic_block
    fetch(admin, "total_excel", action).close()
    assert AuditEntry.objects.filter(action="attendance.total_exported").count() == 1
