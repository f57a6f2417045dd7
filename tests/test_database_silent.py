"""A26: a database that is there and says nothing is one that is away, soon."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from attendance.models import Receipt, SenceSession
from otec_portal.core.database import answer_in_time, patience
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import post, start_confirmed
from tests.served import HOST, gunicorn

SOON = 10  # seconds


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.create_server((HOST, 0), backlog=50) as server:
        yield f"postgres://portal@{HOST}:{server.getsockname()[1]}/portal"


@pytest.mark.parametrize("kind", ["inicio", "cierre/error"])
def test_callback_before_a_silent_database_is_503_within_seconds(
    kind: str, silent: str, tmp_path: Path
) -> None:
    body = "IdSesionAlumno=abc&IdSesionSence=42"
    head = (
        f"POST /sence/{kind}/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with gunicorn(tmp_path, silent) as portal:
        began = time.monotonic()
        answer = portal.answer_to((head + body).encode())
        took = time.monotonic() - began
    assert answer.startswith("HTTP/1.1 503 ")
    assert "Retry-After: 15" in answer
    assert 'value="abc"' in answer
    assert took < SOON


def shown(name: str, *, web: bool) -> Any:
    """What a connection with our options says of its setting `name`."""
    other = connections["default"].copy()
    other.settings_dict["OPTIONS"] = patience()
    if web:
        answer_in_time({"default": other.settings_dict})
    try:
        with other.cursor() as cursor:
            cursor.execute(f"SHOW {name}")
            return cursor.fetchone()[0]
    finally:
        other.close()


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize(
    ("name", "of_the_web", "of_others"),
    [
        ("lock_timeout", "5s", "0"),
        ("statement_timeout", "20s", "0"),
        ("jit", "off", "off"),
    ],
)
def test_statements_are_limited_for_the_web_alone(
    name: str, of_the_web: str, of_others: str
) -> None:
    """A migration and the worker are never cut."""
    assert shown(name, web=True) == of_the_web
    assert shown(name, web=False) == of_others


def test_options_of_the_address_have_the_last_word() -> None:
    asked = "-c statement_timeout=3s"
    one: dict[str, Any] = {"ENGINE": "postgresql", "OPTIONS": {"options": asked}}
    answer_in_time({"default": one})
    assert one["OPTIONS"]["options"].endswith(asked)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("postgresql", "stopped_clock")
def test_callback_behind_a_lock_held_too_long_may_be_sent_again() -> None:
    session: SenceSession = SenceSessionFactory()
    fields = start_confirmed(session)
    held, enough = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            SenceSession.objects.select_for_update().get(pk=session.pk)
            held.set()
            enough.wait(30)
        connection.close()

    other = Thread(target=hold)
    other.start()
    assert held.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        answer = post("start_confirmed", fields)
    finally:
        enough.set()
        other.join(30)
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert Receipt.objects.count() == 1
    assert post("start_confirmed", fields).status_code == 303
