"""Emission: a number, a snapshot, a closed action, all or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.models import AttendanceTotal, SessionState
from attendance.services.adjustments import adjust
from attendance.services.classes import begin_class
from attendance.services.sessions import start
from certificates.facts import facts_of
from certificates.models import Certificate, CertificateSeries, CertificateState
from certificates.rules import Order
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from certificates.snapshot import read
from courses.models import ActivityType, AttendancePolicy, TrainingAction
from courses.roster.deeds import roster_deed
from courses.services import ActionClosed, refuse_change
from otec_portal.core.errors import DomainError
from otec_portal.core.models import AuditEntry, TrainingBody, TransitionLog, User
from otec_portal.core.uploads import Document, FileKind
from tests.certificates.desk import ORDER, TODAY, certifiable, emitted, seen_of
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory, TrainingClassFactory
from tests.factories.core import UserFactory
from tests.factories.courses import CompanyFactory

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


def test_certificate_prints_nothing_that_is_read_otherwise(
    our_body: TrainingBody,
) -> None:
    """What turns a number round on paper is neither printed nor recorded."""
    turned = "F-\u202e321\u2066"
    action = certifiable(
        our_body,
        company=CompanyFactory(training_body=our_body, name="Los \u202eAlerces"),
    )
    order = Order(billing_reference=turned, justification=f"{turned}\nTarde.")
    made = emitted(action, order=order, by=UserFactory(full_name="Ana\u202e Soto"))
    told = read(made.snapshot)
    assert made.billing_reference == told.billing_reference == "F-321"
    assert told.justification == made.justification == "F-321\nTarde."
    action.refresh_from_db()
    assert action.billing_reference == "F-321"
    assert "\u202e" not in made.snapshot
    assert told.company is not None
    assert (told.company.name, told.emitter.name) == ("Los Alerces", "Ana Soto")


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
        refuse_change(action)


def _adjust(action: TrainingAction) -> None:
    adjust(
        action.enrolments.earliest("pk"),
        seconds=-3600,
        reason="Consta en el libro firmado.",
        evidence=Document(FileKind.PDF, b"%PDF-1.7", 1),
        filename="libro.pdf",
        by=UserFactory(),
        now=NOW,
    )


def _change_roster(action: TrainingAction) -> None:
    with roster_deed(action):
        pass


def _begin_class(action: TrainingAction) -> None:
    begin_class(action, by=UserFactory(), now=NOW)


def _start(action: TrainingAction) -> None:
    start(action.enrolments.earliest("pk"), now=NOW)


@pytest.mark.parametrize("deed", [_adjust, _change_roster, _begin_class, _start])
def test_deed_with_a_clock_before_the_emission_finds_the_action_closed(
    action: TrainingAction, deed: Callable[[TrainingAction], None]
) -> None:
    """It took its time, waited for the row behind the emission, and got it."""
    emitted(action, at=NOW + timedelta(milliseconds=50))
    with pytest.raises(DomainError) as refused:
        deed(action)
    assert refused.value.code == "action_closed"


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
    ends: dict[str, Any] = {"ends_on": NOW.date().replace(month=12, day=20)}
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


def test_adjustment_that_changes_no_percentage_changes_the_summary(
    action: TrainingAction,
) -> None:
    """It is shown there: who accepts has seen it. The paper says only that it is so."""
    seen = seen_of(action)
    total = AttendanceTotal.objects.order_by("pk")[0]
    total.adjusted_seconds = 60  # of 8 hours; the percentage was 100 before
    total.save()
    assert seen_of(action) != seen
    TrainingAction.objects.update(attendance_policy=AttendancePolicy.SINGLE_SESSION)
    action.refresh_from_db()
    assert [one.adjusted for one in facts_of(action, today=TODAY).people] == [0, 0]


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


def _lose_an_address(action: TrainingAction) -> None:
    """A warning, and nothing that is printed."""
    person = action.enrolments.earliest("pk").participant
    person.email = ""
    person.save()


def _record(action: TrainingAction) -> None:
    """Time on a level that was not there; the percentages are as they were."""
    SenceSessionFactory(
        enrolment=action.enrolments.earliest("pk"),
        environment=action.environment,
        closed=True,
    )


def _set(path: str, value: object) -> Callable[[TrainingAction], None]:
    def change(action: TrainingAction) -> None:
        row: Any = action
        *way, name = path.split(".")
        for step in way:
            row = getattr(row, step)
        setattr(row, name, value)
        row.save()

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("line", 1),
        _set("activity_type", ActivityType.TOTAL),
        _set("course.name", "Otro nombre"),
        _set("course.sence_code", "1238000009"),
        _set("course.training_body.name", "Otra razón social"),
        _set("course.training_body.rut", "76192083-9"),
        _set("course.training_body.signatory_name", "Otro Firmante"),
        _set("course.training_body.attendance_threshold", 76),
        _set("company.name", "Otra empresa"),
        _set("company.rut", "76192083-9"),
        _lose_an_address,
        _record,
    ],
)
def test_whatever_the_summary_showed_is_noticed_when_it_moves(
    our_body: TrainingBody, change: Callable[[TrainingAction], None]
) -> None:
    """Names, numbers, warnings, what the hours are worth: nobody signs the unseen."""
    action = certifiable(our_body, activity_type=ActivityType.COMPLEMENTARY)
    order = replace(ORDER, real_starts_on=action.starts_on)
    seen = seen_of(action, order=order)
    change(TrainingAction.objects.get(pk=action.pk))
    with pytest.raises(SummaryChanged):
        emit(action, order=order, seen=seen, by=UserFactory(), at=NOW)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"billing_reference": "F-9"},
        {"real_ends_on": TODAY - DAY},
        {"justification": "Otra."},
    ],
)
def test_order_that_was_not_shown_is_not_emitted(
    our_body: TrainingBody, other: dict[str, Any]
) -> None:
    action = certifiable(our_body, activity_type=ActivityType.PARTIAL)
    shown = replace(ORDER, real_ends_on=TODAY, justification="Una.")
    seen = seen_of(action, order=shown)
    with pytest.raises(SummaryChanged):
        emit(action, order=replace(shown, **other), seen=seen, by=UserFactory(), at=NOW)
    emit(action, order=shown, seen=seen, by=UserFactory(), at=NOW)


def test_summary_is_still_the_same_later_that_day(action: TrainingAction) -> None:
    """No clock is in it, or nobody could accept anything."""
    seen = seen_of(action)
    emit(action, order=ORDER, seen=seen, by=UserFactory(), at=NOW + timedelta(hours=3))


def test_last_attendance_is_of_sessions_that_count_and_classes_that_were_held(
    action: TrainingAction,
) -> None:
    one = action.enrolments.earliest("pk")
    assert facts_of(action, today=TODAY).last_held_on is None
    TrainingClassFactory(action=action, started_at=NOW - 3 * DAY)
    TrainingClassFactory(action=action, started_at=NOW, annulled=True)
    SenceSessionFactory(enrolment=one, environment="production", expired=True)
    assert facts_of(action, today=TODAY).last_held_on == TODAY - 3 * DAY
    SenceSessionFactory(
        enrolment=one, environment="production", closed=True, started_at=NOW - 2 * DAY
    )
    assert facts_of(action, today=TODAY).last_held_on == TODAY - 2 * DAY
