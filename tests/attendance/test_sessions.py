"""The life of a session from our side: start, start again, refusals, limits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from attendance.models import (
    Handover,
    OperatorAlert,
    SenceSession,
    SenceToken,
    SessionState,
    Step,
)
from attendance.sence.outgoing import NotSendable
from attendance.services.limits import SENCE_TAKES
from attendance.services.sessions import (
    AlreadyRunning,
    StartRefused,
    start,
)
from courses.models import ActionState, Enrolment, TrainingAction
from courses.services import EnvironmentMoved
from otec_portal.core.models import TransitionLog
from tests.factories import NOW, SECRET, TICK
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.sence_messages import (
    post,
    start_confirmed,
    start_failed,
    state_of,
    urlencoded,
)

pytestmark = pytest.mark.django_db
TIMEOUT = timedelta(minutes=15)


def change(enrolment: Enrolment, **values: Any) -> None:
    """Edit the action, as an operator would."""
    action = TrainingAction.objects.get(pk=enrolment.action_id)
    for name, value in values.items():
        setattr(action, name, value)
    action.save(update_fields=values.keys())
    enrolment.refresh_from_db()


def test_start_hands_out_the_form_that_the_manual_asks_for(
    enrolment: Enrolment,
) -> None:
    form = start(enrolment, now=NOW)
    action = enrolment.action
    session = SenceSession.objects.get()
    assert form.url == "https://sistemas.sence.cl/rcetest/Registro/IniciarSesion"
    assert form.fields == {
        "RutOtec": action.course.training_body.rut,
        "Token": SECRET,
        "CodSence": action.course.sence_code,
        "CodigoCurso": action.action_code,
        "LineaCapacitacion": "3",
        "RunAlumno": enrolment.participant.run,
        "IdSesionAlumno": session.nonce,
        "UrlRetoma": "https://portal.example/sence/inicio/",
        "UrlError": "https://portal.example/sence/inicio/error/",
    }
    assert (session.state, session.started_at) == (SessionState.STARTING, NOW)
    assert session.start_by == NOW + TIMEOUT


def test_start_is_kept_without_its_token(enrolment: Enrolment) -> None:
    """B5: the handover holds every field as sent, but for the token."""
    form = start(enrolment, now=NOW)
    kept = Handover.objects.get()
    assert kept.fields == {k: v for k, v in form.fields.items() if k != "Token"}
    assert (kept.step, kept.url, kept.at) == (Step.START, form.url, NOW)
    assert SECRET not in repr(form)


def test_start_of_line_1_sends_no_course_code(our_body: Any) -> None:
    """B3"""
    social = EnrolmentFactory(
        action=TrainingActionFactory(social=True, course__training_body=our_body)
    )
    fields = start(social, now=NOW).fields
    assert (fields["CodSence"], fields["LineaCapacitacion"]) == ("", "1")


def test_nonce_of_every_attempt_is_its_own_and_unguessable(
    enrolment: Enrolment,
) -> None:
    first = start(enrolment, now=NOW).session
    later = NOW + TIMEOUT + TICK
    second = start(enrolment, now=later).session
    assert first.nonce != second.nonce
    assert min(len(first.nonce), len(second.nonce)) >= 43


def test_start_again_while_pending_is_the_same_form(enrolment: Enrolment) -> None:
    """A10, A21: one attempt; every handing out is kept."""
    forms = [start(enrolment, now=NOW + n * timedelta(minutes=4)) for n in range(4)]
    assert all(form.fields == forms[0].fields for form in forms)
    assert SenceSession.objects.get().start_by == NOW + TIMEOUT
    assert Handover.objects.count() == 4
    assert not TransitionLog.objects.exists()


def test_start_again_with_less_than_sences_three_minutes_has_them_in_the_same_form(
    enrolment: Enrolment,
) -> None:
    """A10: who signs in with less would come back late; exactly three are enough."""
    first = start(enrolment, now=NOW)
    latest = NOW + TIMEOUT - SENCE_TAKES
    assert start(enrolment, now=latest).session.start_by == NOW + TIMEOUT
    again = start(enrolment, now=latest + TICK)
    assert (again.session, again.fields) == (first.session, first.fields)
    assert SenceSession.objects.get().start_by == NOW + TIMEOUT + SENCE_TAKES
    with_three_left = start(enrolment, now=NOW + TIMEOUT)
    assert with_three_left.fields == first.fields
    assert SenceSession.objects.get().start_by == NOW + TIMEOUT + SENCE_TAKES
    assert not TransitionLog.objects.exists()


def test_start_pressed_for_two_hours_is_abandoned_and_begun_anew_each_time(
    enrolment: Enrolment,
) -> None:
    """A9: what was corrected in between goes out, however often somebody presses."""
    first = start(enrolment, now=NOW)
    TrainingAction.objects.update(action_code="7654321")
    forms = [
        start(Enrolment.objects.get(), now=NOW + n * timedelta(minutes=2))
        for n in range(1, 60)
    ]
    corrected = [one.fields["CodigoCurso"] == "7654321" for one in forms]
    assert corrected == [False] * 7 + [True] * 52
    assert state_of(first.session) == SessionState.ABANDONED
    assert len({one.session.nonce for one in forms}) == 8
    assert SenceSession.objects.live().count() == 1


def test_start_again_after_it_was_put_off_is_a_new_attempt(
    enrolment: Enrolment,
) -> None:
    """A9: put off once, and one microsecond too little is left of that."""
    first = start(enrolment, now=NOW).session
    start(enrolment, now=NOW + TIMEOUT)
    second = start(enrolment, now=NOW + TIMEOUT + TICK).session
    assert second != first
    assert second.start_by == NOW + 2 * TIMEOUT + TICK
    assert TransitionLog.objects.get().at == NOW + TIMEOUT + TICK
    assert state_of(first) == SessionState.ABANDONED


@pytest.mark.parametrize("answer", ["start_confirmed", "start_failed"])
def test_start_again_after_it_was_put_off_heeds_an_answer_that_waits(
    enrolment: Enrolment, answer: str
) -> None:
    """What came in time is decided before the attempt is abandoned."""
    session = start(enrolment, now=NOW).session
    start(enrolment, now=NOW + TIMEOUT)
    fields = start_confirmed if answer == "start_confirmed" else start_failed
    body = urlencoded(fields(session))
    ReceiptFactory(session=session, kind=answer, body=body)
    again = NOW + TIMEOUT + TICK
    if answer == "start_confirmed":
        with pytest.raises(AlreadyRunning):
            start(enrolment, now=again)
        assert state_of(session) == SessionState.OPEN
    else:
        assert start(enrolment, now=again).session != session
        assert state_of(session) == SessionState.FAILED


def test_start_again_while_the_first_forms_answer_is_on_its_way_counts_it(
    enrolment: Enrolment, stopped_clock: time_machine.Traveller
) -> None:
    """A10: two tabs in the last minutes; the first one's answer came in time."""
    session = start(enrolment, now=NOW).session
    stopped_clock.move_to(session.start_by - timedelta(seconds=5))
    start(enrolment, now=session.start_by - timedelta(seconds=6))
    post("start_confirmed", start_confirmed(session))
    assert state_of(session) == SessionState.OPEN


def test_start_again_with_a_short_timeout_is_the_same_form(
    enrolment: Enrolment, settings: Settings
) -> None:
    settings.SENCE_START_TIMEOUT = 120
    first = start(enrolment, now=NOW)
    again = start(enrolment, now=NOW + timedelta(seconds=5))
    assert again.fields == first.fields
    assert again.session.start_by == NOW + timedelta(seconds=240)


@pytest.mark.parametrize("values", [{"frozen_at": NOW}, {"decision": "annulled"}])
def test_start_of_an_action_closed_since_it_was_read_is_refused(
    enrolment: Enrolment, values: dict[str, Any]
) -> None:
    """Its state is asked again, locked: a certificate may come in between."""
    assert enrolment.action.frozen_at is None
    TrainingAction.objects.filter(pk=enrolment.action_id).update(**values)
    with pytest.raises(StartRefused) as refused:
        start(enrolment, now=NOW)
    assert refused.value.code == "action_closed"
    assert not SenceSession.objects.exists()


def test_start_of_an_action_moved_since_it_was_read_is_refused(
    enrolment: Enrolment,
) -> None:
    assert enrolment.action.environment == "test"
    TrainingAction.objects.update(environment="production")
    with pytest.raises(EnvironmentMoved):
        start(enrolment, now=NOW)
    assert not SenceSession.objects.exists()


def test_start_again_one_microsecond_too_late_is_a_new_attempt(
    enrolment: Enrolment,
) -> None:
    """A9: abandoned after its time; the participant may start again at once."""
    first = start(enrolment, now=NOW).session
    second = start(enrolment, now=NOW + TIMEOUT + TICK).session
    assert second != first
    assert state_of(first) == SessionState.ABANDONED
    assert state_of(second) == SessionState.STARTING


@pytest.mark.parametrize("life", ["opened", "closing"])
def test_start_while_a_session_runs_is_refused(enrolment: Enrolment, life: str) -> None:
    SenceSessionFactory(enrolment=enrolment, **{life: True})
    with pytest.raises(AlreadyRunning) as refused:
        start(enrolment, now=NOW)
    assert refused.value.code == "already_running"
    assert not Handover.objects.exists()


@pytest.mark.parametrize("life", ["closed", "expired", "failed", "abandoned"])
def test_start_after_a_session_is_over_is_a_new_attempt(
    enrolment: Enrolment, life: str
) -> None:
    over = SenceSessionFactory(enrolment=enrolment, **{life: True})
    assert start(enrolment, now=NOW).session != over


DAY = timedelta(days=1)
REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"starts_on": NOW.date() + DAY}, "not_started"),
    ({"ends_on": NOW.date() - DAY}, "finished"),
    ({"decision": ActionState.ANNULLED}, "action_closed"),
    ({"decision": ActionState.LIQUIDATED}, "action_closed"),
    ({"frozen_at": NOW + TICK}, "action_closed"),  # it waited behind the emission
]


@pytest.mark.parametrize(("values", "code"), REFUSALS)
def test_start_out_of_its_time_is_refused(
    enrolment: Enrolment, values: dict[str, Any], code: str
) -> None:
    change(enrolment, **values)
    with pytest.raises(StartRefused) as refused:
        start(enrolment, now=NOW)
    assert refused.value.code == code
    assert not SenceSession.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"starts_on": NOW.date()},
        {"ends_on": NOW.date()},
        {"frozen_at": None},
    ],
)
def test_start_at_the_edge_of_its_time_is_let_through(
    enrolment: Enrolment, values: dict[str, Any]
) -> None:
    change(enrolment, **values)
    assert start(enrolment, now=NOW).session.state == SessionState.STARTING


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2026, 6, 15, 3, 59, 59, tzinfo=UTC), "not_started"),
        (datetime(2026, 6, 15, 4, 0, tzinfo=UTC), ""),
        (datetime(2026, 6, 16, 3, 59, 59, tzinfo=UTC), ""),
        (datetime(2026, 6, 16, 4, 0, tzinfo=UTC), "finished"),
    ],
)
def test_start_goes_by_the_day_in_santiago(
    enrolment: Enrolment, now: datetime, code: str
) -> None:
    change(enrolment, starts_on=NOW.date(), ends_on=NOW.date())
    if not code:
        assert start(enrolment, now=now).session.state == SessionState.STARTING
        return
    with pytest.raises(StartRefused) as refused:
        start(enrolment, now=now)
    assert refused.value.code == code


def test_start_of_an_exempt_participant_is_refused(enrolment: Enrolment) -> None:
    enrolment.exempt = True
    with pytest.raises(StartRefused) as refused:
        start(enrolment, now=NOW)
    assert refused.value.code == "exempt"


def test_start_with_data_that_sence_would_refuse_is_refused_and_told(
    enrolment: Enrolment,
) -> None:
    """B2: never send what SENCE would refuse; operators hear of it once."""
    change(enrolment, action_code="123")
    for _ in range(3):
        with pytest.raises(NotSendable) as refused:
            start(enrolment, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["action_code"]
    alert = OperatorAlert.objects.get()
    assert (alert.times, alert.action) == (3, enrolment.action)
    assert not SenceSession.objects.exists()
    assert not Handover.objects.exists()


@pytest.mark.parametrize("how", ["none", "revoked", "a rival's"])
def test_start_without_a_token_in_force_is_refused_and_told(
    enrolment: Enrolment, how: str
) -> None:
    if how == "revoked":
        SenceToken.objects.update(state="revoked", revoked_at=NOW)
    else:
        SenceToken.objects.all().delete()
    if how == "a rival's":
        EnrolmentFactory()  # of another body, with a token
    with pytest.raises(NotSendable) as refused:
        start(enrolment, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["no_token"]
    assert OperatorAlert.objects.get().training_body == (
        enrolment.action.course.training_body
    )
    assert not SenceSession.objects.exists()


def test_start_of_an_action_edited_meanwhile_keeps_what_was_sent(
    enrolment: Enrolment,
) -> None:
    """What comes back must equal what was sent, whatever was edited since."""
    first = start(enrolment, now=NOW).fields
    change(enrolment, action_code="9999999")
    again = start(Enrolment.objects.get(pk=enrolment.pk), now=NOW + TICK).fields
    assert again == first


def test_duration_is_what_the_marks_show(enrolment: Enrolment) -> None:
    """Our own clock has fractions of a second, SENCE's has none."""
    start_at = NOW.replace(second=8, microsecond=700_000)
    session = SenceSessionFactory(
        enrolment=enrolment,
        closed=True,
        opened_at=start_at,
        closed_at=start_at.replace(second=13, microsecond=0),
    )
    assert session.duration == 5
