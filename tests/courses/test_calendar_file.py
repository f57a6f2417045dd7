"""The file that calendars read, as another implementation's parser reads it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import vobject
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalogue import save_action, save_course
from courses.feeds import make_address
from courses.models import CalendarFeed, TrainingAction
from courses.views.calendar import (
    FETCHES_OF_AN_ADDRESS,
    MISSES_OF_A_NETWORK,
    SHOWN_FOR,
)
from otec_portal.core.models import AuditEntry, Membership, TrainingBody
from otec_portal.logs import mask
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn
from tests.courses.test_agenda import DAY, TODAY, ended
from tests.factories import NOW
from tests.factories.courses import CourseFactory, EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def path_of(who: SignedIn) -> str:
    """Make the address of a profile; return its path."""
    made = make_address(who.membership, at=NOW)
    return "/" + made.split("/", 3)[3]


def fetched(path: str) -> dict[str, Any]:
    """Return the events at `path` by their ids, read by vobject."""
    answer = Client().get(path)
    assert answer.status_code == 200
    read = vobject.readOne(answer.content.decode())
    assert read.name == "VCALENDAR"
    return {one.uid.value: one for one in read.contents.get("vevent", [])}


def dates(events: dict[str, Any]) -> dict[str, date]:
    """Return when the events are, by the kind of step that their ids end with."""
    return {
        uid.split("@")[0].rsplit("-", 1)[1]: one.dtstart.value
        for uid, one in events.items()
    }


def test_events_are_days_with_stable_ids(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E1: by a second implementation of RFC 5545."""
    action = ended(our_body, 10)
    path = path_of(admin)
    events = fetched(path)
    assert dates(events) == {
        "ordinary": action.ends_on + 40 * DAY,
        "recommended": action.ends_on + 58 * DAY,
        "last": action.ends_on + 59 * DAY,
        "liquidation": action.ends_on + 60 * DAY,
    }
    assert set(fetched(path)) == set(events)
    host = urlsplit(settings.PORTAL_BASE_URL).hostname
    one = events[f"{action.public_id}-ordinary@{host}"]
    assert one.dtend.value == one.dtstart.value + DAY
    assert one.summary.value.startswith(f"{action.action_code}: Emitir")
    assert action.course.name in one.description.value
    assert reverse("courses:action", args=[action.public_id]) in one.url.value


def test_event_of_a_corrected_date_is_the_same_one_later(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9: the same id, a higher SEQUENCE, changed when it was corrected."""
    action = ended(our_body, 10)
    path = path_of(admin)
    before = fetched(path)
    assert {one.sequence.value for one in before.values()} == {"0"}
    action.ends_on += DAY
    at = NOW + timedelta(hours=1)
    save_action(action, by=admin.membership, at=at)
    after = fetched(path)
    seconds = int((at - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())
    assert set(after) == set(before)
    for uid, one in after.items():
        assert one.dtstart.value == before[uid].dtstart.value + DAY
        assert one.sequence.value == str(seconds)
        assert one.last_modified.value == at
    entry = AuditEntry.objects.get(action="courses.trainingaction_changed")
    assert "ends_on" in entry.data["changes"]


def test_sequence_does_not_fall_when_the_action_gets_another_course(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Calendars take no notice of an event whose SEQUENCE is lower (RFC 5545)."""
    action = ended(our_body, 10)
    for hours in (1, 2, 3):
        action.course.name = f"Curso {hours}"
        save_course(action.course, by=admin.membership, at=NOW + timedelta(hours=hours))
    path = path_of(admin)
    before = {uid: int(one.sequence.value) for uid, one in fetched(path).items()}
    action.course = CourseFactory(training_body=our_body)
    save_action(action, by=admin.membership, at=NOW + timedelta(hours=4))
    after = {uid: int(one.sequence.value) for uid, one in fetched(path).items()}
    assert set(after) == set(before)
    assert all(after[uid] > before[uid] for uid in before)


def test_file_of_a_body_with_more_actions_than_fit_in_a_page_has_them_all(
    admin: SignedIn, our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows the first ones and says so; old ones push out nothing here."""
    monkeypatch.setattr("courses.agenda.MOST", 2)
    old = [ended(our_body, 140) for _ in range(3)]
    tomorrow = [ended(our_body, 39) for _ in range(2)]
    events = fetched(path_of(admin))
    told = {uid.split("@")[0].rsplit("-", 1)[0] for uid in events}
    assert told == {str(one.public_id) for one in (*old, *tomorrow)}


def test_page_that_is_cut_advises_what_can_be_done(
    admin: SignedIn,
    regional_admin: SignedIn,
    our_body: TrainingBody,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has one region can't choose another: the file has them all."""
    monkeypatch.setattr("courses.agenda.MOST", 1)
    for _ in range(2):
        ended(our_body, 39, region="ML")
    for who, advice in ((admin, "Elige una región"), (regional_admin, "El archivo")):
        assert advice in who.client.get(reverse("courses:calendar")).content.decode()


def test_events_of_done_steps_are_gone(admin: SignedIn, our_body: TrainingBody) -> None:
    action = certifiable(our_body, ends_on=TODAY - 5 * DAY)
    path = path_of(admin)
    assert len(fetched(path)) == 4
    emitted(action)
    assert set(dates(fetched(path))) == {"liquidation"}


def test_missed_term_stays_for_ninety_days(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, 59 + 90)
    path = path_of(admin)
    assert set(dates(fetched(path))) == {"last", "liquidation"}
    TrainingAction.objects.update(ends_on=TODAY - 150 * DAY)
    assert set(dates(fetched(path))) == {"liquidation"}


def test_participants_and_other_bodies_are_not_in_it(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    """C1."""
    enrolled = EnrolmentFactory(action=ended(our_body, 10))
    answer = Client().get(path_of(admin))
    text = answer.content.decode().replace("\r\n ", "")
    assert enrolled.participant.last_names not in text
    assert enrolled.participant.run not in text
    assert fetched(path_of(rival)) == {}
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_only_the_hash_of_the_secret_is_kept(admin: SignedIn) -> None:
    secret = path_of(admin).rsplit("/", 1)[1].removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert secret not in str(vars(feed))
    assert not AuditEntry.objects.filter(data__icontains=secret).exists()
    assert len(secret) >= 43


def test_address_made_anew_ends_the_one_before(admin: SignedIn) -> None:
    first = path_of(admin)
    second = path_of(admin)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def _suspended(one: Membership) -> None:
    Membership.objects.filter(pk=one.pk).update(suspended_at=NOW)


def _disabled(one: Membership) -> None:
    one.user.is_active = False
    one.user.save()


def _removed(one: Membership) -> None:
    one.delete()


@pytest.mark.parametrize("gone", [_suspended, _disabled, _removed])
def test_address_goes_with_the_profile(gone: Any, admin: SignedIn) -> None:
    """C9: at once."""
    path = path_of(admin)
    assert Client().get(path).status_code == 200
    gone(admin.membership)
    assert Client().get(path).status_code == 404


def test_address_is_shown_for_a_while_and_a_second_click_ends_nothing(
    admin: SignedIn, stopped_clock: Any
) -> None:
    page = reverse("courses:calendar_address")
    make = reverse("courses:make_calendar_address")
    first = admin.client.post(make, follow=True)
    shown = first.context["made"]
    assert first.redirect_chain == [(page, 302)]
    assert "no-store" in first.headers["Cache-Control"]
    admin.client.post(make)  # the same form again
    assert admin.client.get(page).context["made"] == shown
    assert shown not in str(dict(admin.client.session))
    ends = admin.client.get(page).context["ends"]
    stopped_clock.move_to(NOW + SHOWN_FOR + timedelta(seconds=1))
    assert shown not in admin.client.get(page).content.decode()
    another = admin.client.post(make, {"ends": ends}, follow=True).context["made"]
    assert another not in ("", shown)
    assert Client().get("/" + shown.split("/", 3)[3]).status_code == 404


def test_address_is_made_and_taken_away(admin: SignedIn) -> None:
    page = reverse("courses:calendar_address")
    assert "Todavía no tienes" in admin.client.get(page).content.decode()
    made = admin.client.post(reverse("courses:make_calendar_address"), follow=True)
    shown = made.context["made"]
    path = "/" + shown.split("/", 3)[3]
    assert Client().get(path).status_code == 200
    assert "Ya tienes" in made.content.decode()
    admin.client.post(reverse("courses:remove_calendar_address"))
    assert Client().get(path).status_code == 404
    deeds = AuditEntry.objects.filter(action__startswith="courses.calendar_address_")
    assert [one.action.rsplit("_", 1)[1] for one in deeds.order_by("pk")] == [
        "made",
        "removed",
    ]


def test_address_is_masked_in_logs(admin: SignedIn) -> None:
    path = path_of(admin)
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in mask(f"GET {path} HTTP/1.1")
    assert secret not in mask(f"Not Found: {path}")


def test_address_asked_too_often_has_to_wait(admin: SignedIn) -> None:
    path = path_of(admin)
    client = Client()
    for _ in range(FETCHES_OF_AN_ADDRESS):
        assert client.get(path).status_code == 200
    answer = client.get(path)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"


def test_secrets_that_open_nothing_are_not_guessed_for_long(db: None) -> None:
    client = Client()
    asked = [
        client.get(reverse("courses:calendar_feed", args=[f"x{number}"])).status_code
        for number in range(MISSES_OF_A_NETWORK + 1)
    ]
    assert asked == [404] * MISSES_OF_A_NETWORK + [429]


def test_file_with_more_actions_asks_the_same_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    path = path_of(admin)
    for batch in (1, 8):
        for _ in range(batch):
            ended(our_body, 10)
        with CaptureQueriesContext(connection) as asked:
            assert fetched(path)
        assert len(asked) == 4  # the feed, the actions, their certificates, changes


def test_made_at_is_told_in_local_time(admin: SignedIn) -> None:
    path_of(admin)
    told = f"{timezone.localtime(NOW):%d-%m-%Y %H:%M}"
    page = admin.client.get(reverse("courses:calendar_address"))
    assert told in page.content.decode()
