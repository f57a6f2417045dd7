"""What home tells of the book of classes and of who lacks attendance."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.shortfalls import AROUND_THE_END, SOME_DAYS
from courses.models import ActionState, TrainingAction
from otec_portal.core.attention import Item, Urgency
from otec_portal.core.models import TrainingBody
from tests.attendance.book import action_of, mark, person, recounted
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory, TrainingClassFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = timedelta(days=1)
TODAY = NOW.date()
LEFT_OPEN, NEVER, BEHIND = (
    "attendance.class_left_open",
    "attendance.never_came",
    "attendance.behind",
)


def items(browser: SignedIn) -> dict[str, Item]:
    answer = browser.client.get(reverse("home"))
    assert answer.status_code == 200
    return {item.kind: item for item in answer.context["items"]}


def running(body: TrainingBody, **more: Any) -> TrainingAction:
    """An action in its last days in which one came in for 7 of its 10 hours."""
    given = {"starts_on": TODAY - SOME_DAYS, "ends_on": TODAY + DAY, **more}
    action = action_of(body, **given)
    recounted(mark(person(action, "Araya"), "09:00:00", "16:00:00").enrolment)
    return action


@pytest.mark.parametrize(("hours", "told"), [(10, False), (12, True)])
def test_class_open_since_an_earlier_day_is_told(
    admin: SignedIn, our_body: TrainingBody, hours: int, told: bool
) -> None:
    """NOW is 11:00 in Santiago."""
    action = running(our_body)
    TrainingClassFactory(action=action, started_at=NOW - timedelta(hours=hours))
    found = items(admin).get(LEFT_OPEN)
    assert (found is not None) is told
    if found:
        assert (found.urgency, found.count) == (Urgency.NOW, 1)
        book = reverse("attendance:classes", args=[action.public_id])
        assert [one.url for one in found.examples] == [book]


def test_who_never_came_is_told_with_the_way_to_them(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    action = running(our_body)
    for name in ("Bravo", "Castro"):
        person(action, name)
    person(action, "Exenta", exempt=True)
    found = items(admin)[NEVER]
    assert found.title == "2 participantes nunca han entrado a SENCE"
    [example] = found.examples
    assert example.text.endswith(": 2 participantes")
    shown = admin.client.get(example.url).context["list"].page
    assert [one.participant.last_names for one in shown] == ["Bravo", "Castro"]
    assert NEVER not in items(rival)


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        ([], None),
        ([{"failed": True}], "1 lo intentó y no pudo"),
        ([{"failed": True}, {"abandoned": True}], "2 lo intentaron y no pudieron"),
    ],
)
def test_who_never_came_is_told_apart_from_who_tried_in_vain(
    admin: SignedIn,
    our_body: TrainingBody,
    starts: list[dict[str, bool]],
    told: str | None,
) -> None:
    """Another link helps nobody whom SENCE turned away."""
    action = running(our_body)
    for start in [*starts, None]:
        enrolled = person(action)
        if start:
            SenceSessionFactory(enrolment=enrolled, **start)
    step = items(admin)[NEVER].next_step
    assert (told in step) if told else ("intent" not in step)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, True),
        ({"starts_on": TODAY - SOME_DAYS + DAY}, False),
        ({"starts_on": TODAY - 30 * DAY, "ends_on": TODAY - AROUND_THE_END}, True),
        (
            {"starts_on": TODAY - 30 * DAY, "ends_on": TODAY - AROUND_THE_END - DAY},
            False,
        ),
        ({"decision": ActionState.LIQUIDATED}, False),
    ],
)
def test_who_never_came_is_told_while_it_matters(
    admin: SignedIn, our_body: TrainingBody, more: dict[str, Any], told: bool
) -> None:
    person(running(our_body, **more))
    assert (NEVER in items(admin)) is told


def test_action_that_nobody_entered_is_told_once(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = action_of(our_body, starts_on=TODAY - SOME_DAYS, ends_on=TODAY)
    person(action)
    assert NEVER not in items(admin)
    TrainingAction.objects.update(ends_on=TODAY - DAY)
    assert NEVER in items(admin)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, True),
        ({"ends_on": TODAY + AROUND_THE_END}, True),
        ({"ends_on": TODAY + AROUND_THE_END + DAY}, False),
        ({"starts_on": TODAY - 30 * DAY, "ends_on": TODAY - AROUND_THE_END}, True),
        ({"decision": ActionState.LIQUIDATED}, False),
        ({"course__hours": None}, False),
        ({"course__training_body__attendance_threshold": 70}, False),
    ],
)
def test_who_is_behind_as_the_action_ends_is_told(
    admin: SignedIn, our_body: TrainingBody, more: dict[str, Any], told: bool
) -> None:
    least = more.pop("course__training_body__attendance_threshold", 75)
    our_body.attendance_threshold = least
    our_body.save()
    action = running(our_body, **more)
    found = items(admin).get(BEHIND)
    assert (found is not None) is told
    if found:
        assert found.urgency == Urgency.SOON
        [example] = found.examples
        page = reverse("attendance:participants", args=[action.public_id])
        assert example.url == f"{page}?ver=bajo"


def test_who_never_came_is_not_told_as_behind_too(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    person(running(our_body), "Bravo")
    assert items(admin)[BEHIND].title.startswith("1 participante ")


def test_home_with_more_of_them_asks_the_same_number_of_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            action = running(our_body)
            person(action)
            TrainingClassFactory(action=action, started_at=NOW - DAY)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = items(admin)
        assert {LEFT_OPEN, NEVER, BEHIND} <= set(found)
        return len(queries)

    fill(1)
    few = count()
    fill(5)
    assert count() == few
    found = items(admin)[NEVER]
    assert (found.count, len(found.examples), found.others) == (6, 3, 3)
