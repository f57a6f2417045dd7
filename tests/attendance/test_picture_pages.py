"""Attendance drawn on pages: what they say, for whom, and with how many queries."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from attendance.grid_page import ROWS
from attendance.models import SenceSession
from attendance.pictures.grid import Cell
from attendance.services.totals import recount_action
from courses.models import AttendancePolicy, Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody
from otec_portal.core.zones import SANTIAGO
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import (
    AdjustmentFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = date(2026, 6, 12)  # a Friday; NOW is Monday the 15th


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        course__training_body=our_body, production=True
    )
    return made


def _at(text: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=SANTIAGO)


def _enrol(action: TrainingAction, name: str = "Ñusta", **facts: Any) -> Enrolment:
    made: Enrolment = EnrolmentFactory(
        action=action, participant__first_names=name, **facts
    )
    return made


def _mark(
    enrolment: Enrolment, start: str, end: str, day: date = DAY, **facts: Any
) -> SenceSession:
    made: SenceSession = SenceSessionFactory(
        enrolment=enrolment,
        closed=True,
        started_at=_at(start, day),
        closed_at=_at(end, day),
        **facts,
    )
    return made


def _class(action: TrainingAction, start: str, end: str, day: date = DAY) -> None:
    TrainingClassFactory(
        action=action,
        ended=True,
        started_at=_at(start, day),
        ended_at=_at(end, day),
        facilitator__full_name="Custodia Reinao",
    )


def _url(name: str, action: TrainingAction, *more: object) -> str:
    return reverse(f"attendance:{name}", args=[action.public_id, *more])


def _days(browser: SignedIn, action: TrainingAction, query: str = "") -> Any:
    return browser.client.get(_url("days", action) + query).context["page"]


def _day(browser: SignedIn, enrolment: Enrolment, day: date = DAY) -> Any:
    url = _url("day", enrolment.action, enrolment.public_id, day.isoformat())
    return browser.client.get(url)


# ---- the grid ----


def test_days_show_credit_with_grace_and_signs(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    _class(action, "09:00:00", "12:00:00")
    _mark(one, "09:15:00", "10:00:00")
    for trait in ("expired", "failed", "abandoned"):
        SenceSessionFactory(enrolment=one, started_at=_at("16:00:00"), **{trait: True})
    page = _days(admin, action)
    (line,) = page.lines
    cell = line.row.cells[page.days.index(DAY)]
    assert cell == Cell(credited=3600, recorded=2700, expired=1, failed=2)
    assert line.words == (
        "1 día con asistencia, 01:00:00; 1 sesión vencida; 2 intentos fallidos"
    )
    head = page.head[page.days.index(DAY)]
    assert (head.people, head.class_seconds) == (1, 3 * 3600)


def test_days_agree_with_the_totals_that_are_kept(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    _class(action, "09:00:00", "12:00:00")
    _mark(one, "08:50:00", "10:00:00")
    _mark(one, "20:00:00", "20:41:07")
    recount_action(action)
    for policy, seconds in (
        (AttendancePolicy.BY_TIME, 3600 + 2467),
        (AttendancePolicy.BY_CLASS, 3600),
    ):
        action.attendance_policy = policy
        action.save()
        (line,) = _days(admin, action).lines
        assert line.row.credited == line.enrolment.credited == seconds


def test_days_of_an_overdue_session_show_it_expired_before_the_job_runs(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    SenceSessionFactory(enrolment=one, opened=True, started_at=_at("09:00:00"))
    (line,) = _days(admin, action).lines
    assert (line.row.expired, any(cell.running for cell in line.row.cells)) == (
        1,
        False,
    )


def test_days_of_the_test_environment_are_hollow(
    admin: SignedIn, action: TrainingAction
) -> None:
    _mark(_enrol(action), "09:00:00", "10:00:00", environment="test")
    page = _days(admin, action)
    assert page.lines[0].row.cells[page.days.index(DAY)] == Cell(recorded=3600)
    assert "01:00:00 NC" in page.lines[0].texts


def test_days_reach_from_the_first_to_today_and_to_all_evidence(
    admin: SignedIn, action: TrainingAction
) -> None:
    days = _days(admin, action).days
    assert (days[0], days[-1]) == (action.starts_on, NOW.date())
    early = action.starts_on - timedelta(days=3)
    _mark(_enrol(action), "09:00:00", "10:00:00", early)
    assert _days(admin, action).days[0] == early


def test_days_before_the_action_begins_say_so(
    admin: SignedIn, action: TrainingAction
) -> None:
    action.starts_on = NOW.date() + timedelta(days=1)
    action.save()
    answer = admin.client.get(_url("days", action))
    assert "todavía no empieza" in answer.content.decode()


@pytest.mark.parametrize(("asked", "shown"), [("1", 0), ("2", 1), ("9", 1), ("x", 1)])
def test_days_of_a_long_action_come_in_parts(
    admin: SignedIn, action: TrainingAction, asked: str, shown: int
) -> None:
    action.starts_on = NOW.date() - timedelta(days=62)
    action.save()
    _enrol(action)
    page = _days(admin, action, f"?tramo={asked}")
    assert [bool(part.url) for part in page.parts] == [one != shown for one in (0, 1)]
    assert page.days[0] == page.parts[shown].first


def test_percentage_with_an_adjustment_shows_it(
    admin: SignedIn, action: TrainingAction
) -> None:
    AdjustmentFactory(enrolment=_enrol(action), seconds=-600)
    recount_action(action)
    shown = admin.client.get(_url("days", action)).content.decode()
    assert "incluye ajuste de −00:10:00" in shown


def test_days_of_more_people_ask_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert admin.client.get(_url("days", action)).status_code == 200
        return len(seen)

    _mark(_enrol(action), "09:00:00", "10:00:00")
    _class(action, "09:00:00", "12:00:00")
    few = queries()
    for number in range(ROWS + 5):
        one = _enrol(action, f"Persona {number}")
        for day in range(3):
            _mark(one, "09:00:00", "10:00:00", DAY - timedelta(days=day))
        _class(action, "15:00:00", "16:00:00", DAY - timedelta(days=number % 8))
    assert queries() == few == 14


# ---- a day ----


def test_day_tells_of_class_session_credit_and_grace(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    _class(action, "09:00:00", "12:00:00")
    session = _mark(one, "09:15:00", "10:00:00")
    answer = _day(admin, one)
    rows = [(row.start, row.end, row.words) for row in answer.context["page"].rows]
    assert rows == [
        (
            "09:00:00",
            "09:15:00",
            "Tiempo de gracia, acreditado desde el inicio de la clase",
        ),
        ("09:00:00", "12:00:00", "Clase de Custodia Reinao"),
        ("09:15:00", "10:00:00", "Sesión SENCE confirmada"),
        ("09:15:00", "10:00:00", "Tiempo acreditado"),
    ]
    shown = answer.content.decode()
    assert reverse("attendance:session", args=[session.public_id]) in shown
    assert "<strong>01:00:00</strong> acreditadas este día" in shown


def test_day_leads_to_the_days_with_something_and_no_others(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    before, after = DAY - timedelta(days=5), DAY + timedelta(days=2)
    _mark(one, "09:00:00", "10:00:00", before)
    SenceSessionFactory(enrolment=one, failed=True, started_at=_at("09:00:00", after))
    page = _day(admin, one).context["page"]
    assert (page.previous, page.following) == (before, after)
    _class(action, "09:00:00", "12:00:00", DAY - timedelta(days=1))
    assert _day(admin, one).context["page"].previous == DAY - timedelta(days=1)


def test_day_of_a_running_class_shows_it(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    TrainingClassFactory(action=action, started_at=NOW - timedelta(hours=1))
    page = _day(admin, one, NOW.date()).context["page"]
    assert [(row.length, row.words[:14]) for row in page.rows] == [
        ("01:00:00", "Clase en curso")
    ]


def test_day_when_clocks_go_back_says_that_an_hour_is_twice(
    admin: SignedIn, action: TrainingAction
) -> None:
    answer = _day(admin, _enrol(action), date(2026, 4, 4))
    assert "25 horas" in answer.content.decode()


@pytest.mark.parametrize(
    "day", ["ayer", "20260612", "2026-02-30", "1999-12-31", "2100-01-01"]
)
def test_day_that_is_none_is_not_there(
    admin: SignedIn, action: TrainingAction, day: str
) -> None:
    url = _url("day", action, _enrol(action).public_id, day)
    assert admin.client.get(url).status_code == 404


def test_day_of_somebody_in_another_action_is_not_there(
    admin: SignedIn, action: TrainingAction, enrolment: Enrolment
) -> None:
    url = _url("day", action, enrolment.public_id, DAY.isoformat())
    assert admin.client.get(url).status_code == 404


def test_day_of_many_sessions_asks_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    _mark(one, "09:00:00", "10:00:00")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            _day(admin, one)
        return len(seen)

    few = queries()
    for number in range(12):
        _class(action, "09:00:00", "12:00:00", DAY - timedelta(days=number))
        _mark(one, f"{number + 10}:00:00", f"{number + 10}:30:00")
    assert queries() == few == 12


# ---- percentages ----


def _percentages(browser: SignedIn, action: TrainingAction) -> Any:
    return browser.client.get(_url("distribution", action))


def test_distribution_says_how_many_are_below(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Of 40 hours, 30 are 75 per cent: one second less is not enough."""
    for seconds in (30 * 3600, 30 * 3600 - 1, 0):
        one = _enrol(action)
        if seconds:
            AdjustmentFactory(enrolment=one, seconds=seconds)
    _enrol(action, exempt=True)
    recount_action(action)
    answer = _percentages(admin, action)
    page = answer.context["page"]
    assert page.words == "2 de 3 bajo 75 %"
    shown = answer.content.decode()
    assert "1 exento no se cuenta" in shown
    assert "2 porcentajes incluyen un ajuste" in shown


def test_distribution_without_hours_says_why_there_is_none(
    admin: SignedIn, action: TrainingAction
) -> None:
    action.course.hours = None
    action.course.save()
    _enrol(action)
    assert "no tiene horas acreditadas" in _percentages(admin, action).content.decode()


def test_distribution_of_nobody_opens(admin: SignedIn, action: TrainingAction) -> None:
    shown = _percentages(admin, action).content.decode()
    assert "No hay participantes con porcentaje" in shown


def test_distribution_of_more_people_asks_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            _percentages(admin, action)
        return len(seen)

    _enrol(action)
    few = queries()
    for number in range(30):
        AdjustmentFactory(enrolment=_enrol(action), seconds=3600 * (number + 1))
    recount_action(action)
    assert queries() == few == 10


# ---- all of them ----


def test_action_page_leads_to_its_pictures(
    admin: SignedIn, action: TrainingAction
) -> None:
    shown = admin.client.get(reverse("courses:action", args=[action.public_id]))
    for name in ("days", "distribution", "online_of_action"):
        assert _url(name, action) in shown.content.decode()


def test_weekend_class_draws_whoever_was_away(
    admin: SignedIn, action: TrainingAction
) -> None:
    _enrol(action)
    drawn = _days(admin, action).lines[0].strokes
    _class(action, "10:00:00", "12:00:00", DAY + timedelta(days=1))  # a Saturday
    action.attendance_policy = AttendancePolicy.BY_CLASS
    action.save()
    page = _days(admin, action)
    assert page.lines[0].strokes != drawn
    place = page.days.index(DAY + timedelta(days=1)) * 10
    assert [one.d for one in page.lines[0].strokes] == [f"M{place} 0h9v9h-9z"]


def test_session_of_a_simulator_is_called_so_as_in_the_detail(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = _enrol(action)
    _mark(one, "09:00:00", "10:00:00", stand_in="https://demo.example")
    answer = admin.client.get(_url("day", action, one.public_id, DAY))
    assert [row.words for row in answer.context["page"].rows] == [
        "Sesión confirmada. Se registró con el simulador: no cuenta."
    ]
    assert "12-06-2026</span></strong>" in answer.content.decode()


def test_printed_grid_says_whose_it_is_and_of_which_days(
    admin: SignedIn, action: TrainingAction
) -> None:
    _enrol(action)
    shown = " ".join(admin.client.get(_url("days", action)).content.decode().split())
    head = strip_tags(shown.partition('<p class="on-paper">')[2].partition("</p>")[0])
    assert action.course.training_body.name in head
    assert f"del {action.starts_on:%d-%m-%Y} al {action.ends_on:%d-%m-%Y}" in head


def test_printed_day_says_whose_it_is_and_which_day(
    admin: SignedIn, action: TrainingAction
) -> None:
    """On paper the way back and the terms are hidden: it stands for itself."""
    one = _enrol(action)
    _mark(one, "09:00:00", "10:00:00")
    answer = admin.client.get(_url("day", action, one.public_id, DAY))
    shown = " ".join(answer.content.decode().split())
    head = strip_tags(shown.partition('<p class="on-paper">')[2].partition("</p>")[0])
    course = action.course
    for told in (course.training_body.name, action.action_code, course.name):
        assert told in head
    assert "día 12-06-2026" in head
