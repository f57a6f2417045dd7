"""Whom the callbacks and pages believe: A17, A20, A25, A26, B4."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from attendance.models import Receipt, SenceSession, SessionState
from courses.models import Enrolment
from tests.conftest import SignedIn, enter
from tests.factories import (
    SECRET,
    EnrolmentFactory,
    OperatorAlertFactory,
    ReceiptFactory,
    SenceSessionFactory,
)
from tests.sence_messages import post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
KINDS = ["start_confirmed", "start_failed", "close_confirmed", "close_failed"]


def page(name: str, enrolment: Enrolment) -> str:
    return reverse(f"attendance:{name}", args=[enrolment.public_id])


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    one: SenceSession = SenceSessionFactory(enrolment=enrolment)
    return one


@pytest.fixture
def other_client(our_body: object) -> Client:
    """The browser of participant B, of the same training body."""
    return enter(Client(), EnrolmentFactory(action__course__training_body=our_body))


def test_callback_posted_by_another_participant_never_shows_the_page(
    session: SenceSession, other_client: Client
) -> None:
    """A17: B posts A's id; B never gets into A's page."""
    answer = post("start_confirmed", start_confirmed(session), client=other_client)
    assert answer.status_code == 303
    seen = other_client.get(answer["Location"])
    told = seen.content.decode()
    person = session.enrolment.participant
    assert seen.status_code == 200
    for secret in (person.last_names, person.run, session.nonce):
        assert secret not in told
    assert str(session.enrolment.public_id) not in told
    assert other_client.get(page("course", session.enrolment)).status_code == 404


def test_callback_seen_without_any_cookie_tells_nothing(session: SenceSession) -> None:
    """A17"""
    answer = post("start_confirmed", start_confirmed(session))
    seen = Client().get(answer["Location"])
    assert seen.status_code == 200
    assert session.enrolment.participant.last_names not in seen.content.decode()


def test_callback_seen_by_its_participant_is_the_course_each_time(
    session: SenceSession, participant_client: Client
) -> None:
    """A2, A22: the same page however often it is opened."""
    answer = post("start_confirmed", start_confirmed(session))
    pages = [participant_client.get(answer["Location"]) for _ in range(3)]
    for seen in pages:
        assert seen.status_code == 200
        assert "Tu sesión está abierta" in seen.content.decode()
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("ticket", ["x", "1", "MQ:1wYz:sig", "ñ", "0" * 500])
def test_return_with_a_made_up_ticket_is_not_there(
    ticket: str, participant_client: Client
) -> None:
    """A4"""
    address = reverse("attendance:returned", args=[ticket])
    assert participant_client.get(address).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_callback_without_csrf_token_is_taken(session: SenceSession, kind: str) -> None:
    """A20: SENCE knows no token of ours."""
    strict = Client(enforce_csrf_checks=True)
    assert post(kind, start_failed(session), client=strict).status_code == 303
    assert not strict.cookies


def test_every_other_post_without_csrf_token_is_refused(
    enrolment: Enrolment, admin: SignedIn
) -> None:
    """A20: 403 for all that changes something and is not SENCE's."""
    alert = OperatorAlertFactory(training_body=enrolment.action.course.training_body)
    receipt = ReceiptFactory(session=SenceSessionFactory(enrolment=enrolment))
    addresses = [
        page("start", enrolment),
        page("close", enrolment),
        reverse("attendance:resolve_alert", args=[alert.public_id]),
        reverse("attendance:review", args=[receipt.public_id]),
        reverse("attendance:probe"),
        reverse("choose_membership"),
        reverse("login"),
        reverse("logout"),
        reverse("admin:login"),
    ]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin.membership.user)
    enter(strict, enrolment)
    assert {strict.post(address).status_code for address in addresses} == {403}


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


def test_flood_of_one_session_is_stopped_and_tells_when_to_come_back(
    session: SenceSession,
) -> None:
    """A25"""
    answers = [post("start_confirmed", start_confirmed(session)) for _ in range(125)]
    assert [one.status_code for one in answers] == [303] * 120 + [429] * 5
    assert answers[-1]["Retry-After"] == "60"


@contextmanager
def database_down() -> Iterator[None]:
    """Every statement fails as it does when the server is away."""

    def fail(*args: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        yield


def nobody(enrolment: Enrolment) -> Client:
    return Client()


def participant(enrolment: Enrolment) -> Client:
    return enter(Client(), enrolment)


@pytest.mark.parametrize("who", [nobody, participant])
@pytest.mark.parametrize("kind", KINDS)
def test_callback_while_the_database_is_down_may_be_sent_again(
    session: SenceSession, kind: str, who: Callable[[Enrolment], Client]
) -> None:
    """A26: 503, the same fields in a form; never "success"."""
    client = who(session.enrolment)
    fields = start_confirmed(session)
    with database_down():
        answer = post(kind, fields, client=client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    told = answer.content.decode()
    assert all(f'value="{value}"' in told for value in fields.values())
    assert not Receipt.objects.exists()
    assert post("start_confirmed", fields).status_code == 303
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


def test_callback_of_an_operator_while_the_database_is_down_is_no_success(
    session: SenceSession, admin: SignedIn
) -> None:
    """A26: a session cookie, which only a same-site stand-in brings along."""
    admin.client.raise_request_exception = False
    with database_down():
        answer = post("start_confirmed", start_confirmed(session), client=admin.client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")


def test_page_while_the_database_is_down_says_so(
    enrolment: Enrolment, participant_client: Client
) -> None:
    """A26"""
    participant_client.raise_request_exception = False
    with database_down():
        answer = participant_client.get(page("course", enrolment))
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")


def test_handover_is_for_the_enrolled_person_by_post_alone(
    enrolment: Enrolment, participant_client: Client, other_client: Client
) -> None:
    """B4: the page that carries the token."""
    address = page("start", enrolment)
    given = participant_client.post(address)
    assert given.status_code == 200
    assert SECRET in given.content.decode()
    assert "no-store" in given["Cache-Control"]

    looked = participant_client.get(address)
    assert (looked.status_code, looked["Location"]) == (302, page("course", enrolment))
    assert other_client.post(address).status_code == 404
    assert Client().post(address).status_code == 403
    for client in (other_client, Client()):
        assert SECRET not in client.post(address).content.decode()


def test_handover_of_the_close_carries_it_too_and_is_guarded_alike(
    enrolment: Enrolment, participant_client: Client, other_client: Client
) -> None:
    """B4"""
    SenceSessionFactory(enrolment=enrolment, opened=True)
    address = page("close", enrolment)
    assert other_client.post(address).status_code == 404
    assert Client().post(address).status_code == 403
    given = participant_client.post(address)
    assert SECRET in given.content.decode()
    assert "no-store" in given["Cache-Control"]


def test_start_while_one_is_open_goes_to_the_course(
    enrolment: Enrolment, participant_client: Client
) -> None:
    """A21: back, refresh: no second attempt."""
    SenceSessionFactory(enrolment=enrolment, opened=True)
    answer = participant_client.post(page("start", enrolment))
    assert (answer.status_code, answer["Location"]) == (302, page("course", enrolment))
    assert SenceSession.objects.count() == 1
