"""What operators see: lists in constant queries, evidence without secrets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import SenceSession, SessionState
from attendance.views import operator
from courses.models import Enrolment
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW, SECRET
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.sence_messages import (
    close_confirmed,
    start_confirmed,
    start_failed,
    urlencoded,
)

pytestmark = pytest.mark.django_db
BODY = '"attendance_receipt"."body"'
FORM = "application/x-www-form-urlencoded"
PART_QUERIES = 8


def _post(name: str, fields: dict[str, str]) -> int:
    url = reverse(f"attendance:{name}")
    return Client().post(url, urlencoded(fields), content_type=FORM).status_code


def _one_of_each(body: TrainingBody) -> None:
    """A running session, one that expired and got its close late, one that failed."""

    def enrolled() -> Enrolment:
        enrolment: Enrolment = EnrolmentFactory(action__course__training_body=body)
        return enrolment

    running = SenceSessionFactory(enrolment=enrolled())
    _post("start_confirmed", start_confirmed(running))
    expired = SenceSessionFactory(
        enrolment=enrolled(), expired=True, started_at=NOW - timedelta(hours=4)
    )
    _post("close_confirmed", close_confirmed(expired))
    failed = SenceSessionFactory(enrolment=enrolled())
    _post("start_failed", start_failed(failed, "208"))


SIGNING_IN = 5  # queries: session, user, second factor, profile, its regions


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("attendance:sessions", 3),
        ("attendance:receipts", 2),
        ("attendance:alerts", 2),
        ("live", 2),
    ],
)
def test_list_with_more_rows_asks_the_same_number_of_queries(
    name: str,
    queries: int,
    admin: SignedIn,
    our_body: TrainingBody,
    stopped_clock: object,
) -> None:
    """None of them reads what came: a body may have megabytes."""
    for rows in (1, 4):
        for _ in range(rows):
            _one_of_each(our_body)
            OperatorAlertFactory(training_body=our_body)
        with CaptureQueriesContext(connection) as asked:
            assert admin.client.get(reverse(name)).status_code == 200
        assert len(asked) == SIGNING_IN + queries
        assert BODY not in " ".join(query["sql"] for query in asked)


@pytest.mark.parametrize("messages", [1, 5])
def test_session_page_with_more_messages_asks_the_same_number_of_queries(
    messages: int, admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    session = SenceSessionFactory(enrolment__action__course__training_body=our_body)
    for _ in range(messages):
        _post("start_confirmed", start_confirmed(session))
    url = reverse("attendance:session", args=[session.public_id])
    with CaptureQueriesContext(connection) as asked:
        assert admin.client.get(url).status_code == 200
    assert len(asked) == SIGNING_IN + 7


def test_list_that_renews_itself_keeps_its_address_and_sends_no_page(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    """Issue 2: seen live, filtered and paged as it was; no more than the list."""
    _one_of_each(our_body)
    asked = {"state": "now", "pagina": "1"}
    url = reverse("attendance:sessions")
    whole = admin.client.get(url, asked)
    with CaptureQueriesContext(connection) as queries:
        part = admin.client.get(url, asked, headers={"HX-Request": "true"})
    assert 'hx-get="?state=now&amp;pagina=1"' in whole.content.decode()
    assert part.content.decode() in whole.content.decode()
    assert 'data-says="1 sesión en la lista; 1 en curso' in part.content.decode()
    assert "<h1>" not in part.content.decode()
    assert len(queries) == PART_QUERIES
    for _ in range(3):
        _one_of_each(our_body)
    with CaptureQueriesContext(connection) as more:
        admin.client.get(url, asked, headers={"HX-Request": "true"})
    assert len(more) == PART_QUERIES


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("now", 1),
        (SessionState.OPEN, 1),
        (SessionState.EXPIRED, 1),
        (SessionState.FAILED, 1),
        (SessionState.CLOSED, 0),
        ("no-hay-tal", 0),
    ],
)
def test_sessions_by_state_are_those_in_it(
    state: str,
    found: int,
    admin: SignedIn,
    our_body: TrainingBody,
    stopped_clock: object,
) -> None:
    _one_of_each(our_body)
    answer = admin.client.get(reverse("attendance:sessions"), {"state": state})
    assert len(answer.context["rows"]) == found


def test_session_past_its_limit_is_shown_expired_before_any_job_ran(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    """Limits go by the clock, not by whether a job has run yet."""
    session = SenceSessionFactory(
        enrolment__action__course__training_body=our_body,
        opened=True,
        started_at=NOW - timedelta(hours=3, seconds=1),
    )
    url = reverse("attendance:sessions")
    expired = admin.client.get(url, {"state": "expired"}).context["rows"]
    assert [row.session for row in expired] == [session]
    assert expired[0].state == SessionState.EXPIRED
    assert admin.client.get(url, {"state": "open"}).context["rows"] == []
    session.refresh_from_db()
    assert session.state == SessionState.OPEN  # a GET never writes


@pytest.mark.parametrize("who", ["45.", "apellido", "6000"])
def test_sessions_by_who_finds_run_name_or_action(
    who: str, admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    session = SenceSessionFactory(enrolment__action__course__training_body=our_body)
    typed = {
        "45.": session.run,
        "apellido": session.enrolment.participant.last_names.upper(),
        "6000": session.action_code,
    }[who]
    SenceSessionFactory(enrolment__action__course__training_body=our_body)
    answer = admin.client.get(reverse("attendance:sessions"), {"who": typed})
    assert [row.session for row in answer.context["rows"]] == [session]


def test_session_page_shows_every_message_but_no_secret(
    admin: SignedIn,
    participant_client: Client,
    enrolment: Enrolment,
    stopped_clock: object,
) -> None:
    """C4: nonce and token stand on no screen."""
    start = reverse("attendance:start", args=[enrolment.public_id])
    participant_client.post(start)
    session = SenceSession.objects.get()
    _post("start_confirmed", start_confirmed(session))

    page = admin.client.get(
        reverse("attendance:session", args=[session.public_id])
    ).content.decode()

    assert "Formulario de inicio entregado" in page
    assert "Inicio confirmado" in page
    assert f"••••{SECRET[-4:]}" in page
    assert session.nonce not in page
    assert SECRET not in page


def test_report_for_sence_has_everything_but_the_token(
    admin: SignedIn,
    participant_client: Client,
    enrolment: Enrolment,
    stopped_clock: object,
) -> None:
    """300, 302, 304, 305: "with as much background as possible"."""
    start = reverse("attendance:start", args=[enrolment.public_id])
    participant_client.post(start)
    session = SenceSession.objects.get()
    _post("start_failed", start_failed(session, "300"))

    answer = admin.client.get(reverse("attendance:report", args=[session.public_id]))

    text = b"".join(answer).decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert f"IdSesionAlumno = {session.nonce}" in text
    assert "GlosaError = 300" in text
    assert "Token = (borrado)" in text
    assert SECRET not in text
    assert SECRET[-4:] not in text


@pytest.mark.parametrize("life", ["", "opened", "closing", "expired", "closed"])
def test_report_for_sence_names_a_session_only_once_nobody_can_answer_for_it(
    admin: SignedIn, enrolment: Enrolment, stopped_clock: object, life: str
) -> None:
    """C4: who knows the identifier of a live session can answer for SENCE."""
    session = SenceSessionFactory(enrolment=enrolment, **({life: True} if life else {}))
    _post("start_confirmed", start_confirmed(session, FechaHora=""))
    answer = admin.client.get(reverse("attendance:report", args=[session.public_id]))
    told = b"".join(answer).decode()
    live = life in {"", "opened", "closing"}
    assert (session.nonce in told) == (not live)
    assert "antecedentes de un error" not in told


def test_report_for_sence_of_an_error_is_headed_so(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    _post("start_failed", start_failed(session, "300"))
    answer = admin.client.get(reverse("attendance:report", args=[session.public_id]))
    assert "antecedentes de un error" in b"".join(answer).decode()


def test_probe_with_nobody_there_says_so_in_words(
    admin: SignedIn, settings: object
) -> None:
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    answer = admin.client.post(reverse("attendance:probe"))
    assert "No se pudo conectar" in answer.content.decode()


def test_probe_pressed_again_and_again_is_slowed_down(
    admin: SignedIn,
    rival: SignedIn,
    stopped_clock: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a person, and of a training body; nobody else waits for them."""
    monkeypatch.setattr(operator, "probe_sence", list)
    url = reverse("attendance:probe")

    def pressed(who: SignedIn) -> int:
        return who.client.post(url).status_code

    assert [pressed(admin) for _ in range(5)] == [200] * 4 + [429]
    assert pressed(rival) == 200
    body = admin.membership.training_body
    others = [sign_in(body, Role.NATIONAL_ADMIN) for _ in range(2)]
    assert [pressed(one) for one in others for _ in range(3)] == [200] * 5 + [429]


def test_what_came_can_not_pass_for_a_line_of_the_report(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """Neither in the text for SENCE nor on the page, by value or by name."""
    session = SenceSessionFactory(enrolment=enrolment)
    forged = "x\n  Advertencia: inventada\u202e"
    _post("start_failed", start_failed(session, **{"Otro": forged, "Ot\nra": "1"}))
    report = admin.client.get(reverse("attendance:report", args=[session.public_id]))
    lines = b"".join(report).decode().splitlines()
    assert "  Otro = x\\n  Advertencia: inventada\\u202e" in lines
    assert "  Ot\\nra = 1" in lines
    page = admin.client.get(reverse("attendance:session", args=[session.public_id]))
    assert "\u202e" not in page.content.decode()


@pytest.mark.parametrize("times", [1, 2])
def test_review_of_an_answer_that_needs_none_offers_no_verdict(
    times: int, admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    """Applied or repeated: whatever was chosen would be refused."""
    session = SenceSessionFactory(enrolment__action__course__training_body=our_body)
    for _ in range(times):
        _post("start_confirmed", start_confirmed(session))
    receipt = session.receipts.latest("pk")
    page = admin.client.get(reverse("attendance:review", args=[receipt.public_id]))
    told = page.content.decode()
    assert "Esta respuesta no necesita revisión." in told
    assert "Guardar revisión" not in told
