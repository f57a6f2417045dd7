"""The "libro de clases" on the screen: who may do what, and what is told."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import ClassState, TrainingClass
from courses.models import TrainingAction
from otec_portal.core.models import Role, TrainingBody
from tests.attendance.book import action_of, at, hold
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.attendance import TrainingClassFactory
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
HOUR = timedelta(hours=1)
QUERIES = 10


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return action_of(our_body)


def url(name: str, of: Any) -> str:
    return reverse(f"attendance:{name}", args=[of.public_id])


def book(browser: SignedIn, action: TrainingAction, asked: str = "") -> Any:
    answer = browser.client.get(url("classes", action) + asked)
    assert answer.status_code == 200
    return answer


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def running(action: TrainingAction, by: SignedIn, **more: Any) -> TrainingClass:
    given = {"started_at": NOW - HOUR, **more}
    made: TrainingClass = TrainingClassFactory(
        action=action, facilitator=by.membership.user, **given
    )
    return made


def entered(admin: SignedIn, **changes: str) -> dict[str, str]:
    return {
        "facilitator": str(admin.membership.user.public_id),
        "day": "2026-06-10",
        "start": "10:00",
        "end": "12:30:15",
        "reason": "Se cortó la luz.",
        **changes,
    }


def test_facilitator_begins_and_ends_their_class(
    facilitator: SignedIn, action: TrainingAction, stopped_clock: time_machine.Traveller
) -> None:
    assert "Iniciar clase" in words(book(facilitator, action))
    facilitator.client.post(url("begin_class", action))
    one = TrainingClass.objects.get()
    shown = words(book(facilitator, action))
    assert "Terminar clase" in shown
    assert "Iniciar clase" not in shown
    stopped_clock.move_to(NOW + HOUR)
    facilitator.client.post(url("end_class", one))
    one.refresh_from_db()
    assert (one.state, one.seconds) == (ClassState.ENDED, 3600)
    assert "01:00:00" in words(book(facilitator, action))


def test_class_ended_twice_is_told_and_not_counted_twice(
    facilitator: SignedIn, action: TrainingAction
) -> None:
    one = running(action, facilitator)
    facilitator.client.post(url("end_class", one))
    answer = facilitator.client.post(url("end_class", one), follow=True)
    assert "ya no estaba en curso" in words(answer)


def test_class_of_a_colleague_is_ended_by_an_admin_only(
    facilitator: SignedIn, admin: SignedIn, action: TrainingAction
) -> None:
    """403 for who may look but not touch."""
    one = running(
        action, sign_in(facilitator.membership.training_body, Role.FACILITATOR)
    )
    assert "Terminar clase" not in words(book(facilitator, action))
    assert facilitator.client.post(url("end_class", one)).status_code == 403
    assert admin.client.post(url("end_class", one)).status_code == 302
    one.refresh_from_db()
    assert one.state == ClassState.ENDED


def test_class_that_has_just_begun_does_not_end_yet(
    facilitator: SignedIn, action: TrainingAction
) -> None:
    one = running(action, facilitator, started_at=NOW)
    answer = facilitator.client.post(url("end_class", one), follow=True)
    assert "La clase acaba de empezar" in words(answer)


def test_class_begun_with_two_presses_is_said_to_run(
    facilitator: SignedIn, action: TrainingAction
) -> None:
    """The second press is no error: the class did begin."""
    facilitator.client.post(url("begin_class", action))
    answer = facilitator.client.post(url("begin_class", action), follow=True)
    [*_, told] = answer.context["messages"]
    assert (told.level_tag, "está en curso" in told.message) == ("info", True)
    assert TrainingClass.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
def test_class_outside_the_days_of_the_action_is_not_offered(
    facilitator: SignedIn, our_body: TrainingBody, first: int, last: int
) -> None:
    days = [NOW.date() + timedelta(days=number) for number in (first, last)]
    action = action_of(our_body, starts_on=days[0], ends_on=days[1])
    shown = words(book(facilitator, action))
    assert "Iniciar clase" not in shown
    assert "mientras la acción está en ejecución" in shown


@pytest.mark.parametrize(("seconds", "told"), [(0, False), (1, True)])
def test_class_open_since_an_earlier_day_is_told_on_its_page(
    facilitator: SignedIn, action: TrainingAction, seconds: int, told: bool
) -> None:
    midnight = at("00:00:00", "2026-06-15")
    since = midnight - timedelta(seconds=seconds)
    running(action, facilitator, started_at=since)
    shown = words(book(facilitator, action))
    assert ("Sigue en curso desde un día anterior" in shown) is told


def test_class_entered_afterwards_stands_in_the_book_with_its_reason(
    admin: SignedIn, action: TrainingAction
) -> None:
    admin.client.post(url("enter_class", action), entered(admin))
    one = TrainingClass.objects.get()
    assert (one.started_at, one.ended_at) == (at("10:00:00"), at("12:30:15"))
    shown = words(book(admin, action))
    assert "02:30:15" in shown
    name = admin.membership.user.full_name
    assert f"Ingresada después por {name}: Se cortó la luz." in shown


def test_class_entered_over_midnight_ends_the_next_day(
    admin: SignedIn, action: TrainingAction
) -> None:
    given = entered(admin, start="22:00", end="01:00", overnight="on")
    admin.client.post(url("enter_class", action), given)
    assert TrainingClass.objects.get().ended_at == at("01:00:00", "2026-06-11")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end": "10:00"}, "end"),
        ({"start": "22:00", "end": "01:00"}, "end"),
        ({"day": "2026-06-15", "end": "23:00"}, "end"),
        ({"day": "2026-06-04"}, "day"),
        ({"day": "ayer"}, "day"),
        ({"day": "1999-12-31"}, "day"),
        ({"day": "2100-01-01"}, "day"),
        ({"day": "9999-12-31", "overnight": "on"}, "day"),
        ({"start": "25:00"}, "start"),
        ({"reason": " "}, "reason"),
        ({"facilitator": ""}, "facilitator"),
    ],
)
def test_class_entered_wrongly_is_refused_beside_its_field(
    admin: SignedIn, action: TrainingAction, changes: dict[str, str], field: str
) -> None:
    answer = admin.client.post(url("enter_class", action), entered(admin, **changes))
    assert list(answer.context["form"].errors) == [field]
    assert not TrainingClass.objects.exists()


@pytest.mark.parametrize(
    ("day", "hour"), [("2026-09-06", "00:30"), ("2026-04-04", "23:30")]
)
def test_class_at_an_hour_that_the_clocks_skip_or_repeat_is_refused_in_words(
    admin: SignedIn, our_body: TrainingBody, day: str, hour: str
) -> None:
    """E2: nobody can say which moment that was."""
    action = action_of(our_body, starts_on="2026-04-01", ends_on="2026-09-30")
    given = entered(admin, day=day, start=hour, end="23:50")
    answer = admin.client.post(url("enter_class", action), given)
    assert "no existe o pasó dos veces" in words(answer)


def test_facilitators_offered_are_those_who_act_here_now(
    admin: SignedIn, rival: SignedIn, facilitator: SignedIn, action: TrainingAction
) -> None:
    """C1."""
    body = action.course.training_body
    MembershipFactory(training_body=body, suspended_at=NOW)
    MembershipFactory(training_body=body, offered_at=NOW, offered_name="Otra")
    MembershipFactory(training_body=body, user=UserFactory(is_active=False))
    form = admin.client.get(url("enter_class", action)).context["form"]
    offered = set(form.fields["facilitator"].queryset)
    assert offered == {admin.membership.user, facilitator.membership.user}
    given = entered(rival)
    answer = admin.client.post(url("enter_class", action), given)
    assert list(answer.context["form"].errors) == ["facilitator"]


def test_annulled_class_is_struck_out_with_its_reason(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = hold(action, "10:00:00", "11:00:00")
    assert "struck" not in words(book(admin, action))
    answer = admin.client.post(url("annul_class", one), {"reason": ""})
    assert list(answer.context["form"].errors) == ["reason"]
    admin.client.post(url("annul_class", one), {"reason": "Era de otra acción."})
    shown = words(book(admin, action))
    assert '<tr class="struck">' in shown
    assert 'el <span class="nowrap">15-06-2026</span>: Era de otra acción.' in shown
    again = admin.client.post(url("annul_class", one), {"reason": "x"}, follow=True)
    assert "ya estaba anulada" in words(again)


def test_running_class_that_is_annulled_leaves_the_top_of_the_page(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = running(action, admin)
    admin.client.post(url("annul_class", one), {"reason": "Por error."})
    answer = book(admin, action)
    assert answer.context["running"] == []
    assert [row.pk for row in answer.context["list"].page] == [one.pk]


def test_book_of_a_closed_action_can_be_read_but_not_changed(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = hold(action, "10:00:00", "11:00:00")
    TrainingAction.objects.update(frozen_at=NOW - HOUR)
    shown = words(book(admin, action))
    assert "El libro ya no se puede cambiar" in shown
    for gone in ("Iniciar clase", "Ingresar una clase", url("annul_class", one)):
        assert gone not in shown
    answer = admin.client.post(url("begin_class", action), follow=True)
    assert "está cerrada" in words(answer)
    answer = admin.client.post(url("enter_class", action), entered(admin))
    assert answer.context["form"].errors
    admin.client.post(url("annul_class", one), {"reason": "x"})
    one.refresh_from_db()
    assert one.state == ClassState.ENDED


def test_book_is_sorted_and_asks_the_same_number_of_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            book(admin, action)
        return len(queries)

    hold(action, "10:00:00", "11:00:00", who="B")
    running(action, admin)
    few = count()
    for minute in range(1, 13):
        hold(action, f"10:{minute:02}:00", "11:00:00", who="A")
        running(action, sign_in(action.course.training_body, Role.FACILITATOR))
    assert (few, count()) == (QUERIES, QUERIES)
    shown = book(admin, action, "?orden=-facilitador&registros=10")
    assert shown.context["list"].page[0].facilitator.full_name == "B"
    assert len(shown.context["list"].page) == 10


def test_classes_of_the_rival_are_not_there(
    rival: SignedIn, action: TrainingAction
) -> None:
    """C1."""
    one = hold(action, "10:00:00", "11:00:00")
    assert rival.client.get(url("classes", action)).status_code == 404
    assert rival.client.post(url("begin_class", action)).status_code == 404
    assert rival.client.post(url("end_class", one)).status_code == 404
    assert rival.client.post(url("annul_class", one)).status_code == 404


def test_class_is_named_by_its_hour_and_the_code_of_its_action(
    our_body: TrainingBody,
) -> None:
    """As the history tells of it: no number that stands in the database alone."""
    of = action_of(our_body, action_code="6700130")
    one = TrainingClassFactory(action=of, started_at=NOW)
    assert str(one) == "clase del 15-06-2026 a las 11:00, acción 6700130"


def test_empty_class_is_told_by_each_field_what_is_wanted(
    admin: SignedIn, action: TrainingAction
) -> None:
    answer = admin.client.post(url("enter_class", action), {"reason": ""})
    told = [one for errors in answer.context["form"].errors.values() for one in errors]
    assert len(told) == len(set(told)) == 5
    assert "Escribe a qué hora empezó." in told


def test_class_that_ended_on_the_next_day_says_which(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = hold(action, "10:00:00", "11:00:00")
    assert "10-06-2026 11:00:00" not in words(book(admin, action))
    TrainingClass.objects.update(ended_at=at("09:59:00", "2026-06-11"))
    assert "11-06-2026 09:59:00" in words(book(admin, action))
    shown = words(admin.client.get(url("annul_class", one)))
    assert "11-06-2026 09:59:00" in shown


def test_class_entered_twice_is_refused_in_words(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Not even with the tick: the very same class is in the book."""
    for more in ({}, {}, {"overlaps": "on"}):
        answer = admin.client.post(
            url("enter_class", action), entered(admin, **more), follow=True
        )
    assert "Esta misma clase ya está en el libro" in words(answer)
    assert TrainingClass.objects.count() == 1


def test_class_that_overlaps_another_of_the_facilitator_asks_for_a_tick(
    admin: SignedIn, action: TrainingAction
) -> None:
    address = url("enter_class", action)
    hold(action, "10:00:00", "12:00:00")  # of somebody else: no question
    assert 'name="overlaps"' not in words(admin.client.get(address))
    assert admin.client.post(address, entered(admin)).status_code == 302
    later = entered(admin, start="12:30:14", end="13:00")
    answer = admin.client.post(address, later)
    assert list(answer.context["form"].errors) == ["overlaps"]
    assert 'name="overlaps"' in words(answer)
    assert TrainingClass.objects.count() == 2
    for fits in (
        {**later, "start": "12:30:15"},  # it begins as the other ends
        {**later, "overlaps": "on"},
    ):
        assert admin.client.post(address, fits).status_code == 302
    assert TrainingClass.objects.count() == 4
