"""A callback that differs from what was sent, or is doubtful, says so (A5, A6, A27)."""

from datetime import timedelta

import pytest

from attendance.models import (
    Clock,
    Decision,
    Flag,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.services.sessions import request_close, start
from courses.models import Enrolment
from otec_portal.core.models import TransitionLog
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import (
    close_confirmed,
    post,
    start_confirmed,
    state_of,
    urlencoded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    """Handed out at NOW, waiting for SENCE."""
    return start(enrolment, now=NOW).session


def last() -> Decision:
    return Decision.objects.latest("pk")


DIFFERENCES = [
    ({"RunAlumno": "12345678-5"}, Flag.RUN_DIFFERS),
    ({"RunAlumno": ""}, Flag.RUN_DIFFERS),
    ({"CodigoCurso": "6999999"}, Flag.ACTION_CODE_DIFFERS),
    ({"CodigoCurso": ""}, Flag.ACTION_CODE_DIFFERS),
    ({"CodSence": "1238999999"}, Flag.SENCE_CODE_DIFFERS),
    ({"LineaCapacitacion": "1"}, Flag.LINE_DIFFERS),
    ({"LineaCapacitacion": "33"}, Flag.LINE_DIFFERS),
    ({"LineaCapacitacion": ""}, Flag.LINE_DIFFERS),
]


@pytest.mark.parametrize(("changes", "flag"), DIFFERENCES)
def test_start_confirmed_that_differs_from_what_was_sent_is_quarantined(
    session: SenceSession, changes: dict[str, str], flag: Flag
) -> None:
    """A5, A6: stored, flagged, no transition, the operators hear of it."""
    answer = post("start_confirmed", start_confirmed(session, **changes))
    assert answer.status_code == 303
    assert (last().outcome, last().flags) == (Outcome.QUARANTINED, [flag])
    assert state_of(session) == SessionState.STARTING
    assert not TransitionLog.objects.exists()
    assert OperatorAlert.objects.get().action == session.enrolment.action
    assert Receipt.objects.awaiting_review().count() == 1


@pytest.mark.parametrize("kind", ["close_confirmed", "close_failed"])
@pytest.mark.parametrize(("changes", "flag"), DIFFERENCES)
def test_close_that_differs_from_what_was_sent_is_quarantined(
    session: SenceSession, kind: str, changes: dict[str, str], flag: Flag
) -> None:
    """A5, A6"""
    post("start_confirmed", start_confirmed(session))
    session.refresh_from_db()
    request_close(session, now=NOW + MINUTE)
    post(kind, {**close_confirmed(session, at=NOW + MINUTE), **changes})
    assert last().outcome == Outcome.QUARANTINED
    assert flag in last().flags
    assert state_of(session) == SessionState.CLOSING


def test_start_confirmed_with_a_run_in_another_form_is_the_same(
    session: SenceSession,
) -> None:
    number, digit = session.run.split("-")
    dotted = f"{int(number):,}".replace(",", ".") + f"-{digit.upper()}"
    post("start_confirmed", start_confirmed(session, RunAlumno=dotted))
    assert state_of(session) == SessionState.OPEN


@pytest.mark.parametrize("sence_id", ["", " ", "S" * 150, "a\0b"])
def test_start_confirmed_without_a_usable_sence_id_is_quarantined(
    session: SenceSession, sence_id: str
) -> None:
    post("start_confirmed", start_confirmed(session, IdSesionSence=sence_id))
    assert (last().outcome, last().flags) == (Outcome.QUARANTINED, [Flag.NO_SENCE_ID])
    assert state_of(session) == SessionState.STARTING


def test_start_confirmed_again_with_another_sence_id_is_quarantined(
    session: SenceSession,
) -> None:
    post("start_confirmed", start_confirmed(session))
    post("start_confirmed", start_confirmed(session, IdSesionSence="S-other"))
    assert last().flags == [Flag.SENCE_ID_DIFFERS]
    assert last().outcome == Outcome.QUARANTINED


def test_start_confirmed_with_a_sence_id_of_another_session_is_flagged(
    session: SenceSession,
) -> None:
    SenceSessionFactory(closed=True, sence_id="S-seen")
    post("start_confirmed", start_confirmed(session, IdSesionSence="S-seen"))
    assert (last().outcome, last().flags) == (Outcome.APPLIED, [Flag.SENCE_ID_SEEN])


@pytest.mark.parametrize(
    "again",
    [
        b"RunAlumno=12345678-5",
        b"CodSence=1237999999",
        b"CodigoCurso=9999999",
        b"LineaCapacitacion=6",
        b"FechaHora=2026-06-15+11:00:01",
        b"IdSesionSence=another",
    ],
)
def test_start_confirmed_with_doubled_fields_is_quarantined(
    session: SenceSession, again: bytes
) -> None:
    body = urlencoded(start_confirmed(session)) + b"&" + again
    post("start_confirmed", body)
    assert (last().outcome, last().flags) == (
        Outcome.QUARANTINED,
        [Flag.DOUBLED_FIELDS],
    )


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"ZonaHoraria": ""}, [Flag.ZONE_MISSING]),
        ({"FechaHora": ""}, [Flag.TIME_MISSING]),
        ({"FechaHora": "15/06/2026"}, [Flag.TIME_MALFORMED]),
        ({"FechaHora": "2026-06-15 11:05:01"}, [Flag.TIME_OFF]),
    ],
)
def test_start_confirmed_with_a_doubtful_time_opens_by_our_clock(
    session: SenceSession, changes: dict[str, str], flags: list[Flag]
) -> None:
    """A27: raw value kept beside our own time, flagged."""
    body = urlencoded(start_confirmed(session, **changes))
    post("start_confirmed", body)
    session.refresh_from_db()
    sences = "ZonaHoraria" in changes
    assert session.opened_clock == (Clock.SENCE if sences else Clock.PORTAL)
    assert (session.opened_at, last().flags) == (NOW, flags)
    assert bytes(Receipt.objects.get().body) == body
