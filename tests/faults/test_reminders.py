"""Reminders under fault: the task run by workers, who die, are two, or stand still."""

from datetime import date, datetime, time, timedelta

import pytest

from otec_portal.core.zones import SANTIAGO
from tests.faults.portal import Portal, until

pytestmark = pytest.mark.redis
MONDAY = date(2026, 6, 15)
EVA = "eva@otec.example"


def morning(days: int = 0) -> datetime:
    """Ten o'clock in Santiago, that many days after MONDAY."""
    day = MONDAY + timedelta(days=days)
    return datetime.combine(day, time(10), tzinfo=SANTIAGO)


def due_in(portal: Portal, *days: int) -> str:
    """Actions whose terms end so many days after MONDAY; return who hears of them."""
    (address,) = {
        portal.does("action_due", f"{MONDAY + timedelta(days=one)}") for one in days
    }
    return str(address).partition("@")[0]


def test_worker_killed_while_it_reminds_tells_once_later(portal: Portal) -> None:
    """F1: noted and not told yet: the rows are the memory, not the task."""
    portal.it_is(morning())
    admin = due_in(portal, 0, 3)
    with portal.person_held(), portal.at_work() as worker:
        until(lambda: portal.does("reminded"), portal.log.read_text)
        worker.kill()
    assert portal.does("reminded") == [[0, 0], [3, 0]]
    assert portal.arrived() == {}

    portal.hours_pass()
    with portal.at_work():
        portal.comes_to(**{admin: "sent"})
    assert portal.does("reminded") == [[0, 1], [3, 1]]
    assert portal.arrived() == {admin: 1}
    assert "2 plazos; el más cercano" in portal.page()


def test_two_schedulers_and_two_workers_remind_once(portal: Portal) -> None:
    """F10."""
    portal.it_is(morning())
    admin = due_in(portal, *[3] * 20)
    with (
        portal.worker(),
        portal.worker(),
        portal.scheduler("one"),
        portal.scheduler("two"),
    ):
        portal.comes_to(**{admin: "sent"})
        portal.does("queue", EVA)
        portal.comes_to(**{admin: "sent"}, eva="sent")
    assert portal.does("reminded") == [[3, 1]] * 20
    assert portal.arrived() == {admin: 1, "eva": 1}


def test_three_days_without_scheduler_make_one_catch_up(portal: Portal) -> None:
    """F9: the clock is moved; what comes is one mail, of how things stand now."""
    portal.it_is(morning())
    admin = due_in(portal, 3, 10)
    with portal.at_work():
        portal.comes_to(**{admin: "sent"})
    assert portal.arrived() == {admin: 1}

    portal.it_is(morning(days=3))
    portal.hours_pass()
    due_in(portal, 6)
    with portal.at_work():
        # whoever looks after the portal may hear of the dead scheduler meanwhile
        until(lambda: portal.arrived()[admin] == 2, portal.log.read_text)
        portal.does("queue", EVA)
        until(lambda: "eva" in portal.arrived(), portal.log.read_text)
        assert portal.arrived()[admin] == 2
    first, catch_up = portal.does("digests")
    assert "quedan 3 días" in first
    assert ": 2 plazos; el más cercano: vence hoy" in catch_up
    assert portal.does("reminded") == [[3, 1], [10, 1], [0, 1], [3, 1]]
    assert portal.page().count("2 plazos; el más cercano") == 2
