"""How much one session, one stranger and all strangers may send (A25)."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from attendance.models import Receipt, SenceSession, SessionState
from attendance.sence.incoming import Incoming
from attendance.services import callbacks as services
from attendance.views import callbacks
from attendance.views.callbacks import (
    ANSWERS_OF_A_SESSION,
    BIG,
    BYTES_OF_A_SESSION,
    SMALL,
    STRANGERS_OF_A_NETWORK,
)
from courses.models import Enrolment
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import post, start_confirmed, start_failed, urlencoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    one: SenceSession = SenceSessionFactory(enrolment=enrolment)
    return one


def test_class_of_200_behind_one_address_gets_through(our_body: object) -> None:
    """A25: a class behind one NAT."""
    sessions = [SenceSessionFactory() for _ in range(200)]
    answers = [post("start_confirmed", start_confirmed(one)) for one in sessions]
    assert {answer.status_code for answer in answers} == {303}
    assert SenceSession.objects.filter(state=SessionState.OPEN).count() == 200


def test_flood_of_unknown_ids_is_stopped_and_others_still_get_through(
    session: SenceSession,
) -> None:
    """A25: a flood does not take the portal down, nor fill its disk."""
    codes = [
        post("start_confirmed", f"IdSesionAlumno=u{n}".encode()).status_code
        for n in range(100)
    ]
    assert codes == [404] * 60 + [429] * 40
    assert Receipt.objects.count() == 60
    assert post("start_confirmed", start_confirmed(session)).status_code == 303


def test_flood_of_unknown_ids_from_one_ipv6_network_is_stopped() -> None:
    """A25: a customer has 2^64 addresses."""
    codes = [
        unknown(f"2001:db8:1:2:{n:x}::1").status_code
        for n in range(STRANGERS_OF_A_NETWORK + 1)
    ]
    assert codes == [404] * STRANGERS_OF_A_NETWORK + [429]
    assert unknown("2001:db8:1:3::1").status_code == 404


def test_flood_of_unknown_ids_from_everywhere_is_stopped(
    session: SenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A25: and known sessions get through all the same."""
    assert callbacks.STRANGERS_IN_ALL == 600
    monkeypatch.setattr(callbacks, "STRANGERS_IN_ALL", 3)
    codes = [unknown(f"203.0.113.{n}").status_code for n in range(5)]
    assert codes == [404] * 3 + [429] * 2
    assert post("start_confirmed", start_confirmed(session)).status_code == 303


def unknown(address: str) -> HttpResponse:
    """A callback for a session that nobody knows, from `address`."""
    url = reverse("attendance:start_confirmed")
    answer = Client(REMOTE_ADDR=address).post(url, {"IdSesionAlumno": "unknown"})
    assert isinstance(answer, HttpResponse)
    return answer


def test_bytes_of_one_session_are_limited_per_minute(
    session: SenceSession, stopped_clock: time_machine.Traveller
) -> None:
    """A25: a hostile browser must not fill the disk; what was accepted stays."""
    head = urlencoded(start_failed(session)) + b"&Otro="
    half = head + b"x" * (BYTES_OF_A_SESSION // 2 - len(head))
    codes = [post("start_failed", half).status_code for _ in range(2)]
    not_small = head + b"x" * (SMALL + 1 - len(head))
    refused = post("start_failed", not_small)
    assert (codes, refused.status_code) == ([303, 303], 429)
    assert [bytes(one.body) for one in Receipt.objects.all()] == [half, half]
    stopped_clock.move_to(NOW + timedelta(minutes=1))
    assert post("start_failed", not_small).status_code == 303


@pytest.mark.parametrize("size", [1_000, SMALL])
def test_answer_of_sence_counts_after_junk_spent_the_bytes_of_its_session(
    session: SenceSession, size: int
) -> None:
    """A1, A25: every answer with a usable id is stored before anything is decided."""
    junk = f"IdSesionAlumno={session.nonce}&Otro=".encode() + b"x" * 2_000_000
    codes = [post("start_confirmed", junk).status_code for _ in range(5)]
    assert codes == [303] * 2 + [429] * 3
    head = urlencoded(start_confirmed(session)) + b"&Otro="
    answer = head + b"x" * (size - len(head))
    assert post("start_confirmed", answer).status_code == 303
    session.refresh_from_db()
    assert session.state == SessionState.OPEN
    assert bytes(Receipt.objects.latest("pk").body) == answer


def test_answer_of_sence_counts_whatever_number_of_large_ones_came(
    session: SenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A25"""
    monkeypatch.setattr(callbacks, "ANSWERS_OF_A_SESSION", 2)
    junk = f"IdSesionAlumno={session.nonce}&Otro=".encode() + b"x" * SMALL
    for _ in range(3):
        post("start_confirmed", junk)
    assert post("start_confirmed", start_confirmed(session)).status_code == 303
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


def test_small_answers_of_one_session_are_bounded_too() -> None:
    """A25: less than two MiB a minute besides the others."""
    assert ANSWERS_OF_A_SESSION * SMALL <= 2 * 2**20


def test_bytes_of_one_session_do_not_touch_another(session: SenceSession) -> None:
    body = urlencoded(start_failed(session)) + b"&Otro="
    for _ in range(2):
        post("start_failed", body + b"x" * (BYTES_OF_A_SESSION // 2))
    other = SenceSessionFactory()
    assert post("start_failed", start_failed(other)).status_code == 303


def test_big_bodies_of_one_network_are_refused_before_they_are_read(
    session: SenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A25: reading megabytes is work; a class's own answers are small."""
    monkeypatch.setattr(callbacks, "BIG_BYTES_OF_A_NETWORK", 2 * BIG)
    read: list[int] = []
    parsed = services.read

    def counted(one: services.Envelope) -> Incoming:
        read.append(len(one.body))
        return parsed(one)

    monkeypatch.setattr(services, "read", counted)
    head = b"IdSesionAlumno=unknown&Otro="
    big = head + b"x" * (BIG + 1 - len(head))
    assert [post("start_failed", big).status_code for _ in range(2)] == [404, 429]
    assert read == [BIG + 1]
    assert post("start_failed", start_failed(session)).status_code == 303


def test_big_bodies_of_one_session_are_refused_before_they_are_read(
    session: SenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A25"""
    monkeypatch.setattr(callbacks, "BYTES_OF_A_SESSION", 2 * BIG)
    head = urlencoded(start_failed(session)) + b"&Otro="
    big = head + b"x" * (BIG + 1 - len(head))
    assert post("start_failed", big).status_code == 303
    monkeypatch.setattr(services, "read", None)
    assert post("start_failed", big).status_code == 429


@pytest.mark.parametrize("known", ["form", "multipart"])
def test_big_body_of_a_session_is_kept_whatever_junk_its_address_sent(
    session: SenceSession, known: str
) -> None:
    """A1, A25: every receipt that has a usable id is kept."""
    junk = b"IdSesionAlumno=unknown&Otro=" + b"x" * 2_000_000
    codes = [post("start_confirmed", junk).status_code for _ in range(12)]
    assert codes == [404] * 8 + [429] * 4
    nonce, rest = session.nonce.encode(), b"x" * 2_000_000
    if known == "form":
        answer = post("start_confirmed", b"IdSesionAlumno=" + nonce + b"&O=" + rest)
    else:
        part = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        body = part % (b"O", rest) + part % (b"IdSesionAlumno", nonce) + b"--x--"
        content_type = "multipart/form-data; boundary=x"
        answer = post("start_confirmed", body, content_type=content_type)
    assert answer.status_code == 303
    assert Receipt.objects.filter(session=session).count() == 1


def test_big_body_with_an_oddly_spelled_id_still_counts_for_its_session(
    session: SenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the look at a glance overlooks, reading finds."""
    monkeypatch.setattr(callbacks, "BYTES_OF_A_SESSION", 2 * BIG)
    head = f"%49dSesionAlumno={session.nonce}&Otro=".encode()
    big = head + b"x" * (BIG + 1 - len(head))
    codes = [post("start_confirmed", big).status_code for _ in range(2)]
    assert codes == [303, 429]


def test_flood_of_one_session_is_stopped_and_tells_when_to_come_back(
    session: SenceSession,
) -> None:
    """A25"""
    answers = [post("start_confirmed", start_confirmed(session)) for _ in range(125)]
    assert [one.status_code for one in answers] == [303] * 120 + [429] * 5
    assert answers[-1]["Retry-After"] == "60"
