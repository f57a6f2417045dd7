"""Workers that die at the worst moment: no mail is lost, none comes twice by itself."""

import pytest

from tests.faults.mailboxes import HOLD
from tests.faults.portal import Portal, until

pytestmark = pytest.mark.redis
ANA, EVA = "ana@otec.example", "eva@otec.example"


def test_mail_of_a_worker_killed_before_smtp_arrives_once_later(portal: Portal) -> None:
    """F1: the recipient was being told: the server has no content yet."""
    boxes = portal.mailboxes
    boxes.script = {"RCPT": HOLD}
    portal.does("queue", ANA)
    with portal.at_work() as worker:
        until(lambda: boxes.reached, portal.log.read_text)
        worker.kill()
    boxes.release()
    assert portal.does("mails") == {ANA: ["sending", False, 1, ""]}
    assert portal.arrived() == {}

    portal.hours_pass()
    with portal.at_work():
        portal.comes_to(ana="sent")
    assert portal.arrived() == {"ana": 1}
    assert "Enviado" in portal.page()


def test_mail_of_a_worker_killed_after_smtp_is_uncertain_and_stays_one(
    portal: Portal,
) -> None:
    """F1: taken by the server, unknown to us: a person decides."""
    boxes = portal.mailboxes
    boxes.script = {"TAKEN": HOLD}
    portal.does("queue", ANA)
    with portal.at_work() as worker:
        until(lambda: boxes.reached, portal.log.read_text)
        worker.kill()
    boxes.release()
    assert portal.does("mails") == {ANA: ["sending", True, 1, ""]}

    portal.hours_pass()
    with portal.at_work():
        portal.comes_to(ana="uncertain")
        portal.hours_pass()
        portal.does("queue", EVA)  # it is at work, and leaves the other alone
        portal.comes_to(ana="uncertain", eva="sent")
    assert portal.arrived() == {"ana": 1, "eva": 1}
    assert "Dudoso" in portal.page()
    assert "1 correo no salió o quizás no llegó" in portal.page("/")


def test_batch_whose_worker_is_killed_in_its_middle_arrives_whole_and_once(
    portal: Portal,
) -> None:
    """F1: those before are sent, the one in hand is sent later, and so are the rest."""
    names = [f"p{number}" for number in range(5)]
    boxes = portal.mailboxes
    boxes.script, boxes.only = {"RCPT": HOLD}, "p2@otec.example"
    portal.does("queue", *(f"{name}@otec.example" for name in names))
    with portal.at_work() as worker:
        until(lambda: boxes.reached, portal.log.read_text)
        worker.kill()
    boxes.release()
    assert portal.arrived() == {"p0": 1, "p1": 1}

    portal.hours_pass()
    with portal.at_work():
        portal.comes_to(**dict.fromkeys(names, "sent"))
    assert portal.arrived() == dict.fromkeys(names, 1)


def test_two_schedulers_and_two_workers_send_every_mail_once(portal: Portal) -> None:
    """F10: whoever else is at it, the row decides."""
    names = [f"p{number}" for number in range(20)]
    with (
        portal.worker(),
        portal.worker(),
        portal.scheduler("one"),
        portal.scheduler("two"),
    ):
        portal.does("queue", *(f"{name}@otec.example" for name in names))
        portal.comes_to(**dict.fromkeys(names, "sent"))
        portal.does("queue", ANA)
        portal.comes_to(**dict.fromkeys(names, "sent"), ana="sent")
    assert portal.arrived() == dict.fromkeys([*names, "ana"], 1)


def test_worker_without_its_scheduler_says_so_and_lets_mail_leave(
    portal: Portal,
) -> None:
    """Who notices is the worker and the page, not the one that died."""
    portal.does("scheduler_died")
    portal.does("queue", ANA)
    with portal.worker():
        portal.comes_to(ana="sent", guardia="sent")
        assert portal.arrived() == {"ana": 1, "guardia": 1}
        assert "the scheduler is dead" in portal.log.read_text()
        assert "El programador del portal está detenido" in portal.page("/")
        status, told = portal.does("asked", "/health")
        assert (status, told["parts"]["scheduler"]) == (503, False)
        assert told["parts"]["worker"] is True
    with portal.worker(), portal.scheduler():
        until(lambda: "storage" in portal.does("pulses"), portal.log.read_text)
        until(lambda: portal.does("asked", "/health")[0] == 200)
        assert "Todo funciona" in portal.page("/sistema/")
