"""Whom the callbacks and pages believe: A17, A20, B4."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import Receipt, SenceSession
from courses.models import Enrolment
from tests.conftest import SignedIn, enter
from tests.factories import SECRET
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.sence_messages import KINDS, post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


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
    post("close_confirmed", start_confirmed(SenceSessionFactory(enrolment=enrolment)))
    receipt = Receipt.objects.get()
    addresses = [
        page("start", enrolment),
        page("close", enrolment),
        reverse("attendance:resolve_alert", args=[alert.public_id]),
        reverse("attendance:review", args=[receipt.public_id]),
        reverse("attendance:probe"),
        reverse("choose_membership"),
        reverse("login"),
        reverse("logout"),
    ]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = admin.client.cookies
    for client in (strict, admin.client):
        enter(client, enrolment)
    assert {strict.post(address).status_code for address in addresses} == {403}
    # it is the token that was missing: without that check each is let in
    let_in = {admin.client.post(address).status_code for address in addresses}
    assert let_in <= {200, 302}


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


@pytest.mark.parametrize("name", ["course", "start", "close"])
def test_page_of_another_person_says_to_open_the_own_link(
    name: str, enrolment: Enrolment, other_client: Client
) -> None:
    """Two people on one computer; A17: what isn't there is answered alike."""
    SenceSessionFactory(enrolment=enrolment, opened=True)
    ask = other_client.get if name == "course" else other_client.post
    answer = ask(page(name, enrolment))
    told = answer.content.decode()
    assert answer.status_code == 404
    assert "En este navegador entró otra persona" in told
    assert "tu enlace ya no sirve" in told  # it ended with an import, or was replaced
    assert "pide uno nuevo a tu OTEC" in told
    assert "/ingresar" not in told
    for secret in (enrolment.participant.last_names, enrolment.participant.run):
        assert secret not in told
    nowhere = reverse(f"attendance:{name}", args=[uuid.uuid4()])
    absent = other_client.get(nowhere)
    assert (absent.status_code, absent.content.decode()) == (404, told)
