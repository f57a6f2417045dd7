"""What a mark is worth: *recibida*, and *vinculada* once the own browser came back."""

from datetime import timedelta

import pytest

from attendance.models import (
    BrowserReturn,
    Flag,
    Level,
    Receipt,
    SenceSession,
    Verdict,
)
from attendance.selectors import with_evidence
from attendance.services.returns import LINKS_WITHIN, redeem, ticket
from attendance.services.reviews import review
from courses.models import Participant
from tests.factories import NOW, TICK
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.courses import ParticipantFactory
from tests.sence_messages import close_confirmed, post, start_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def seen() -> SenceSession:
    return with_evidence(SenceSession.objects.all()).get()


def level() -> Level | None:
    return seen().level


def person() -> Participant:
    return SenceSession.objects.get().enrolment.participant


def confirm_start() -> Receipt:
    post("start_confirmed", start_confirmed(SenceSession.objects.get()))
    return Receipt.objects.latest("pk")


@pytest.fixture(autouse=True)
def session() -> SenceSession:
    one: SenceSession = SenceSessionFactory()
    return one


def test_level_without_a_mark_is_none() -> None:
    assert level() is None


def test_level_of_a_callback_alone_is_received() -> None:
    confirm_start()
    assert level() == Level.RECEIVED


def test_level_once_the_own_browser_came_back_is_linked() -> None:
    receipt = confirm_start()
    assert redeem(ticket(receipt), participant=person(), now=NOW) == receipt
    assert level() == Level.LINKED
    assert BrowserReturn.objects.get().own


def test_level_of_a_closed_session_is_that_of_its_lower_mark(
    session: SenceSession,
) -> None:
    redeem(ticket(confirm_start()), participant=person(), now=NOW)
    session.refresh_from_db()
    session.advance("ask_to_close", at=NOW, close_handed_at=NOW)
    later = NOW + timedelta(minutes=1)
    post("close_confirmed", close_confirmed(session, at=later))
    assert level() == Level.RECEIVED
    close = Receipt.objects.latest("pk")
    redeem(ticket(close), participant=person(), now=NOW)
    assert level() == Level.LINKED


def test_level_after_somebody_elses_browser_came_is_received_and_flagged() -> None:
    """A17"""
    receipt = confirm_start()
    redeem(ticket(receipt), participant=ParticipantFactory(), now=NOW)
    assert level() == Level.RECEIVED
    assert seen().flags == [Flag.OTHER_BROWSER]


def test_level_after_nobodys_browser_came_can_still_be_linked() -> None:
    """Without a cookie there is nothing to note: the own browser may come yet."""
    receipt = confirm_start()
    assert redeem(ticket(receipt), participant=None, now=NOW) == receipt
    assert not BrowserReturn.objects.exists()
    redeem(ticket(receipt), participant=person(), now=NOW)
    assert level() == Level.LINKED


@pytest.mark.parametrize(
    ("late", "worth"),
    [(timedelta(0), Level.LINKED), (TICK, Level.RECEIVED)],
)
def test_level_at_ten_minutes_is_linked_and_after_them_not(
    late: timedelta, worth: Level
) -> None:
    receipt = confirm_start()
    now = NOW + LINKS_WITHIN + late
    assert redeem(ticket(receipt), participant=person(), now=now) == receipt
    assert level() == worth


def test_return_refreshed_is_noted_once_as_of_the_first() -> None:
    """A21"""
    receipt = confirm_start()
    for minutes in range(3):
        now = NOW + timedelta(minutes=minutes)
        redeem(ticket(receipt), participant=person(), now=now)
    assert BrowserReturn.objects.get().at == NOW


def test_level_of_a_repeated_callback_is_linked_as_well() -> None:
    """A2: whichever of the double tabs came back, it was the same person."""
    confirm_start()
    redeem(ticket(confirm_start()), participant=person(), now=NOW)
    assert level() == Level.LINKED


def test_level_of_a_late_close_accepted_by_a_person_is_linked(
    session: SenceSession,
) -> None:
    """A8: its browser came back as well; what was missing was belief."""
    redeem(ticket(confirm_start()), participant=person(), now=NOW)
    session.refresh_from_db()
    session.advance("ask_to_close", at=NOW, close_handed_at=NOW)
    session.advance("expire", at=NOW)
    post("close_confirmed", close_confirmed(session))
    late = Receipt.objects.latest("pk")
    redeem(ticket(late), participant=person(), now=NOW)
    review(late, verdict=Verdict.ACCEPTED, note="", by=UserFactory(), at=NOW)
    assert level() == Level.LINKED


def test_level_is_not_raised_by_a_callback_that_was_not_believed() -> None:
    """A5: a quarantined message proves nothing, whoever carried it."""
    confirm_start()
    fields = start_confirmed(SenceSession.objects.get(), RunAlumno="12345678-5")
    post("start_confirmed", fields)
    forged = Receipt.objects.latest("pk")
    redeem(ticket(forged), participant=person(), now=NOW)
    assert level() == Level.RECEIVED


@pytest.mark.parametrize("value", ["", "x", "1", "MQ:sig", "\0"])
def test_ticket_made_up_is_nothing(value: str) -> None:
    confirm_start()
    assert redeem(value, participant=person(), now=NOW) is None
    assert not BrowserReturn.objects.exists()


def test_ticket_does_not_show_the_nonce(session: SenceSession) -> None:
    """C4"""
    assert session.nonce not in ticket(confirm_start())
