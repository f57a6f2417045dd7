"""Operators hear of each cause once, by mail once, however often it strikes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from attendance.models import (
    AlertSubject,
    Decision,
    OperatorAlert,
    Outcome,
    SenceSession,
    SenceToken,
    TokenState,
)
from attendance.services.alerts import Trouble, raise_alert, resolve_alert
from courses.models import TrainingAction
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, TrainingBody
from tests.attendance.alerts import fail_start, recipients
from tests.conftest import sign_in
from tests.factories import NOW
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.sence_messages import close_failed, post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
LATER = NOW + timedelta(hours=1)
SETUP = ["204", "205", "206", "209", "302", "306", "307", "308", "309", "310"]


def strike(
    body: TrainingBody,
    *,
    action: TrainingAction | None = None,
    cause: str = "sence:211",
    at: datetime = NOW,
) -> None:
    trouble = Trouble(
        training_body=body,
        action=action,
        subject=AlertSubject.TOKENS,
        cause=cause,
        title="El token no está vigente.",
        next_step="Pide un token nuevo.",
        code="211",
    )
    raise_alert(trouble, at=at)


def test_alert_of_one_cause_is_one_row_and_one_mail(our_body: TrainingBody) -> None:
    admin = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    for hours in range(3):
        strike(our_body, at=NOW + timedelta(hours=hours))
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.first_at) == (3, NOW)
    assert alert.last_at == NOW + timedelta(hours=2)
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.training_body) == (admin.email, our_body)
    assert "Pide un token nuevo." in mail.text
    assert "https://portal.example/" in mail.text


def test_alert_of_two_bodies_is_two(
    our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    """C1"""
    sign_in(rival_body, Role.NATIONAL_ADMIN)
    strike(our_body)
    assert recipients() == []
    strike(rival_body)
    assert OperatorAlert.objects.count() == 2
    assert OutgoingEmail.objects.get().training_body == rival_body


def test_alert_mail_reaches_those_whom_the_action_concerns(
    our_body: TrainingBody,
) -> None:
    """Admins of the body and of the action's region: nobody else, no one twice."""
    national = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    of_here = sign_in(our_body, Role.REGIONAL_ADMIN, "ML", "RM").membership.user
    sign_in(our_body, Role.REGIONAL_ADMIN, "RM")
    sign_in(our_body, Role.FACILITATOR)
    gone = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    gone.is_active = False
    gone.save()
    silent = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    silent.email = ""
    silent.save()
    strike(our_body, action=TrainingActionFactory(course__training_body=our_body))
    assert recipients() == sorted([national.email, of_here.email])


def test_alert_resolved_is_audited_and_opens_anew(our_body: TrainingBody) -> None:
    sign_in(our_body, Role.NATIONAL_ADMIN)
    user = UserFactory()
    strike(our_body)
    first = OperatorAlert.objects.get()
    resolve_alert(first, by=user, at=LATER)
    strike(our_body, at=LATER)
    first.refresh_from_db()
    assert (first.resolved_at, first.resolved_by, first.times) == (LATER, user, 1)
    assert OperatorAlert.objects.open().count() == 1
    assert OutgoingEmail.objects.count() == 2
    assert AuditEntry.objects.get().action == "attendance.alert_resolved"


def test_alert_resolved_twice_keeps_the_first(our_body: TrainingBody) -> None:
    alert, first = OperatorAlertFactory(training_body=our_body), UserFactory()
    resolve_alert(alert, by=first, at=NOW)
    resolve_alert(alert, by=UserFactory(), at=LATER)
    alert.refresh_from_db()
    assert (alert.resolved_by, alert.resolved_at) == (first, NOW)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("code", [*SETUP, "211", "212", "303"])
def test_broken_setup_alerts_once_per_cause_not_per_participant(
    our_body: TrainingBody, code: str
) -> None:
    sign_in(our_body, Role.NATIONAL_ADMIN)
    action = TrainingActionFactory(course__training_body=our_body)
    for _ in range(3):
        fail_start(action, code)
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.code) == (3, code)
    assert OutgoingEmail.objects.count() == 1


def test_broken_setup_of_two_actions_is_two_causes(our_body: TrainingBody) -> None:
    for _ in range(2):
        fail_start(TrainingActionFactory(course__training_body=our_body), "204")
    assert OperatorAlert.objects.count() == 2


@pytest.mark.parametrize("code", ["211", "212", "303"])
def test_broken_token_is_one_cause_for_all_actions_and_doubted(
    our_body: TrainingBody, code: str
) -> None:
    for _ in range(2):
        fail_start(TrainingActionFactory(course__training_body=our_body), code)
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.action) == (2, None)
    assert SenceToken.objects.get().state == TokenState.SUSPECT


def test_token_doubted_is_vindicated_by_a_start_that_succeeds(
    our_body: TrainingBody,
) -> None:
    action = TrainingActionFactory(course__training_body=our_body)
    fail_start(action, "212")
    session = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
    post("start_confirmed", start_confirmed(session))
    assert SenceToken.objects.get().state == TokenState.IN_FORCE


@pytest.mark.parametrize("code", ["100", "210", "300"])
def test_participants_own_errors_alert_nobody(
    our_body: TrainingBody, code: str
) -> None:
    fail_start(TrainingActionFactory(course__training_body=our_body), code)
    assert not OperatorAlert.objects.exists()


def test_unknown_codes_however_many_are_one_cause(our_body: TrainingBody) -> None:
    """A15: anybody can post ever new codes."""
    action = TrainingActionFactory(course__training_body=our_body)
    for code in ("901", "902", "x y", "903;904"):
        fail_start(action, code)
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.code) == (5, "901")


def test_quarantine_alerts_once_per_action(our_body: TrainingBody) -> None:
    """A5"""
    sign_in(our_body, Role.NATIONAL_ADMIN)
    action = TrainingActionFactory(course__training_body=our_body)
    for _ in range(3):
        session = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
        post("start_confirmed", start_confirmed(session, RunAlumno="12345678-5"))
    assert OperatorAlert.objects.get().times == 3
    assert OutgoingEmail.objects.count() == 1


def test_quarantine_is_told_of_with_whom_it_struck_and_where_to_look(
    our_body: TrainingBody,
) -> None:
    """A5: the mail names the participant, as the list does, and leads to the list."""
    client = sign_in(our_body, Role.NATIONAL_ADMIN).client
    action = TrainingActionFactory(course__training_body=our_body)
    session = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
    post("start_confirmed", start_confirmed(session, RunAlumno="12345678-5"))
    person = session.enrolment.participant
    text = OutgoingEmail.objects.get().text
    assert f"Participante: {person.full_name} (RUN " in text
    assert "«Por revisar»" in text
    assert f"https://portal.example{reverse('attendance:alerts')}\n" in text
    page = client.get(reverse("attendance:alerts")).content.decode()
    assert f"<p>{person.full_name} (RUN " in page
    assert f'<a href="{reverse("attendance:receipts")}">Ver lo que está' in page
    other = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
    post("start_confirmed", start_confirmed(other, RunAlumno="12345678-5"))
    page = client.get(reverse("attendance:alerts")).content.decode()
    assert f"<p>La primera, de {person.full_name} (RUN " in page


@pytest.mark.parametrize("life", ["failed", "expired", "closed"])
def test_error_that_came_late_is_told_and_leaves_the_token_as_it_is(life: str) -> None:
    """A8: it changes nothing, but it may be the only sign of a broken setup."""
    session = SenceSessionFactory(**{life: True})
    post("close_failed", close_failed(session, "212"))
    assert OperatorAlert.objects.get().code == "212"
    assert SenceToken.objects.get().state == TokenState.IN_FORCE


def test_error_that_came_late_and_is_refreshed_wakes_nobody_again() -> None:
    session = SenceSessionFactory(failed=True)
    late = close_failed(session, "212")
    post("close_failed", late)
    resolve_alert(OperatorAlert.objects.get(), by=UserFactory(), at=NOW)
    post("close_failed", late)
    assert not OperatorAlert.objects.open().exists()
    post("close_failed", {**late, "GlosaError": "204"})
    assert OperatorAlert.objects.open().get().code == "204"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("start_failed", start_failed), ("close_failed", close_failed)],
)
def test_error_out_of_order_is_told_and_leaves_the_token_as_it_is(
    kind: str, fields: Callable[[SenceSession, str], dict[str, str]]
) -> None:
    session = SenceSessionFactory(opened=True)
    for _ in range(2):
        post(kind, fields(session, "212"))
    outcomes = Decision.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.OUT_OF_ORDER, Outcome.COPIED]
    alert = OperatorAlert.objects.get()
    assert (alert.code, alert.times) == ("212", 1)
    assert SenceToken.objects.get().state == TokenState.IN_FORCE


def test_error_repeated_alerts_nobody() -> None:
    closing = SenceSessionFactory(closing=True)
    for _ in range(2):
        post("close_failed", close_failed(closing, "204"))
    assert OperatorAlert.objects.get().times == 1


def test_error_without_any_code_is_told_as_one_cause(our_body: TrainingBody) -> None:
    action = TrainingActionFactory(course__training_body=our_body)
    for codes in ("", " "):
        fail_start(action, codes)
    alert = OperatorAlert.objects.get()
    assert (alert.code, alert.times, alert.action) == ("", 2, action)
    assert "sin indicar" in alert.title
