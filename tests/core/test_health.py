"""Whether the portal's parts live: who notices is not the one that died."""

import logging
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from otec_portal.core import health, watch
from otec_portal.core.models import (
    MailFailure,
    OutgoingEmail,
    Pulse,
    PulseOf,
)
from otec_portal.core.tasks import give_pulse, send_due_mail
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
JUST = timedelta(microseconds=1)
ALL = {"database", "broker", "worker", "scheduler", "storage", "mail"}


def beaten(at: datetime = NOW, *parts: PulseOf) -> None:
    for part in parts or list(PulseOf):
        health.beat(part, now=at)


def away() -> set[str]:
    answer = Client().get("/health")
    told: dict[str, Any] = answer.json()
    broken = {name for name, works in told["parts"].items() if not works}
    assert set(told["parts"]) == ALL
    assert told["ok"] == (not broken)
    assert answer.status_code == (503 if broken else 200)
    return broken


def test_portal_whose_parts_all_work_is_well() -> None:
    beaten()
    assert away() == set()


def test_portal_says_to_strangers_yes_or_no_and_when_its_processes_last_worked() -> (
    None
):
    """When mail last left would tell how much the portal is used."""
    beaten()
    told = Client().get("/health")
    assert set(told.json()) == {"ok", "parts", "last_worked"}
    assert set(told.json()["last_worked"]) == {"worker", "scheduler"}
    assert {type(one) for one in told.json()["parts"].values()} == {bool}
    assert told.headers["Cache-Control"].startswith("max-age=0, no-cache")


def test_health_says_when_worker_and_scheduler_last_worked() -> None:
    """ISO 8601 with its zone; null of one that never did."""
    health.beat(PulseOf.WORKER, now=NOW - timedelta(hours=2))
    told = Client().get("/health").json()["last_worked"]
    assert told["scheduler"] is None
    worker = datetime.fromisoformat(told["worker"])
    assert worker.tzinfo is not None
    assert worker == NOW - timedelta(hours=2)


@pytest.mark.parametrize("part", [PulseOf.WORKER, PulseOf.SCHEDULER])
@pytest.mark.parametrize(
    ("age", "dead"), [(health.DEAD_AFTER, False), (health.DEAD_AFTER + JUST, True)]
)
def test_part_whose_pulse_is_too_old_is_dead(
    part: PulseOf, age: timedelta, dead: bool
) -> None:
    beaten()
    health.beat(part, now=NOW - age)
    assert away() == ({part.value} if dead else set())


def test_portal_that_was_just_set_up_has_no_worker_yet() -> None:
    assert away() == {"worker", "scheduler"}


def test_portal_without_its_database_says_so() -> None:
    beaten()
    with patch.object(Pulse.objects, "values_list", side_effect=OperationalError):
        assert away() == {"database", "worker", "scheduler", "mail"}


def test_portal_without_its_broker_says_so(settings: Settings) -> None:
    beaten()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    assert away() == {"broker"}


def test_portal_whose_disk_is_full_says_so(settings: Settings) -> None:
    """F7: before the next upload fails."""
    beaten()
    room = health.ROOM_NEEDED
    with patch("otec_portal.core.health.disk_usage") as usage:
        usage.return_value.free = room
        assert away() == set()
        usage.return_value.free = room - 1
        assert away() == {"storage"}


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({"due_at": NOW - health.MAIL_LATE_AFTER}, False),
        ({"due_at": NOW - health.MAIL_LATE_AFTER - JUST}, True),
        ({"state": "refused", "failure": "recipient", "settled": True}, False),
    ],
)
def test_mail_works_unless_it_waits_too_long_or_its_server_is_away(
    fields: dict[str, Any], broken: bool
) -> None:
    beaten()
    OutgoingEmailFactory(**{"due_at": NOW, **fields})
    assert away() == ({"mail"} if broken else set())


@pytest.mark.parametrize(
    ("failure", "age", "broken"),
    [
        (MailFailure.UNREACHABLE, timedelta(), True),
        (MailFailure.ACCOUNT, timedelta(), True),
        (MailFailure.SENDER, timedelta(), True),
        (MailFailure.LATER, timedelta(), False),
        (MailFailure.UNREACHABLE, timedelta(hours=1), False),
    ],
)
def test_mail_works_unless_its_server_was_away_after_some_left(
    failure: MailFailure, age: timedelta, broken: bool
) -> None:
    """What failed before a mail left waits for hours: that tells nothing of now."""
    beaten()
    health.beat(PulseOf.MAIL, now=NOW - JUST)
    row = OutgoingEmailFactory(due_at=NOW + timedelta(hours=4), state="sending")
    row.advance("retry", at=NOW - age, failure=failure)
    assert away() == ({"mail"} if broken else set())
    Pulse.objects.filter(part=PulseOf.MAIL).delete()
    assert away() == ({"mail"} if failure != MailFailure.LATER else set())


def test_scheduler_that_never_gave_a_pulse_is_dead_after_the_workers_first() -> None:
    """A portal is set up in less than five minutes; the worker alone goes on."""
    for minutes in range(6):
        assert not health.watch(now=NOW + minutes * health.EVERY)
    late = NOW + health.DEAD_AFTER + JUST
    assert health.watch(now=late)
    assert health.scheduler_silent_since(now=late) == NOW


def test_pulse_of_the_scheduler_comes_by_its_task() -> None:
    give_pulse()
    seen = health.pulses()
    assert seen == {PulseOf.SCHEDULER: NOW, PulseOf.STORAGE: NOW}


def test_pulse_on_a_full_disk_is_the_schedulers_alone() -> None:
    """F7: the task fails loudly, and says so of storage alone."""
    with (
        patch("otec_portal.core.health.os.fsync", side_effect=OSError(28, "No space")),
        pytest.raises(OSError, match="No space"),
    ):
        give_pulse()
    assert set(health.pulses()) == {PulseOf.SCHEDULER}


def test_mail_that_left_is_a_pulse() -> None:
    send_due_mail()
    assert health.pulses() == {}
    OutgoingEmailFactory()
    send_due_mail()
    assert health.pulses() == {PulseOf.MAIL: NOW}


def test_worker_that_finds_the_scheduler_alive_is_silent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    beaten(NOW - health.DEAD_AFTER, PulseOf.SCHEDULER)
    assert not health.watch(now=NOW)
    assert health.pulses()[PulseOf.WORKER] == NOW
    assert not caplog.records


def test_worker_that_finds_the_scheduler_dead_tells_people_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """One mail for each death, a line at ERROR every minute."""
    settings.OPERATIONS_EMAIL = "guardia@otec.example"
    for minutes in range(10, 0, -1):
        beaten(NOW - minutes * health.EVERY, PulseOf.WORKER)
    for died in (NOW - timedelta(days=1), NOW - health.DEAD_AFTER - JUST):
        beaten(died, PulseOf.SCHEDULER)
        assert health.watch(now=NOW)
        assert health.watch(now=NOW + timedelta(minutes=1))
    told = OutgoingEmail.objects.order_by("pk")
    assert [mail.to for mail in told] == ["guardia@otec.example"] * 2
    assert "desde el 14-06-2026 11:00" in told[0].text
    assert [one.levelno for one in caplog.records] == [logging.ERROR] * 4


@pytest.mark.parametrize("address", ["", "alguien@sence.cl"])
def test_death_of_the_scheduler_with_nobody_to_write_to_is_logged(
    settings: Settings, address: str
) -> None:
    settings.OPERATIONS_EMAIL = address
    beaten(NOW - timedelta(days=1))
    assert health.watch(now=NOW)
    assert not OutgoingEmail.objects.exists()


def test_worker_and_scheduler_that_died_together_come_back_to_one_true_mail(
    settings: Settings,
) -> None:
    """The first look of a worker that was away itself finds a pulse on its way."""
    settings.OPERATIONS_EMAIL = "guardia@otec.example"
    beaten(NOW - timedelta(hours=2))
    assert health.watch(now=NOW)
    assert not OutgoingEmail.objects.exists()
    health.scheduler_beats(now=NOW + health.EVERY)
    health.scheduler_beats(now=NOW + 2 * health.EVERY)
    assert not health.watch(now=NOW + 2 * health.EVERY)
    told = OutgoingEmail.objects.get()
    assert "volvió" in told.subject
    assert "desde el 15-06-2026 09:00 hasta el 15-06-2026 11:01" in told.text


def test_worker_that_came_back_alone_tells_of_the_scheduler_after_a_while(
    settings: Settings,
) -> None:
    settings.OPERATIONS_EMAIL = "guardia@otec.example"
    beaten(NOW - timedelta(hours=2))
    for minutes in range(6):
        assert health.watch(now=NOW + minutes * health.EVERY)
    assert not OutgoingEmail.objects.exists()
    assert health.watch(now=NOW + 6 * health.EVERY)
    assert "está detenido" in OutgoingEmail.objects.get().subject


def test_mail_of_a_dead_scheduler_that_is_back_does_not_leave(
    settings: Settings,
) -> None:
    settings.OPERATIONS_EMAIL = "guardia@otec.example"
    beaten(NOW - timedelta(hours=2), PulseOf.SCHEDULER)
    for minutes in range(7):
        health.watch(now=NOW + minutes * health.EVERY)
    health.scheduler_beats(now=NOW + 7 * health.EVERY)
    dead, back = OutgoingEmail.objects.order_by("pk")
    assert (dead.state, back.state) == ("withdrawn", "queued")


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The worker's look, as Celery calls it; which tasks it asks for."""
    asked: list[str] = []
    monkeypatch.setattr(watch, "_minutes", watch._Minutes())
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: asked.append(name))
    return asked


def test_worker_looks_once_a_minute_and_lets_mail_leave(
    looking: list[str],
) -> None:
    """A dead scheduler holds up no mail, nor the one that tells of it."""
    beaten(NOW - timedelta(days=1))
    watch.look()
    watch.look()
    assert looking == ["otec_portal.core.tasks.send_due_mail"]


def test_worker_that_can_not_look_goes_on(
    looking: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with patch("otec_portal.core.health.watch", side_effect=OperationalError):
        watch.look()
    assert "could not look" in caplog.text


def test_dead_scheduler_is_told_at_home_to_who_can_act(
    admin: SignedIn, regional_admin: SignedIn
) -> None:
    beaten(NOW - health.DEAD_AFTER - JUST)
    for who, told in ((admin, True), (regional_admin, False)):
        kinds = {item.kind for item in who.client.get("/").context["items"]}
        assert ("core.scheduler_dead" in kinds) == told
    beaten()
    kinds = {item.kind for item in admin.client.get("/").context["items"]}
    assert "core.scheduler_dead" not in kinds


def test_page_says_of_each_part_what_it_means(admin: SignedIn, staff: Client) -> None:
    beaten(NOW - timedelta(hours=1), PulseOf.SCHEDULER)
    beaten(NOW, PulseOf.WORKER)
    for client in (admin.client, staff):
        shown = client.get(reverse("system")).content.decode()
        assert "Hay algo que no funciona" in shown
        assert "No salen recordatorios" in shown
        assert "15-06-2026 10:00" in shown
        assert shown.count("No funciona") == 1


def test_page_of_a_portal_that_is_well_says_so(admin: SignedIn) -> None:
    beaten()
    assert "Todo funciona" in admin.client.get(reverse("system")).content.decode()


def test_mail_that_was_never_used_works_and_says_so(admin: SignedIn) -> None:
    beaten(NOW, PulseOf.WORKER, PulseOf.SCHEDULER, PulseOf.STORAGE)
    text = admin.client.get(reverse("system")).text
    assert "Sin usar todavía" in text
    assert "Nunca" not in text
