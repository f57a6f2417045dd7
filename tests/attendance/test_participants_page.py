""" "Listado de Participantes" and "Registro de Asistencia", as people see them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.detail import NONE_REAL
from attendance.models import Level
from attendance.percentages import NO_CLASSES, NO_HOURS
from courses.models import ActionState, AttendancePolicy, Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody
from tests.attendance.book import action_of, hold, mark, person, recounted
from tests.conftest import SignedIn
from tests.factories.attendance import AdjustmentEvidenceFactory, AdjustmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
QUERIES = 11
DETAIL_QUERIES = 13


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return action_of(our_body)


def list_of(browser: SignedIn, action: TrainingAction, asked: str = "") -> Any:
    url = reverse("attendance:participants", args=[action.public_id])
    return browser.client.get(f"{url}{asked}")


def detail_of(browser: SignedIn, enrolment: Enrolment, asked: str = "") -> Any:
    url = reverse("attendance:detail", args=[enrolment.public_id])
    return browser.client.get(f"{url}{asked}")


def names(answer: Any) -> list[str]:
    return [one.participant.last_names for one in answer.context["list"].page]


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_list_has_the_percentage_of_each(
    admin: SignedIn, action: TrainingAction
) -> None:
    mark(person(action, "Araya"), "09:00:00", "16:30:00")
    recounted(person(action, "Bravo"))
    person(action_of(action.course.training_body), "Elsewhere")
    shown = list_of(admin, action)
    assert [one.per_cent for one in shown.context["list"].page] == [75, 0]
    assert names(shown) == ["Araya", "Bravo"]


def test_who_is_under_the_threshold_is_marked_and_at_it_not(
    admin: SignedIn, action: TrainingAction
) -> None:
    mark(person(action, "Araya"), "09:00:00", "16:30:00")
    recounted(mark(person(action, "Bravo"), "09:00:00", "16:29:59").enrolment)
    assert words(list_of(admin, action)).count("Bajo el 75 %</span></span>") == 1
    assert names(list_of(admin, action, "?ver=bajo")) == ["Bravo"]
    body = action.course.training_body
    body.attendance_threshold = 74
    body.save()
    assert names(list_of(admin, action, "?ver=bajo")) == []


def test_who_is_exempt_lacks_nothing(admin: SignedIn, action: TrainingAction) -> None:
    person(action, exempt=True)
    shown = words(list_of(admin, action))
    assert "Exento" in shown
    assert "Bajo el 75 %</span></span>" not in shown
    assert names(list_of(admin, action, "?ver=bajo")) == []
    assert names(list_of(admin, action, "?ver=nunca")) == []


def test_who_never_came_in_is_found(admin: SignedIn, action: TrainingAction) -> None:
    mark(person(action, "Araya"), "09:00:00")
    mark(person(action, "Bravo"), "09:00:00", opened=False, abandoned=True)
    mark(person(action, "Castro"), "09:00:00", "10:00:00", environment="test")
    assert names(list_of(admin, action, "?ver=nunca")) == ["Bravo", "Castro"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?orden=-nombre", ["Bravo", "Araya"]),
        ("?orden=porcentaje", ["Bravo", "Araya"]),
        ("?orden=-porcentaje", ["Araya", "Bravo"]),
        ("?q=bra", ["Bravo"]),
        ("?q=nadie", []),
        ("?ver=otra", ["Araya", "Bravo"]),
    ],
)
def test_list_is_sorted_and_searched(
    admin: SignedIn, action: TrainingAction, asked: str, found: list[str]
) -> None:
    mark(person(action, "Araya"), "09:00:00", "10:00:00")
    recounted(person(action, "Bravo"))
    assert names(list_of(admin, action, asked)) == found


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"course__hours": None}, NO_HOURS),
        ({"attendance_policy": AttendancePolicy.BY_CLASS}, NO_CLASSES),
    ],
)
def test_without_a_percentage_there_is_a_dash_with_the_reason(
    admin: SignedIn, our_body: TrainingBody, more: dict[str, Any], why: str
) -> None:
    action = action_of(our_body, **more)
    one = person(action)
    for shown in (list_of(admin, action), detail_of(admin, one)):
        assert f'—<span class="visually-hidden"> {why}' in words(shown)
        assert "Bajo el 75 %</span></span>" not in words(shown)


def test_adjustment_is_told_wherever_the_percentage_stands(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    AdjustmentFactory(enrolment=one, seconds=4200)
    recounted(one)
    told = 'incluye ajuste de <span class="nowrap">+01:10:00</span>'
    adjust = reverse("attendance:adjust", args=[one.public_id])
    for shown in (
        list_of(admin, action),
        detail_of(admin, one),
        admin.client.get(adjust),
    ):
        assert '<strong class="nowrap">11 %</strong>' in words(shown)
        assert told in words(shown)


def test_level_of_the_recorded_time_stands_on_both_pages(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    mark(one, "09:00:00", "10:00:00")
    for shown in (list_of(admin, action), detail_of(admin, one)):
        [level] = shown.context["levels"]
        assert (level.level, level.seconds) == (Level.RECEIVED, 3600)


def test_detail_tells_the_sum_behind_the_percentage(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    hold(action, "10:00:00", "11:00:00")
    mark(one, "10:00:00", "11:00:00")
    mark(one, "15:00:00", "15:30:00")
    AdjustmentFactory(enrolment=one, seconds=-600)
    recounted(one)
    shown = detail_of(admin, one)
    assert shown.context["sum"] == (
        "01:00:00 en clases, 00:30:00 fuera de clases y −00:10:00 de ajustes: "
        "01:20:00 de 10:00:00, es decir 13 %"
    )
    assert shown.context["total"] == 5400


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (
            AttendancePolicy.BY_CLASS,
            "01:00:00 en clases: 01:00:00 de 01:00:00, es decir 100 %",
        ),
        (AttendancePolicy.SINGLE_SESSION, "2 sesiones confirmadas: 100 %"),
    ],
)
def test_detail_tells_the_sum_of_the_actions_policy(
    admin: SignedIn, action: TrainingAction, policy: AttendancePolicy, told: str
) -> None:
    action.attendance_policy = policy
    action.save()
    one = person(action)
    hold(action, "10:00:00", "11:00:00")
    mark(one, "10:00:00", "11:00:00")
    mark(one, "15:00:00", "15:30:00")
    recounted(one)
    assert detail_of(admin, one).context["sum"] == told


def test_detail_lists_adjustments_with_who_why_and_evidence(
    admin: SignedIn, facilitator: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    evidence = AdjustmentEvidenceFactory(adjustment__enrolment=one)
    address = reverse("attendance:evidence", args=[evidence.public_id])
    shown = words(detail_of(admin, one))
    assert evidence.adjustment.by.full_name in shown
    assert evidence.adjustment.reason in shown
    assert address in shown
    looked_at = words(detail_of(facilitator, one))
    assert evidence.name in looked_at
    assert address not in looked_at
    assert reverse("attendance:adjust", args=[one.public_id]) not in looked_at


def test_detail_is_sorted_and_paged(admin: SignedIn, action: TrainingAction) -> None:
    one = person(action)
    for hour in range(9, 20):
        mark(one, f"{hour:02}:00:00", f"{hour:02}:{hour:02}:00")
    shown = detail_of(admin, one, "?orden=-duracion&registros=10&pagina=2")
    assert [line.seconds for line in shown.context["list"].page] == [9 * 60]
    assert shown.context["total"] == sum(range(9, 20)) * 60


def test_annulled_action_still_shows_its_attendance(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    TrainingAction.objects.update(decision=ActionState.ANNULLED)
    assert one.participant.last_names in words(list_of(admin, action))


def test_list_and_detail_of_the_rival_are_not_there(
    admin: SignedIn, rival: SignedIn, action: TrainingAction
) -> None:
    """C1."""
    one = person(action)
    assert list_of(admin, action).status_code == 200
    assert list_of(rival, action).status_code == 404
    assert detail_of(rival, one).status_code == 404


def test_pages_with_more_rows_ask_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    def fill(day: str, number: int) -> Enrolment:
        for minute in range(number):
            one = person(action, f"Soto {day} {minute}")
            hold(action, f"10:{minute:02}:00", "12:00:00", day=day)
            mark(one, "10:30:00", "12:00:00", day=day)
            mark(one, "15:00:00", "15:30:00", day=day)
            AdjustmentEvidenceFactory(adjustment__enrolment=one)
            AdjustmentEvidenceFactory(adjustment__enrolment=one)
        return recounted(one)

    def count(page: Any, of: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page(admin, of).status_code == 200
        return len(queries)

    one = fill("2026-06-09", 1)
    few = count(list_of, action), count(detail_of, one)
    one = fill("2026-06-10", 12)
    assert few == (QUERIES, DETAIL_QUERIES)
    assert (count(list_of, action), count(detail_of, one)) == few


def test_class_of_an_hour_is_an_hour_on_the_page(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = person(action)
    hold(action, "10:00:00", "11:00:00", who="Rosa Díaz")
    mark(one, "10:05:00", "11:00:00")
    shown = words(detail_of(admin, one))
    for told in ("10-06-2026", "Rosa Díaz", "10:00:00", "11:00:00", "01:00:00"):
        assert told in shown
    assert "Con los 20 minutos de gracia: marcó su entrada a las 10:05:00." in shown


TEST: dict[str, Any] = {"environment": "test"}
SIMULATED: dict[str, Any] = {"stand_in": "https://demo.example"}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([], "Todavía no hay registros"),
        ([{}], "Todavía no hay registros"),
        ([TEST, {}], "Todavía no hay registros"),
        ([TEST], NONE_REAL),
        ([TEST, SIMULATED], NONE_REAL),
    ],
)
def test_empty_detail_says_when_no_session_was_with_sence_itself(
    admin: SignedIn, action: TrainingAction, held: list[dict[str, Any]], said: str
) -> None:
    """Sessions that never opened make no line, whatever they were held with."""
    one = person(action, "Araya")
    for more in held:
        mark(one, "09:00:00", opened=False, abandoned=True, **more)
    shown = words(detail_of(admin, one))
    texts = ("Todavía no hay registros", NONE_REAL)
    assert [text for text in texts if text in shown] == [said]
