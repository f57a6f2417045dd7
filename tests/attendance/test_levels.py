"""On which level recorded time stands: of many in SQL as of one in Python."""

import pytest

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
    Verdict,
)
from otec_portal.core.models import TrainingBody
from tests.attendance.book import action_of, mark, person
from tests.factories import NOW, ReceiptFactory, UserFactory

pytestmark = pytest.mark.django_db
START, CLOSE = CallbackKind.START_CONFIRMED, CallbackKind.CLOSE_CONFIRMED


def received(
    session: SenceSession,
    kind: CallbackKind,
    *,
    outcome: Outcome = Outcome.APPLIED,
    own: bool | None = True,
    verdict: Verdict | None = None,
) -> Receipt:
    receipt: Receipt = ReceiptFactory(session=session, kind=kind)
    Decision.objects.create(receipt=receipt, outcome=outcome, at=NOW)
    if own is not None:
        BrowserReturn.objects.create(receipt=receipt, own=own, at=NOW)
    if verdict is not None:
        by = UserFactory()
        Review.objects.create(receipt=receipt, verdict=verdict, by=by, at=NOW)
    return receipt


def sessions(body: TrainingBody) -> None:
    """One of each kind that differs in what its marks are worth."""
    one = person(action_of(body))
    made = [mark(one, f"{hour:02}:00:00", f"{hour:02}:30:00") for hour in range(8, 15)]
    for session in made:
        received(session, START)
    received(made[0], CLOSE)
    received(made[1], CLOSE, own=False)
    received(made[2], CLOSE, own=None)
    received(made[3], CLOSE, outcome=Outcome.QUARANTINED)
    received(made[4], CLOSE, outcome=Outcome.LATE, verdict=Verdict.ACCEPTED)
    received(made[5], CLOSE, outcome=Outcome.LATE, verdict=Verdict.DISMISSED)


def test_level_in_sql_is_that_of_one_session(our_body: TrainingBody) -> None:
    sessions(our_body)
    of_one = {
        one.pk: one.level for one in selectors.with_evidence(SenceSession.objects.all())
    }
    of_many = dict(with_level(SenceSession.objects.all()).values_list("pk", "worth"))
    assert of_one == of_many
    assert sorted(of_many.values()) == [Level.LINKED] * 2 + [Level.RECEIVED] * 5


def test_time_by_level_is_of_sessions_that_count(
    our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    sessions(our_body)
    mark(person(action_of(our_body)), "16:00:00", expired=True)
    sessions(rival_body)
    mine = SenceSession.objects.filter(
        enrolment__action__course__training_body=our_body
    )
    assert time_by_level(mine) == [
        LevelTime(Level.RECEIVED, 5 * 1800),
        LevelTime(Level.LINKED, 2 * 1800),
    ]
