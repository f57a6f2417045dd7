"""Emission: a number, a snapshot, a closed action, all or nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.models import AttendanceTotal, SessionState
from certificates.facts import facts_of
from certificates.models import Certificate, CertificateSeries, CertificateState
from certificates.rules import Order
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from certificates.snapshot import read
from courses.models import ActivityType, TrainingAction
from courses.services import ActionClosed, refuse_change
from otec_portal.core.models import AuditEntry, TrainingBody, TransitionLog, User
from tests.certificates.desk import ORDER, TODAY, certifiable, emitted, seen_of
from tests.factories import NOW, SenceSessionFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return certifiable(our_body)


@pytest.fixture
def somebody(db: None) -> User:
    user: User = UserFactory(full_name="Emilia Emisora")
    return user


def test_certificate_says_what_was_at_that_moment(
    action: TrainingAction, somebody: User
) -> None:
    made = emitted(action, by=somebody)
    told = read(made.snapshot)
    assert (made.number, told.number, told.issued_on) == ("1-2026", "1-2026", TODAY)
    assert [one.per_cent for one in told.participants] == [100, 87]
    assert (told.emitter.name, told.emitter.rut) == ("Emilia Emisora", somebody.rut)
    assert told.signatory.name == "Rosa Firmante Autorizada"
    assert told.address == f"https://portal.example/v/{made.code}/"
    assert told.text == made.snapshot


def test_certificate_stays_as_it_was_whatever_changes(action: TrainingAction) -> None:
    made = emitted(action)
    AttendanceTotal.objects.update(outside_seconds=0)
    action.course.name = "Otro nombre"
    action.course.save()
    told = read(Certificate.objects.get(pk=made.pk).snapshot)
    assert [one.per_cent for one in told.participants] == [100, 87]
    assert told.course == "Operación de grúa horquilla"


def test_emission_closes_the_action(action: TrainingAction) -> None:
    emitted(action)
    action.refresh_from_db()
    assert action.billing_reference == "F-1234"
    with pytest.raises(ActionClosed):
        refuse_change(action, at=NOW)


def test_emission_is_in_the_history(action: TrainingAction, somebody: User) -> None:
    made = emitted(action, by=somebody)
    entry = AuditEntry.objects.get(action="certificates.emitted")
    assert (entry.user, entry.data["number"]) == (somebody, "1-2026")
    log = TransitionLog.objects.get(target_type="certificates.Certification")
    assert (log.transition, log.target_id) == ("issue", made.certification_id)


def test_second_emission_is_refused(action: TrainingAction) -> None:
    emitted(action)
    with pytest.raises(EmissionRefused) as refused:
        emitted(action)
    assert "issued" in [one.code for one in refused.value.notices]


def test_numbers_run_on_within_a_body_and_a_year(
    our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    ours = [emitted(certifiable(our_body)).number for _ in range(2)]
    assert [*ours, emitted(certifiable(rival_body)).number] == [
        "1-2026",
        "2-2026",
        "1-2026",
    ]


def test_number_starts_anew_with_the_year_in_santiago(our_body: TrainingBody) -> None:
    """At 02:59:59 UTC of 1 January it is still 31 December in Santiago."""
    ends = {"ends_on": NOW.date().replace(month=12, day=20)}
    first, second = certifiable(our_body, **ends), certifiable(our_body, **ends)
    midnight = NOW.replace(year=2027, month=1, day=1, hour=3, minute=0, second=0)
    before = emitted(first, at=midnight - timedelta(seconds=1))
    after = emitted(second, at=midnight)
    assert (before.number, after.number) == ("1-2026", "1-2027")


def test_refused_emission_gives_no_number(action: TrainingAction) -> None:
    with pytest.raises(EmissionRefused) as refused:
        emitted(action, order=Order(billing_reference=" "))
    assert list(refused.value.fields) == ["billing_reference"]
    assert not CertificateSeries.objects.exists()
    assert emitted(action).number == "1-2026"


def test_emission_that_fails_at_the_end_gives_its_number_back(
    action: TrainingAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("certificates.services.emission.audit.record", break_down)
        with pytest.raises(RuntimeError):
            emitted(action)
    action.refresh_from_db()
    assert action.frozen_at is None
    assert emitted(action).number == "1-2026"


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        (SessionState.STARTING, True),
        (SessionState.OPEN, True),
        (SessionState.CLOSING, True),
        (SessionState.CLOSED, False),
        (SessionState.EXPIRED, False),
    ],
)
def test_open_session_stands_in_the_way(
    action: TrainingAction, state: SessionState, refused: bool
) -> None:
    trait = {} if state == SessionState.STARTING else {_TRAITS[state]: True}
    SenceSessionFactory(
        enrolment=action.enrolments.first(), environment=action.environment, **trait
    )
    assert bool(facts_of(action, today=TODAY).live) == refused


_TRAITS = {
    SessionState.OPEN: "opened",
    SessionState.CLOSING: "closing",
    SessionState.CLOSED: "closed",
    SessionState.EXPIRED: "expired",
}


def test_summary_that_is_no_longer_so_is_shown_again(action: TrainingAction) -> None:
    seen = seen_of(action)
    AttendanceTotal.objects.update(outside_seconds=3600)
    with pytest.raises(SummaryChanged):
        emit(action, order=ORDER, seen=seen, by=UserFactory(), at=NOW)
    assert not Certificate.objects.exists()


def test_exempt_participant_is_not_certified(action: TrainingAction) -> None:
    """[choice]: they register no attendance with SENCE."""
    enrolment = action.enrolments.earliest("pk")
    enrolment.exempt = True
    enrolment.save()
    told = read(emitted(action).snapshot)
    assert enrolment.participant.run not in [one.run for one in told.participants]


def test_term_of_a_partial_action_runs_from_its_real_end(
    our_body: TrainingBody,
) -> None:
    """Provisionally from 31 December; who types the last class learns the term."""
    action = certifiable(
        our_body,
        activity_type=ActivityType.PARTIAL,
        starts_on=TODAY - 90 * DAY,
        ends_on=TODAY,
    )
    over = replace(ORDER, real_ends_on=TODAY - 60 * DAY)
    with pytest.raises(EmissionRefused) as refused:
        emitted(action, order=over)
    assert [one.code for one in refused.value.notices] == ["term_over"]
    late = replace(over, real_ends_on=TODAY - 59 * DAY)
    with pytest.raises(EmissionRefused) as refused:
        emitted(action, order=late)
    assert list(refused.value.fields) == ["justification"]
    emitted(action, order=replace(late, justification="Faltó la factura."))
    action.refresh_from_db()
    assert action.terms().day_zero == TODAY - 59 * DAY


def test_state_of_a_first_certificate_is_issued(action: TrainingAction) -> None:
    made = emitted(action)
    assert made.certification.state == CertificateState.ISSUED
