"""On which level recorded time stands: of many in SQL as of one in Python."""

import pytest
from django.test import Client

from attendance import selectors
from attendance.levels import LevelTime, time_by_level, with_level
from attendance.models import (
    BrowserReturn,
    CallbackKind,
    Decision,
    Level,
    Outcome,
    Receipt,
    Review,
    SenceSession,
    SessionState,
    Verdict,
)
from attendance.services.sessions import request_close
from courses.models import Enrolment
from otec_portal.core.models import TrainingBody
from tests.attendance.book import action_of, mark, person
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.factories.core import UserFactory
from tests.sence_messages import (
    close_confirmed,
    close_failed,
    post,
    start_confirmed,
)

pytestmark = pytest.mark.django_db
START, CLOSE = CallbackKind.START_CONFIRMED, CallbackKind.CLOSE_CONFIRMED


def received(
    session: SenceSession,
    kind: CallbackKind,
    *,
    outcome: Outcome = Outcome.APPLIED,
    own: bool | None = True,
    verdict: Verdict | None = None,
    codes: tuple[str, ...] = (),
) -> Receipt:
    receipt: Receipt = ReceiptFactory(session=session, kind=kind)
    Decision.objects.create(receipt=receipt, outcome=outcome, codes=list(codes), at=NOW)
    if own is not None:
        BrowserReturn.objects.create(receipt=receipt, own=own, at=NOW)
    if verdict is not None:
        by = UserFactory()
        Review.objects.create(receipt=receipt, verdict=verdict, by=by, at=NOW)
    return receipt


def sessions(body: TrainingBody) -> None:
    """One of each kind that differs in what its marks are worth."""
    one = person(action_of(body))
    made = [mark(one, f"{hour:02}:00:00", f"{hour:02}:30:00") for hour in range(8, 18)]
    for session in made:
        received(session, START)
    received(made[0], CLOSE)
    received(made[1], CLOSE, own=False)
    received(made[2], CLOSE, own=None)
    received(made[3], CLOSE, outcome=Outcome.QUARANTINED)
    received(made[4], CLOSE, outcome=Outcome.LATE, verdict=Verdict.ACCEPTED)
    received(made[5], CLOSE, outcome=Outcome.LATE, verdict=Verdict.DISMISSED)
    # an error that the own browser carried, and a confirmation that another one did
    for session, codes in zip(
        made[6:9], [("300",), ("",), ("999", "300")], strict=True
    ):
        received(session, CLOSE, codes=codes)
        received(session, CLOSE, own=False)


def test_level_in_sql_is_that_of_one_session(our_body: TrainingBody) -> None:
    sessions(our_body)
    of_one = {
        one.pk: one.level for one in selectors.with_evidence(SenceSession.objects.all())
    }
    of_many = dict(with_level(SenceSession.objects.all()).values_list("pk", "worth"))
    assert of_one == of_many
    assert sorted(of_many.values()) == [Level.LINKED] * 2 + [Level.RECEIVED] * 8


def test_time_by_level_is_of_sessions_that_count(
    our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    sessions(our_body)
    mark(person(action_of(our_body)), "20:00:00", expired=True)
    sessions(rival_body)
    mine = SenceSession.objects.filter(
        enrolment__action__course__training_body=our_body
    )
    assert time_by_level(mine) == [
        LevelTime(Level.RECEIVED, 8 * 1800),
        LevelTime(Level.LINKED, 2 * 1800),
    ]


def test_confirming_in_sql_is_that_of_one_receipt(our_body: TrainingBody) -> None:
    sessions(our_body)
    for kind in CallbackKind:
        for outcome in Outcome:
            for codes in ((), ("300",), ("",)):
                session = SenceSession.objects.first()
                assert session is not None
                received(session, kind, outcome=outcome, codes=codes)
    of_one = {one.pk for one in Receipt.objects.all() if one.confirms}
    assert of_one == set(Receipt.objects.confirming().values_list("pk", flat=True))
    assert 0 < len(of_one) < Receipt.objects.count()


@pytest.mark.usefixtures("stopped_clock")
def test_close_error_carried_by_the_own_browser_links_no_mark(
    enrolment: Enrolment, participant_client: Client
) -> None:
    """The error came home on the success address; the confirmation to nobody's."""
    session = SenceSessionFactory(enrolment=enrolment)
    own = participant_client
    own.get(post("start_confirmed", start_confirmed(session))["Location"])
    session.refresh_from_db()
    request_close(session, now=NOW)
    own.get(post("close_confirmed", close_failed(session, "300"))["Location"])
    session.refresh_from_db()
    request_close(session, now=NOW)
    Client().get(post("close_confirmed", close_confirmed(session))["Location"])
    (closed,) = selectors.with_evidence(SenceSession.objects.all())
    assert (closed.state, closed.level) == (SessionState.CLOSED, Level.RECEIVED)
    worth = with_level(SenceSession.objects.all()).values_list("worth", flat=True)
    assert list(worth) == [Level.RECEIVED]
