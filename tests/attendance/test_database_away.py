"""While the database is away nothing is lost, and nothing is called a success (A26)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from attendance.models import Outcome, Receipt, SenceSession, SessionState
from attendance.services.callbacks import PENDING_AFTER, decide_pending
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.conftest import SignedIn, enter
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import FORM, post, start_confirmed, start_failed, urlencoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
KINDS = ["start_confirmed", "start_failed", "close_confirmed", "close_failed"]


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    one: SenceSession = SenceSessionFactory(enrolment=enrolment)
    return one


@contextmanager
def database_down(
    *, after: str = "", fault: type[Exception] = OperationalError
) -> Iterator[None]:
    """Every statement fails as when the server is away; or each `after` one is done."""
    gone = not after

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal gone
        if gone:
            raise fault("server closed the connection unexpectedly")
        gone = sql.startswith(after)
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        yield


def nobody(enrolment: Enrolment) -> Client:
    return Client()


def participant(enrolment: Enrolment) -> Client:
    return enter(Client(), enrolment)


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError, InternalError])
def test_callback_at_each_fault_of_the_database_may_be_sent_again(
    session: SenceSession, fault: type[Exception]
) -> None:
    """A26"""
    with database_down(fault=fault):
        answer = post("start_confirmed", start_confirmed(session))
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")


@pytest.mark.usefixtures("postgresql")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_database_that_takes_no_writes_is_answered_as_one_that_is_away(
    session: SenceSession, participant_client: Client
) -> None:
    """A26: a standby, until it takes over."""
    participant_client.raise_request_exception = False
    start = reverse("attendance:start", args=[session.enrolment.public_id])
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    answers = [
        post("start_confirmed", start_confirmed(session)),
        participant_client.post(start),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
    assert [answer.status_code for answer in answers] == [503, 503]
    assert post("start_confirmed", start_confirmed(session)).status_code == 303


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
    assert answer["Cache-Control"] == "no-store"
    told = answer.content.decode()
    assert all(f'value="{value}"' in told for value in fields.values())
    assert "No sabemos si la respuesta de SENCE quedó guardada" in told
    assert not Receipt.objects.exists()
    assert post("start_confirmed", fields).status_code == 303
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


def test_callback_while_the_database_is_down_gives_back_every_field_but_the_token(
    session: SenceSession,
) -> None:
    """A26, B5"""
    many = {f"Otro{n}": f"valor-{n}" for n in range(200)}
    tokens = {" Token": SECRET, "tOKEN ": f"x{SECRET}"}
    with database_down():
        answer = post("close_failed", {**start_failed(session), **many, **tokens})
    told = answer.content.decode()
    assert all(f'value="{value}"' in told for value in many.values())
    assert SECRET not in told
    assert told.count('value="(borrado)"') == 2


def test_callback_in_chunks_while_the_database_is_down_may_be_sent_again(
    session: SenceSession,
) -> None:
    """A26: what can be read from the connection once only is not lost."""
    environ: dict[str, Any] = {
        "wsgi.input": BytesIO(urlencoded(start_confirmed(session))),
        "wsgi.input_terminated": True,
    }
    url = reverse("attendance:start_confirmed")
    with database_down():
        answer = Client().generic("POST", url, content_type=FORM, **environ)
    assert answer.status_code == 503
    assert f'value="{session.nonce}"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_callback_stored_before_the_database_goes_away_counts_once(
    session: SenceSession,
) -> None:
    """A26, F5: stored and not decided: sent again it opens, the first is a copy."""
    fields = start_confirmed(session)
    with database_down(after='INSERT INTO "attendance_receipt"'):
        assert post("start_confirmed", fields).status_code == 503
    stored = Receipt.objects.get()
    session.refresh_from_db()
    assert (stored.outcome, session.state) == ("", SessionState.STARTING)
    assert post("start_confirmed", fields).status_code == 303
    assert decide_pending(now=NOW + PENDING_AFTER) == 1
    assert sorted(one.outcome for one in Receipt.objects.all()) == [
        Outcome.APPLIED,
        Outcome.REPEATED,
    ]
    assert TransitionLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_callback_stored_and_never_sent_again_is_decided_by_the_job(
    session: SenceSession,
) -> None:
    """A26, F5"""
    with database_down(after='INSERT INTO "attendance_receipt"'):
        assert post("start_confirmed", start_confirmed(session)).status_code == 503
    assert decide_pending(now=NOW + PENDING_AFTER) == 1
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
        answer = participant_client.get(
            reverse("attendance:course", args=[enrolment.public_id])
        )
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
