"""Who is in right now: by the clock, the first to leave first, only one's own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance import online
from attendance.models import SenceSession
from courses.models import Enrolment
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
URL = "/conectados/"
MAXIMUM = timedelta(hours=3)


def _in_since(enrolment: Enrolment, **ago: float) -> SenceSession:
    made: SenceSession = SenceSessionFactory(
        enrolment=enrolment, opened=True, started_at=NOW - timedelta(**ago)
    )
    return made


def _mate(enrolment: Enrolment) -> Enrolment:
    made: Enrolment = EnrolmentFactory(action=enrolment.action)
    return made


def _found(browser: SignedIn, url: str = URL) -> Any:
    return browser.client.get(url).context["online"]


@pytest.mark.parametrize(
    ("left", "soon"), [(timedelta(minutes=10), True), (timedelta(seconds=601), False)]
)
def test_session_with_ten_minutes_left_is_about_to_expire(
    admin: SignedIn, enrolment: Enrolment, left: timedelta, soon: bool
) -> None:
    _in_since(enrolment, seconds=(MAXIMUM - left).total_seconds())
    found = _found(admin)
    assert [one.soon for one in found.present] == [soon]
    assert found.soon == int(soon)


def test_session_at_its_limit_is_in_and_after_it_is_not(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    session = _in_since(enrolment, hours=3)
    assert _found(admin).count == 1
    SenceSession.objects.filter(pk=session.pk).update(
        expires_at=NOW - timedelta(seconds=1)
    )
    assert _found(admin).count == 0


def test_who_leaves_first_comes_first_with_times(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    late = _in_since(enrolment, minutes=5)
    first = _in_since(_mate(enrolment), minutes=175)
    found = _found(admin)
    assert [one.session for one in found.present] == [first, late]
    assert (found.present[0].lasting, found.present[0].remaining) == (175 * 60, 300)
    assert found.words == "2 personas en línea ahora; 1 por vencer."


def test_page_of_an_action_shows_its_people_alone(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    mine = _in_since(enrolment, minutes=5)
    body = enrolment.action.course.training_body
    _in_since(EnrolmentFactory(action__course__training_body=body), minutes=5)
    url = reverse("attendance:online_of_action", args=[enrolment.action.public_id])
    assert [one.session for one in _found(admin, url).present] == [mine]
    assert _found(admin).count == 2


def test_rival_sees_nobody_of_ours(rival: SignedIn, enrolment: Enrolment) -> None:
    _in_since(enrolment, minutes=5)
    assert _found(rival).words == "Nadie está en línea ahora."


def test_part_that_renews_itself_is_the_part_alone(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    _in_since(enrolment, minutes=5)
    part = admin.client.get(URL, headers={"HX-Request": "true"}).content.decode()
    whole = admin.client.get(URL).content.decode()
    assert "<html" not in part
    assert 'id="en-linea"' in part
    assert 'id="en-linea"' in whole
    assert 'data-says="1 persona en línea ahora."' in part


def test_more_than_are_shown_are_counted(
    admin: SignedIn, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "SHOWN", 2)
    for number in range(4):
        _in_since(_mate(enrolment), minutes=number + 171)
    found = _found(admin)
    assert (len(found.present), found.count, found.soon) == (2, 4, 4)
    assert "Se muestran 2 de 4" in admin.client.get(URL).content.decode()


def test_more_people_ask_the_same_number_of_queries(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            admin.client.get(URL)
        return len(seen)

    _in_since(enrolment, minutes=5)
    few = queries()
    for _ in range(20):
        _in_since(_mate(enrolment), minutes=5)
    assert queries() == few == 7
