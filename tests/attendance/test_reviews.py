"""What waits for a person: accepted or dismissed, once, audited."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from attendance.models import (
    Clock,
    Outcome,
    Receipt,
    Review,
    SenceSession,
    SessionState,
    Verdict,
)
from attendance.services.reviews import ReviewRefused, may_accept, review
from attendance.services.sessions import start
from courses.models import Enrolment
from otec_portal.core.models import AuditEntry, TransitionLog, User
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.sence_messages import close_confirmed, close_failed, post, start_confirmed

pytestmark = pytest.mark.django_db
LIMIT = NOW + timedelta(hours=3)
AFTER = LIMIT + timedelta(minutes=1)
SECOND = timedelta(seconds=1)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def late_close(stopped_clock: time_machine.Traveller) -> Receipt:
    """A close that SENCE confirmed a minute after the session expired here."""
    session = SenceSessionFactory(closing=True)
    stopped_clock.move_to(AFTER)
    post("close_confirmed", close_confirmed(session, at=AFTER))
    return Receipt.objects.get()


@pytest.fixture
def user() -> User:
    someone: User = UserFactory()
    return someone


def give(receipt: Receipt, verdict: Verdict, user: User) -> Review:
    return review(receipt, verdict=verdict, note="Lo vi", by=user, at=TOMORROW)


def again(receipt: Receipt) -> Receipt:
    """The receipt as another request sees it."""
    return Receipt.objects.get(pk=receipt.pk)


def test_late_close_accepted_closes_with_the_time_of_the_evidence(
    late_close: Receipt, user: User
) -> None:
    """A8: one click, audited; what is past the maximum was never attendance."""
    assert may_accept(late_close)
    give(late_close, Verdict.ACCEPTED, user)
    session = SenceSession.objects.get()
    assert (session.state, session.closed_at) == (SessionState.CLOSED, LIMIT)
    assert session.closed_clock == Clock.MAXIMUM
    log = TransitionLog.objects.get(transition="accept_late_close")
    assert (log.at, log.by) == (TOMORROW, str(user))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.at) == (
        "attendance.receipt_reviewed",
        user,
        TOMORROW,
    )
    assert entry.data["verdict"] == "accepted"
    assert not Receipt.objects.awaiting_review().exists()


@pytest.mark.parametrize(
    ("stated", "counted", "clock"),
    [
        (LIMIT - SECOND, LIMIT - SECOND, Clock.SENCE),
        (LIMIT, LIMIT, Clock.SENCE),
        (LIMIT + SECOND, LIMIT, Clock.MAXIMUM),
    ],
)
def test_late_close_accepted_counts_to_the_maximum_at_most(
    stopped_clock: time_machine.Traveller,
    user: User,
    stated: datetime,
    counted: datetime,
    clock: Clock,
) -> None:
    session = SenceSessionFactory(closing=True)
    stopped_clock.move_to(AFTER)
    post("close_confirmed", close_confirmed(session, at=stated))
    give(Receipt.objects.get(), Verdict.ACCEPTED, user)
    session.refresh_from_db()
    assert (session.closed_at, session.closed_clock) == (counted, clock)


@pytest.mark.parametrize("ahead", [0, 1])
def test_close_in_time_counts_to_the_maximum_at_most(
    stopped_clock: time_machine.Traveller, ahead: int
) -> None:
    """SENCE's clock may be ahead of ours by a little."""
    session = SenceSessionFactory(closing=True)
    stopped_clock.move_to(LIMIT)
    post("close_confirmed", close_confirmed(session, at=LIMIT + ahead * SECOND))
    session.refresh_from_db()
    assert session.closed_at == LIMIT
    assert session.closed_clock == (Clock.MAXIMUM if ahead else Clock.SENCE)


def test_late_close_dismissed_changes_nothing_but_waits_no_more(
    late_close: Receipt, user: User
) -> None:
    """A8"""
    assert Receipt.objects.awaiting_review().get() == late_close
    give(late_close, Verdict.DISMISSED, user)
    assert SenceSession.objects.get().state == SessionState.EXPIRED
    assert not Receipt.objects.awaiting_review().exists()
    assert AuditEntry.objects.get().data["verdict"] == "dismissed"


@pytest.mark.parametrize("first", Verdict)
@pytest.mark.parametrize("second", Verdict)
def test_verdict_given_twice_is_refused(
    late_close: Receipt, user: User, first: Verdict, second: Verdict
) -> None:
    give(late_close, first, user)
    before = SenceSession.objects.values().get()
    with pytest.raises(ReviewRefused) as refused:
        give(again(late_close), second, UserFactory())
    assert refused.value.code in {"reviewed", "not_acceptable"}
    assert Review.objects.get().verdict == first
    assert SenceSession.objects.values().get() == before
    assert AuditEntry.objects.count() == 1


def test_verdict_on_a_session_that_moved_meanwhile_writes_nothing(
    late_close: Receipt, user: User
) -> None:
    stale = again(late_close)
    assert stale.session.state == SessionState.EXPIRED
    post("close_confirmed", close_confirmed(stale.session, at=AFTER + SECOND))
    second = Receipt.objects.latest("pk")
    give(second, Verdict.ACCEPTED, user)
    with pytest.raises(ReviewRefused) as refused:
        give(stale, Verdict.ACCEPTED, user)
    assert refused.value.code == "moved"
    assert list(Review.objects.values_list("receipt", flat=True)) == [second.pk]
    assert AuditEntry.objects.count() == 1


def received(kind: str, life: str, fields: dict[str, str]) -> Receipt:
    """A receipt of `kind` for a session that stands at `life`."""
    session = SenceSessionFactory(**{life: True})
    post(kind, {**close_confirmed(session), **fields})
    return Receipt.objects.get()


UNACCEPTABLE = [
    ("close_confirmed", "expired", {"RunAlumno": "12345678-5"}),
    ("close_confirmed", "expired", {"GlosaError": "305"}),
    ("close_failed", "expired", {"GlosaError": "305"}),
    ("start_confirmed", "abandoned", {"IdSesionSence": "S"}),
    ("start_confirmed", "failed", {"IdSesionSence": "S"}),
    ("close_confirmed", "failed", {}),
    ("close_confirmed", "opened", {}),
]


@pytest.mark.parametrize(("kind", "life", "fields"), UNACCEPTABLE)
def test_anything_but_a_late_close_can_not_be_accepted(
    stopped_clock: object, user: User, kind: str, life: str, fields: dict[str, str]
) -> None:
    """A5, A7, A8: nothing else ever revives a session."""
    receipt = received(kind, life, fields)
    before = SenceSession.objects.values().get()
    assert not may_accept(receipt)
    with pytest.raises(ReviewRefused) as refused:
        give(receipt, Verdict.ACCEPTED, user)
    assert refused.value.code == "not_acceptable"
    assert SenceSession.objects.values().get() == before
    assert not Review.objects.exists()
    assert not AuditEntry.objects.exists()


def test_late_close_that_nobody_asked_for_can_not_be_accepted(
    stopped_clock: time_machine.Traveller, user: User
) -> None:
    """No close form was handed out: SENCE can't have confirmed one (A8)."""
    session = SenceSessionFactory(expired=True, close_handed_at=None)
    stopped_clock.move_to(AFTER)
    post("close_confirmed", close_confirmed(session, at=AFTER))
    assert not may_accept(Receipt.objects.get())


def test_late_close_may_be_accepted_though_a_new_session_runs(
    late_close: Receipt, user: User
) -> None:
    """Closing an old session leaves the new one alone."""
    new = start(late_close.session.enrolment, now=AFTER).session
    give(again(late_close), Verdict.ACCEPTED, user)
    new.refresh_from_db()
    assert new.state == SessionState.STARTING


def test_repeated_and_applied_receipts_wait_for_nobody(stopped_clock: object) -> None:
    session = SenceSessionFactory()
    for _ in range(2):
        post("start_confirmed", start_confirmed(session))
    assert Receipt.objects.filter(decision__outcome=Outcome.REPEATED).exists()
    assert not Receipt.objects.awaiting_review().exists()


def test_late_failure_waits_for_a_person(stopped_clock: object) -> None:
    post("close_failed", close_failed(SenceSessionFactory(expired=True)))
    assert Receipt.objects.awaiting_review().count() == 1


@pytest.mark.parametrize("verdict", Verdict)
def test_receipt_that_waits_for_nobody_gets_no_verdict(
    stopped_clock: object, user: User, verdict: Verdict
) -> None:
    receipt = received("close_confirmed", "closing", {})
    with pytest.raises(ReviewRefused) as refused:
        give(receipt, verdict, user)
    assert refused.value.code == "nothing_to_review"
    assert not Review.objects.exists()


def test_late_close_accepted_is_told_wherever_its_session_is_shown(
    enrolment: Enrolment, admin: SignedIn, stopped_clock: time_machine.Traveller
) -> None:
    """A8: a mark that no clock gave must not look like one that a clock gave."""
    session = SenceSessionFactory(enrolment=enrolment, closing=True)
    stopped_clock.move_to(AFTER)
    post("close_confirmed", close_confirmed(session, at=AFTER))
    pages = [
        reverse("attendance:sessions"),
        reverse("attendance:session", args=[session.public_id]),
    ]
    before = [admin.client.get(page).content.decode() for page in pages]
    give(Receipt.objects.get(), Verdict.ACCEPTED, admin.membership.user)
    listed, shown = (admin.client.get(page).content.decode() for page in pages)
    assert ["Cierre tardío aceptado" in page for page in before] == [False, False]
    assert "Cierre tardío aceptado" in listed
    assert "Cierre tardío aceptado" in shown
    assert "Máximo de la sesión" in shown
    assert "Reloj del portal" not in shown
