"""Many emissions at the same moment on PostgreSQL: numbers without gaps or doubles."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from attendance.services import sessions
from certificates.models import Certificate
from certificates.services.documents import make
from certificates.services.emission import EmissionRefused, emit
from courses.models import TrainingAction
from otec_portal.core.models import TrainingBody, User
from tests.at_once import at_once
from tests.certificates.desk import ORDER, certifiable, emitted, seen_of
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
MANY = 8
MOMENT = timedelta(milliseconds=50)


def _try(action: TrainingAction, seen: str, by: User, at: datetime = NOW) -> str:
    try:
        return emit(action, order=ORDER, seen=seen, by=by, at=at).number
    except EmissionRefused as refused:
        return refused.notices[0].code


def test_emissions_at_once_are_numbered_without_gaps_or_doubles(
    our_body: TrainingBody,
) -> None:
    actions = [certifiable(our_body, people=1) for _ in range(MANY)]
    by = UserFactory()
    numbers = at_once(*[partial(_try, one, seen_of(one), by) for one in actions])
    assert sorted(numbers) == sorted(f"{n}-2026" for n in range(1, MANY + 1))


def test_emission_pressed_at_once_by_many_is_one(our_body: TrainingBody) -> None:
    action = certifiable(our_body, people=1)
    seen = seen_of(action)
    people = [UserFactory() for _ in range(MANY)]
    said = at_once(*[partial(_try, action, seen, by) for by in people])
    assert sorted(said) == ["1-2026", *["issued"] * (MANY - 1)]
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("ahead", [timedelta(0), MOMENT, -MOMENT])
@pytest.mark.parametrize("turn", range(2))
def test_session_begun_at_the_moment_of_emission_is_in_or_out_and_never_both(
    our_body: TrainingBody, turn: int, ahead: timedelta
) -> None:
    """Either the emission sees the session, or the start sees the closed action.

    Whoever waits for the row took the time before: the clocks of the two say nothing.
    """
    action = certifiable(our_body, people=1)
    enrolment = action.enrolments.get()

    def begin() -> str:
        try:
            sessions.start(enrolment, now=NOW)
        except sessions.StartRefused as refused:
            return refused.code
        return "begun"

    deeds: list[Callable[[], str]] = [
        begin,
        partial(_try, action, seen_of(action), UserFactory(), NOW + ahead),
    ]
    if turn % 2:
        deeds.reverse()
    assert set(at_once(*deeds)) in (
        {"begun", "open_sessions"},
        {"action_closed", "1-2026"},
    )


def test_document_made_by_two_workers_at_once_is_one(our_body: TrainingBody) -> None:
    certificate = emitted(certifiable(our_body, people=1))
    files = at_once(*[partial(make, certificate, now=NOW) for _ in range(2)])
    assert len({one.pk for one in files}) == 1
