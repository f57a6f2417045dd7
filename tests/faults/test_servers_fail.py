"""Servers that are emptied, restarted, stall, refuse or hang up."""

import pytest
import redis

from tests.faults.mailboxes import DROP, HOLD
from tests.faults.portal import Portal, Postgres, until

pytestmark = pytest.mark.redis
ANA, EVA = "ana@otec.example", "eva@otec.example"


def test_redis_emptied_loses_nothing(portal: Portal) -> None:
    """F4: due work is found again in PostgreSQL."""
    boxes = portal.mailboxes
    with portal.at_work():
        boxes.script = {"RCPT": HOLD}
        portal.does("queue", ANA)
        until(lambda: boxes.reached, portal.log.read_text)
        with redis.from_url(portal.environment["REDIS_URL"]) as client:
            client.flushall()
        portal.does("queue", EVA)
        boxes.release()
        portal.comes_to(ana="sent", eva="sent")
        portal.does("queue", "iris@otec.example")
        portal.comes_to(ana="sent", eva="sent", iris="sent")
    assert portal.arrived() == {"ana": 1, "eva": 1, "iris": 1}


def test_postgresql_restarted_while_the_server_takes_a_mail_is_told_afterwards(
    portal: Portal, postgres: Postgres
) -> None:
    """F5: retried; nothing twice. The worker holds what it knows until it can say."""
    boxes = portal.mailboxes
    with portal.at_work():
        boxes.script, boxes.only = {"TAKEN": HOLD}, ANA
        portal.does("queue", ANA, EVA)
        until(lambda: boxes.reached, portal.log.read_text)
        postgres.restart()
        boxes.release()
        portal.comes_to(ana="sent", eva="sent")
    assert portal.arrived() == {"ana": 1, "eva": 1}


def test_postgresql_restarted_before_the_content_lets_the_mail_leave_later(
    portal: Portal, postgres: Postgres
) -> None:
    """F5: the note that it goes can't be written: so it does not go."""
    boxes = portal.mailboxes
    with portal.at_work():
        boxes.script = {"RCPT": HOLD}
        portal.does("queue", ANA)
        until(lambda: boxes.reached, portal.log.read_text)
        postgres.restart()
        boxes.release()
        until(lambda: portal.does("mails")[ANA][0] != "sending", portal.log.read_text)
        portal.hours_pass()
        portal.comes_to(ana="sent")
    assert portal.arrived() == {"ana": 1}


@pytest.mark.parametrize(
    ("step", "answer", "failure", "words"),
    [
        ("RCPT", "451 4.7.1 greylisted", "later", "pidió intentarlo más tarde"),
        ("RCPT", DROP, "dropped", "se cortó antes de entregar"),
        ("RCPT", HOLD, "dropped", "se cortó antes de entregar"),
        ("DATA", "452 4.2.2 full", "later", "pidió intentarlo más tarde"),
    ],
)
def test_mail_that_a_server_does_not_take_now_arrives_once_later(
    portal: Portal, step: str, answer: str, failure: str, words: str
) -> None:
    """F6: backoff, the next try shown."""
    portal.mailboxes.script = {step: answer}
    portal.does("queue", ANA)
    with portal.at_work():
        portal.comes_to(ana="retrying")
        assert portal.does("mails") == {ANA: ["retrying", False, 1, failure]}
        shown = portal.page()
        assert "Se reintentará" in shown
        assert words in shown
        assert portal.arrived() == {}
        portal.mailboxes.release()
        portal.hours_pass()
        portal.comes_to(ana="sent")
    assert portal.arrived() == {"ana": 1}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("RCPT", "El servidor rechazó la dirección del destinatario"),
        ("DATA", "El servidor rechazó el contenido del correo"),
    ],
)
def test_mail_refused_for_good_is_shown_and_not_tried_again(
    portal: Portal, step: str, words: str
) -> None:
    """F6: permanent refusals: shown to who can act; the others leave."""
    portal.mailboxes.script, portal.mailboxes.only = {step: "550 5.1.1 no"}, ANA
    portal.does("queue", ANA, EVA)
    with portal.at_work():
        portal.comes_to(ana="refused", eva="sent")
        portal.mailboxes.release()
        portal.hours_pass()
        portal.does("queue", "iris@otec.example")
        portal.comes_to(ana="refused", eva="sent", iris="sent")
    assert portal.arrived() == {"eva": 1, "iris": 1}
    assert words in portal.page()
    assert "1 correo no salió" in portal.page("/")


@pytest.mark.parametrize("answer", [DROP, HOLD])
def test_mail_that_was_taken_without_a_word_is_uncertain_and_stays_one(
    portal: Portal, answer: str
) -> None:
    """F6: the server hangs up, or falls silent, after the end of the content."""
    portal.mailboxes.script = {"TAKEN": answer}
    portal.does("queue", ANA)
    with portal.at_work():
        portal.comes_to(ana="uncertain")
        portal.mailboxes.release()
        portal.hours_pass()
        portal.does("queue", EVA)
        portal.comes_to(ana="uncertain", eva="sent")
    assert portal.arrived() == {"ana": 1, "eva": 1}
    assert "pudo haber llegado" in portal.page()
