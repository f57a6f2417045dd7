"""B5: a token is found nowhere but in the form that leaves, and encrypted at rest."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connection
from django.template import TemplateDoesNotExist
from django.test import Client, override_settings
from django.urls import reverse
from django.views.debug import ExceptionReporter

from attendance.models import OperatorAlert, Receipt, SenceSession, SenceToken
from attendance.services.sessions import start
from courses.models import Enrolment
from otec_portal.core import outbox
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn, enter
from tests.factories import NOW
from tests.factories.courses import EnrolmentFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
    start_failed,
    urlencoded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
CANARY = "ca4a57b1-7fe3-4c0d-9d2e-0123456789ab"
HALVES = (CANARY[:18], CANARY[18:])
THIRDS = (CANARY[:12], CANARY[12:24], CANARY[24:])
# whatever the portal reads of an answer, but for the nonce, by which it is found
READ = [
    *("CodSence", "CodigoCurso", "RunAlumno", "LineaCapacitacion", "IdSesionSence"),
    *("FechaHora", "ZonaHoraria"),
]
SPELLED = "".join(f"%{byte:02X}" for byte in CANARY.encode())


def add_by_admin(staff: Client, body: TrainingBody) -> SenceToken:
    """The one place where a token is typed."""
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"),
        {"training_body": body.pk, "label": "Canario", "secret": CANARY},
    )
    assert answer.status_code == 302, answer.content.decode()
    return SenceToken.objects.get(label="Canario")


def live(enrolment: Enrolment) -> list[bytes]:
    """Two sessions through all they may meet; SENCE echoes the token each time.

    Returns every page the participant saw but the two that carry the token.
    """
    client = enter(Client(), enrolment)
    pages = []

    def come_back(kind: str, fields: dict[str, str]) -> None:
        echoes = {"Token": CANARY, "Eco": CANARY, "Otro": SPELLED}
        body = urlencoded({**fields, **echoes}) + f"&Tercero={SPELLED}".encode()
        answer = post(kind, body)
        pages.extend([answer.content, client.get(answer["Location"]).content])

    def go(name: str) -> SenceSession:
        address = reverse(f"attendance:{name}", args=[enrolment.public_id])
        assert CANARY in client.post(address).content.decode()
        return SenceSession.objects.latest("pk")

    come_back("start_failed", start_failed(go("start"), "211;204;999"))
    for glosa in (CANARY, ";".join(HALVES), ",".join(THIRDS)):
        come_back("start_failed", start_failed(go("start"), glosa))
    session = go("start")
    come_back("start_confirmed", start_confirmed(session, RunAlumno="12345678-5"))
    for name in READ:
        come_back("start_confirmed", start_confirmed(session, **{name: CANARY}))
    come_back("start_confirmed", start_confirmed(session))
    session.refresh_from_db()
    go("close")
    come_back("close_failed", close_failed(session, "305"))
    for name in READ:
        go("close")
        come_back("close_failed", {**close_failed(session), name: CANARY})
    go("close")
    come_back("close_confirmed", close_confirmed(session, at=NOW))
    post("close_failed", {"IdSesionAlumno": "unknown", "Token": CANARY})
    for name in ("course", "status"):
        address = reverse(f"attendance:{name}", args=[enrolment.public_id])
        pages.append(client.get(address).content)
    return pages


def dump() -> Iterator[tuple[str, str]]:
    """Every column of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    plain = bytes(value) if isinstance(value, memoryview) else value
                    yield table, repr(plain)


def operator_pages(client: Client) -> Iterator[bytes]:
    for name in ("sessions", "receipts", "alerts"):
        yield client.get(reverse(f"attendance:{name}")).content
    yield client.get(reverse("home")).content
    for session in SenceSession.objects.all():
        for name in ("session", "report"):
            address = reverse(f"attendance:{name}", args=[session.public_id])
            answer = client.get(address)
            assert answer.status_code == 200
            yield b"".join(answer)
    for receipt in Receipt.objects.filter(decision__isnull=False):
        yield client.get(reverse("attendance:review", args=[receipt.public_id])).content


def admin_pages(staff: Client) -> Iterator[bytes]:
    """Every list and every form of Django's admin."""
    for model in apps.get_models():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        try:
            address = reverse(f"admin:{label}_changelist")
        except Exception:  # noqa: BLE001 - not in the admin
            continue
        yield staff.get(address).content
        for row in model._default_manager.all()[:20]:
            yield staff.get(reverse(f"admin:{label}_change", args=[row.pk])).content


def holds_it(text: str) -> bool:
    """Say whether the token, or a third of it, stands in `text`, encoded or not."""
    plain = unquote(unquote(text))
    return any(third in plain for third in THIRDS)


def test_canary_token_is_found_nowhere(
    staff: Client,
    admin: SignedIn,
    our_body: TrainingBody,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """B5: logs, screens, mails, admin pages, plain dump of the database."""
    caplog.set_level(logging.DEBUG)
    token = add_by_admin(staff, our_body)
    enrolment = EnrolmentFactory(action__course__training_body=our_body)
    places: list[Any] = [
        *live(enrolment),
        *operator_pages(admin.client),
        *admin_pages(staff),
    ]
    assert OperatorAlert.objects.count() >= 3
    outbox.send_due(now=NOW)
    assert mail.outbox
    places += [message.message().as_string() for message in mail.outbox]
    places += [record.getMessage() for record in caplog.records]
    places += [caplog.text]
    assert not holds_it("".join(map(str, places)))

    found = {table for table, text in dump() if holds_it(text)}
    assert found == set()
    assert token.masked == f"••••{CANARY[-4:]}"
    assert SenceToken.objects.get().secret == CANARY  # yet it is there, encrypted


def reported(crash: pytest.ExceptionInfo[BaseException]) -> str:
    """The report that Django would write of this crash, variables and all."""
    report = ExceptionReporter(None, crash.type, crash.value, crash.tb)
    return report.get_traceback_text() + report.get_traceback_html()


def test_canary_token_in_a_crash_of_its_page_is_not_in_the_report(
    enrolment: Enrolment, participant_client: Client
) -> None:
    """B5: the handover page breaks while it is written."""
    SenceToken.objects.update(secret=CANARY)
    address = reverse("attendance:start", args=[enrolment.public_id])
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {},
    }
    with (
        override_settings(TEMPLATES=[engine]),
        pytest.raises(TemplateDoesNotExist) as crash,
    ):
        participant_client.post(address)
    assert SenceSession.objects.count() == 1
    assert "_handover" in reported(crash)
    assert CANARY not in reported(crash)


def test_canary_token_in_a_crash_of_its_service_is_not_in_the_report(
    enrolment: Enrolment,
) -> None:
    """B5: the form is ready, and the database fails before it is handed out."""
    SenceToken.objects.update(secret=CANARY)

    def fail(execute: Any, sql: str, *args: Any) -> Any:
        if "attendance_handover" in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, *args)

    with (
        connection.execute_wrapper(fail),
        pytest.raises(OperationalError) as crash,
    ):
        start(enrolment, now=NOW)
    assert "_hand_over" in reported(crash)
    assert CANARY not in reported(crash)
