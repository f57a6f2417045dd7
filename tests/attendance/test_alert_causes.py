"""Whom a cause strikes: one person, an action, the whole body, or the portal."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from attendance.models import AlertSubject, OperatorAlert
from attendance.models.alerts import FURTHER_CODES_NAMED
from attendance.sence.outgoing import Problem
from attendance.services.problems import alert_problem
from courses.models import Enrolment
from otec_portal.core.models import OutgoingEmail, Role, TrainingBody
from otec_portal.core.rut import masked
from tests.attendance.alerts import fail_start, recipients
from tests.conftest import sign_in
from tests.factories import NOW
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.sence_messages import close_failed, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.mark.parametrize("code", ["200", "201", "202", "203", "209", "302", "313"])
def test_cause_of_the_whole_body_binds_no_action(
    our_body: TrainingBody, code: str
) -> None:
    """The portal's own faults and the body's data: one cause for all actions."""
    national = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    for _ in range(2):
        fail_start(TrainingActionFactory(course__training_body=our_body), code)
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.action, alert.enrolment) == (2, None, None)
    assert recipients() == [national.email]


@pytest.mark.parametrize("code", ["207", "208"])
def test_cause_of_one_person_names_them_in_list_mail_and_home(
    our_body: TrainingBody, code: str
) -> None:
    admin = sign_in(our_body, Role.NATIONAL_ADMIN)
    here = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    elsewhere = sign_in(our_body, Role.REGIONAL_ADMIN, "RM")
    action = TrainingActionFactory(course__training_body=our_body)
    fail_start(action, code)
    alert = OperatorAlert.objects.get()
    assert alert.enrolment is not None
    who = alert.enrolment.participant
    assert alert.person == f"{who.full_name} (RUN {masked(who.run)})"
    mails = OutgoingEmail.objects.all()
    assert {one.to for one in mails} == {
        admin.membership.user.email,
        here.membership.user.email,
    }
    assert all(f"Participante: {alert.person}" in one.text for one in mails)
    for path in (reverse("attendance:alerts"), reverse("home")):
        assert alert.person in admin.client.get(path).content.decode()
        page = elsewhere.client.get(path).content.decode()
        assert who.last_names not in page
        assert who.run not in admin.client.get(path).content.decode()


def test_301_of_starts_is_the_actions_and_of_a_close_one_persons(
    our_body: TrainingBody,
) -> None:
    """seeds/003: the line or the code is wrong, for everybody who starts there."""
    action = TrainingActionFactory(course__training_body=our_body)
    for _ in range(3):
        fail_start(action, "301")
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.action, alert.enrolment) == (3, action, None)
    session = SenceSessionFactory(enrolment__action=action, closing=True)
    post("close_failed", close_failed(session, "301"))
    of_close = OperatorAlert.objects.exclude(pk=alert.pk).get()
    assert of_close.enrolment == session.enrolment


def test_alert_outlives_the_enrolment_it_was_about(our_body: TrainingBody) -> None:
    enrolment = EnrolmentFactory(action__course__training_body=our_body)
    OperatorAlertFactory(training_body=our_body, enrolment=enrolment)
    enrolment.delete()
    alert = OperatorAlert.objects.get()
    assert (alert.enrolment, alert.person) == (None, "")


@pytest.mark.parametrize("order", ["150;204;212", "204;150;212", "212;204;999"])
def test_causes_of_one_answer_are_raised_in_their_own_order(
    our_body: TrainingBody, order: str
) -> None:
    """Whatever the codes: two sessions then never wait for each other in a circle.

    By code alone 150 and 999, one cause, would come before and after 204.
    """
    fail_start(TrainingActionFactory(course__training_body=our_body), order)
    causes = list(OperatorAlert.objects.order_by("pk").values_list("cause", flat=True))
    assert len(causes) == 3
    assert causes == sorted(causes)


@pytest.mark.parametrize(
    ("code", "who", "one_person", "whole_body"),
    [
        ("run", "Un participante no puede", True, False),
        ("sence_code", "Nadie de ", False, False),
        ("no_token", "Nadie puede", False, True),
        ("otec_rut", "Nadie puede", False, True),
        ("return_address", "Nadie puede", False, True),
    ],
)
def test_problem_says_whom_it_strikes(
    enrolment: Enrolment, code: str, who: str, one_person: bool, whole_body: bool
) -> None:
    alert_problem(enrolment, Problem(code, "No sirve."), at=NOW)
    alert = OperatorAlert.objects.get()
    assert alert.title.startswith(who)
    assert (alert.enrolment == enrolment) == one_person
    assert (alert.action is None) == whole_body


def test_error_without_a_code_and_unknown_codes_are_two_causes(
    our_body: TrainingBody,
) -> None:
    action = TrainingActionFactory(course__training_body=our_body)
    for codes in ("", "998"):
        fail_start(action, codes)
    causes = OperatorAlert.objects.order_by("pk").values_list("cause", "code")
    assert list(causes) == [
        (f"sence:empty:action{action.pk}", ""),
        (f"sence:unknown:action{action.pk}", "998"),
    ]


def test_further_unknown_codes_are_named_in_the_open_alert_without_a_flood(
    our_body: TrainingBody,
) -> None:
    """Each once; the first beyond those named says that there are others."""
    admin = sign_in(our_body, Role.NATIONAL_ADMIN)
    action = TrainingActionFactory(course__training_body=our_body)
    codes = [str(code) for code in range(900, 901 + FURTHER_CODES_NAMED)]
    for code in [*codes, *codes]:
        fail_start(action, code)
    named = ", ".join(codes[1:])
    assert OperatorAlert.objects.get().further == named
    page = admin.client.get(reverse("attendance:alerts")).content.decode()
    assert f"También llegaron por la misma causa: {named}<" in page
    for code in ("997", "998"):
        fail_start(action, code)
    alert = OperatorAlert.objects.get()
    assert alert.further == f"{named} y otros"
    assert len(alert.further_codes) == FURTHER_CODES_NAMED + 1
    assert alert.times == 2 * len(codes) + 2
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("211", AlertSubject.TOKENS),
        ("200", AlertSubject.PORTAL),
        ("209", AlertSubject.BODY),
        ("204", AlertSubject.ACTION),
        ("998", AlertSubject.ACTION),
        ("207", AlertSubject.PERSON),
    ],
)
def test_alert_says_what_it_is_about(
    our_body: TrainingBody, code: str, subject: AlertSubject
) -> None:
    fail_start(TrainingActionFactory(course__training_body=our_body), code)
    assert OperatorAlert.objects.get().subject == subject


CAUSES = {
    "sence:212:token7": AlertSubject.TOKENS,
    "preflight:no_token:no_token": AlertSubject.TOKENS,
    "unreadable:token3": AlertSubject.TOKENS,
    "sence:200:portal": AlertSubject.PORTAL,
    "preflight:another_sence:body": AlertSubject.PORTAL,
    "sence:209:body": AlertSubject.BODY,
    "preflight:otec_rut:body": AlertSubject.BODY,
    "sence:unknown:action4": AlertSubject.ACTION,
    "preflight:sence_code:action4": AlertSubject.ACTION,
    "preflight:run:enrolment9": AlertSubject.PERSON,
    "quarantine:4": AlertSubject.ANSWER,
    "undecided:receipt8": AlertSubject.ANSWER,
}


def test_alerts_of_before_say_what_they_are_about(our_body: TrainingBody) -> None:
    """The migration reads it out of their causes, once and for all."""
    for cause in CAUSES:
        OperatorAlertFactory(
            training_body=our_body, cause=cause, subject=AlertSubject.BODY
        )
    name = "attendance.migrations.0015_alerts_say_what_they_are_about"
    import_module(name).fill(apps, None)
    assert dict(OperatorAlert.objects.values_list("cause", "subject")) == CAUSES
