"""The pages of the tokens: shown, revoked, and where they went."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import (
    AlertSubject,
    Decision,
    Handover,
    Outcome,
    SenceSession,
    TokenState,
)
from attendance.services.alerts import Trouble, raise_alert
from courses.models import Enrolment
from otec_portal.core.models import AuditEntry, OutgoingEmail, TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import post, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
LIST = "/tokens/"


def used(body: TrainingBody, *, minutes: int = 0, **more: object) -> SenceSession:
    """A session whose start form has left with the body's token."""
    session = SenceSessionFactory(
        enrolment=EnrolmentFactory(action__course__training_body=body), **more
    )
    Handover.objects.create(
        session=session,
        step="start",
        token=session.token,
        url="https://sistemas.sence.cl/",
        fields={},
        at=NOW + timedelta(minutes=minutes),
    )
    return session


def refused(session: SenceSession, *codes: str) -> None:
    receipt = ReceiptFactory(session=session, kind="start_failed")
    Decision.objects.create(
        receipt=receipt,
        outcome=Outcome.APPLIED,
        codes=[code for code in codes if code],
        at=NOW,
    )


def test_result_of_a_token_is_not_what_nobody_believes(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    session = used(our_body, opened=True)
    receipt = ReceiptFactory(session=session, kind="start_failed")
    Decision.objects.create(
        receipt=receipt, outcome=Outcome.QUARANTINED, codes=["212"], at=NOW
    )
    page = admin.client.get(LIST).content.decode()
    assert "Aceptado por SENCE" in page
    assert "Error 212" not in page


def test_tokens_are_ours_alone_in_constant_queries(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.client.get(LIST)
        return len(queries)

    SenceTokenFactory(training_body=rival_body, label="Token rival")
    refused(used(our_body), "211")
    few = count()
    for n in range(3):
        token = SenceTokenFactory(training_body=our_body, label=f"Token {n}")
        session = used(our_body)
        Handover.objects.create(
            session=session, step="start", token=token, url="x", fields={}, at=NOW
        )
    assert count() == few
    assert few <= 11
    assert "Token rival" not in admin.client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("made", "codes", "label"),
    [
        ({}, [], "Esperando a SENCE"),
        ({"opened": True}, [], "Aceptado por SENCE"),
        ({"failed": True}, ["211"], "Error 211"),
        ({"failed": True}, [""], "Error sin código"),
        ({"abandoned": True}, [], "Sin respuesta de SENCE"),
    ],
)
def test_token_last_result_is_told_in_words(
    made: dict[str, bool],
    codes: list[str],
    label: str,
    admin: SignedIn,
    our_body: TrainingBody,
) -> None:
    session = used(our_body, **made)
    if codes:
        refused(session, *codes)
    assert label in admin.client.get(LIST).content.decode()
    url = reverse("attendance:token", args=[session.token.public_id])
    page = admin.client.get(url).content.decode()
    assert label in page
    assert session.action_code in page


def test_token_in_doubt_says_by_which_code_and_shows_all_of_the_answer(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    session = used(enrolment.action.course.training_body)
    post("start_failed", start_failed(session, "204;212"))
    detail = reverse("attendance:token", args=[session.token.public_id])
    for url in (LIST, detail):
        page = admin.client.get(url).content.decode()
        assert "Errores 204, 212" in page
        assert "204: " in page
        assert "212: " in page
    assert "Está en duda por el código 212" in page
    assert "Código 212, el " in admin.client.get(LIST).content.decode()


def test_token_never_used_says_so(admin: SignedIn, our_body: TrainingBody) -> None:
    token = SenceTokenFactory(training_body=our_body)
    url = reverse("attendance:token", args=[token.public_id])
    assert "Todavía no se ha usado" in admin.client.get(url).content.decode()


def test_token_actions_come_by_their_last_use(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    older, newer = used(our_body, minutes=1), used(our_body, minutes=9)
    url = reverse("attendance:token", args=[older.token.public_id])
    rows = admin.client.get(url).context["rows"]
    assert [row.action_code for row, _ in rows] == [
        newer.action_code,
        older.action_code,
    ]
    assert rows[0][0].last_used_at == NOW + timedelta(minutes=9)


def test_token_replaced_in_an_attempt_counts_for_both(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """By the forms that left, not by the token the session has now."""
    session = used(our_body)
    old = session.token
    session.token = SenceTokenFactory(training_body=our_body)
    session.save()
    url = reverse("attendance:token", args=[old.public_id])
    assert session.action_code in admin.client.get(url).content.decode()


def test_token_revoked_asks_first_and_warns_of_the_last(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    token = SenceTokenFactory(training_body=our_body)
    url = reverse("attendance:revoke_token", args=[token.public_id])
    assert "Es el único que queda" in admin.client.get(url).content.decode()
    SenceTokenFactory(training_body=our_body, secret="another")
    assert "Es el único" not in admin.client.get(url).content.decode()
    token.refresh_from_db()
    assert token.state == TokenState.IN_FORCE
    admin.client.post(url)
    token.refresh_from_db()
    assert token.state == TokenState.REVOKED
    again = admin.client.post(url, follow=True).content.decode()
    assert "ya estaba revocado" in again


def test_token_suspect_is_told_and_may_be_marked_as_good(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    token = SenceTokenFactory(training_body=our_body, state=TokenState.SUSPECT)
    page = reverse("attendance:token", args=[token.public_id])
    assert "SENCE rechazó este token" in admin.client.get(page).content.decode()
    url = reverse("attendance:trust_token", args=[token.public_id])
    admin.client.post(url)
    token.refresh_from_db()
    assert token.state == TokenState.IN_FORCE
    assert AuditEntry.objects.get().action == "attendance.token_trusted"
    again = admin.client.post(url, follow=True).content.decode()
    assert "no está en duda" in again


def an_alert(body: TrainingBody, subject: AlertSubject) -> None:
    trouble = Trouble(
        training_body=body,
        action=None,
        subject=subject,
        cause="x",
        title="SENCE rechazó el token.",
        next_step="Pida otro.",
    )
    raise_alert(trouble, at=NOW)


@pytest.mark.parametrize("subject", AlertSubject)
def test_alert_leads_to_where_its_cause_is_put_right(
    subject: AlertSubject, admin: SignedIn, our_body: TrainingBody
) -> None:
    """By what it is about, and not by how its cause is written."""
    an_alert(our_body, subject)
    about_tokens = subject == AlertSubject.TOKENS
    leads_to = "/tokens/" if about_tokens else "/alertas/"
    text = OutgoingEmail.objects.get().text
    assert text.rstrip().endswith(f"https://portal.example{leads_to}")
    page = admin.client.get(reverse("attendance:alerts")).content.decode()
    assert ("Ver los tokens" in page) == about_tokens


def test_alert_of_a_token_leads_nobody_where_they_may_not_go(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    """A regional admin is told who can put it right."""
    an_alert(our_body, AlertSubject.TOKENS)
    page = regional_admin.client.get(reverse("attendance:alerts")).content.decode()
    assert reverse("attendance:tokens") not in page
    assert "Esto lo hace un Administrador Nacional" in page
