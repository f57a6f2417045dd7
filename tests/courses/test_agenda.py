"""What falls due when: the steps of many actions, in constant queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.agenda import Wanted, agenda
from courses.catalogue import save_action
from courses.ladder import Kind, Known, Stake
from courses.models import ActionState, ActivityType, TrainingAction
from courses.standing import day_zero_within, declared_within, facts_of, ladder_of
from otec_portal.core.models import Role, TrainingBody
from tests.certificates.annulments import requested
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.courses import IntermediaryFactory, TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
TODAY = NOW.date()
DAY = timedelta(days=1)
LONG = Wanted(first=TODAY - 90 * DAY, last=TODAY + 730 * DAY)


def ended(body: TrainingBody, days: int, **more: Any) -> TrainingAction:
    """An action in production that ended that many days ago."""
    action: TrainingAction = TrainingActionFactory(
        **{
            "course__training_body": body,
            "production": True,
            "starts_on": TODAY - timedelta(days=days + 20),
            "ends_on": TODAY - timedelta(days=days),
            **more,
        }
    )
    return action


def kinds(who: SignedIn, wanted: Wanted = LONG) -> list[Kind]:
    found = agenda(who.membership, wanted, today=TODAY)
    return [one.step.kind for one in found.entries]


def test_entries_are_what_still_needs_something(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, 45)
    assert kinds(admin) == [Kind.RECOMMENDED, Kind.LAST, Kind.LIQUIDATION]


def test_entries_with_what_is_done_are_all_steps(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, 45)
    wanted = Wanted(first=LONG.first, last=LONG.last, pending=False)
    assert len(kinds(admin, wanted)) == 5


def test_certificate_emitted_leaves_the_liquidation(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    emitted(certifiable(our_body, ends_on=TODAY - 5 * DAY))
    assert kinds(admin) == [Kind.LIQUIDATION]


def test_annulment_that_waits_is_due_in_twenty_business_days(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E5: asked for on 15-06-2026, answered over the holidays of June and July."""
    action = certifiable(our_body, ends_on=TODAY - 5 * DAY)
    asked = requested(emitted(action))
    found = agenda(admin.membership, LONG, today=TODAY).entries
    assert {one.step.kind: one.step.on for one in found} == {
        Kind.ANSWER: asked.due_on,
        Kind.LIQUIDATION: action.ends_on + 60 * DAY,
    }
    narrow = Wanted(first=asked.due_on, last=asked.due_on, stakes=[Stake.ANNULMENT])
    assert kinds(admin, narrow) == [Kind.ANSWER]


@pytest.mark.parametrize(
    ("stake", "expected"),
    [
        (Stake.EMIT, [Kind.RECOMMENDED, Kind.LAST]),
        (Stake.OTIC, [Kind.ORDINARY]),
        (Stake.LIQUIDATE, [Kind.LIQUIDATION]),
        (Stake.ANNULMENT, []),
        (Stake.END, [Kind.END]),
    ],
)
def test_entries_by_what_is_at_stake(
    stake: Stake, expected: list[Kind], admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, -10, intermediary=IntermediaryFactory(training_body=our_body))
    wanted = Wanted(first=LONG.first, last=LONG.last, stakes=[stake])
    assert kinds(admin, wanted) == expected


def test_partial_action_stands_on_its_own_dates(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E8: provisionally on 31 December, with its declaration from 1 January."""
    ended(
        our_body,
        0,
        activity_type=ActivityType.PARTIAL,
        starts_on=TODAY,
        ends_on=TODAY + 300 * DAY,
    )
    new_year = Wanted(first=date(2026, 12, 31), last=date(2027, 1, 1))
    assert kinds(admin, new_year) == [Kind.END, Kind.DECLARATION]
    opens = Wanted(first=date(2027, 1, 1), last=date(2027, 1, 1))
    assert kinds(admin, opens) == [Kind.DECLARATION]


@pytest.mark.parametrize(
    "left_out",
    [
        {"production": False},
        {"decision": ActionState.ANNULLED},
        {"decision": ActionState.LIQUIDATED},
        {"region": "MA"},
    ],
)
def test_entries_leave_out(
    left_out: dict[str, Any], our_body: TrainingBody, regional_admin: SignedIn
) -> None:
    """C1: also what is of another region."""
    ended(our_body, 10, **left_out)
    assert kinds(regional_admin) == []


def test_entries_of_another_body_are_not_there(
    rival: SignedIn, our_body: TrainingBody, facilitator: SignedIn
) -> None:
    """C1; a facilitator looks too."""
    ended(our_body, 10)
    assert kinds(rival) == []
    assert kinds(facilitator)
    assert not kinds(sign_in(None, Role.REGIONAL_OFFICE, "ML"))


def test_entries_of_one_region(admin: SignedIn, our_body: TrainingBody) -> None:
    ended(our_body, 10, region="MA")
    here = Wanted(first=LONG.first, last=LONG.last, region="ML")
    there = Wanted(first=LONG.first, last=LONG.last, region="MA")
    assert (kinds(admin, here), bool(kinds(admin, there))) == ([], True)


def test_agenda_of_more_actions_asks_the_same_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for batch in (1, 8):
        for _ in range(batch):
            ended(our_body, 10)
        with CaptureQueriesContext(connection) as asked:
            assert kinds(admin)
        assert len(asked) == 2


def test_end_date_corrected_moves_every_step(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E9."""
    action = ended(our_body, -10)
    before = {one.step.kind: one.step.on for one in _entries(admin)}
    action.ends_on += 7 * DAY
    save_action(action, by=admin.membership, at=NOW)
    after = {one.step.kind: one.step.on for one in _entries(admin)}
    assert after == {kind: on + 7 * DAY for kind, on in before.items()}


def _entries(who: SignedIn) -> Any:
    return agenda(who.membership, LONG, today=TODAY).entries


@pytest.mark.parametrize(
    ("fields", "opens"),
    [
        ({"starts_on": date(2026, 3, 1), "ends_on": date(2026, 7, 8)}, False),
        (
            {
                "activity_type": ActivityType.PARTIAL,
                "starts_on": date(2026, 3, 1),
                "ends_on": date(2027, 7, 8),
            },
            True,
        ),
        (
            {
                "activity_type": ActivityType.PARTIAL,
                "starts_on": date(2026, 3, 1),
                "ends_on": date(2027, 7, 8),
                "real_ends_on": date(2026, 11, 2),
            },
            True,
        ),
    ],
)
def test_day_zero_is_the_same_in_sql(fields: dict[str, Any], opens: bool) -> None:
    """E1, E8: at either edge of a span; SQL finds the day that Python computes."""
    action = TrainingActionFactory(**fields)
    zero = facts_of(action, Known()).terms.day_zero
    actions = TrainingAction.objects.all()
    for first, last, found in (
        (zero, zero, True),
        (zero - DAY, zero + DAY, True),
        (zero + DAY, zero + 400 * DAY, False),
        (zero - 400 * DAY, zero - DAY, False),
    ):
        assert actions.filter(day_zero_within(first, last)).exists() == found
    new_year = date(2027, 1, 1)
    assert actions.filter(declared_within(new_year, new_year)).exists() == opens
    assert not actions.filter(declared_within(new_year + DAY, new_year + DAY))
    assert bool(ladder_of(action, today=TODAY).step(Kind.DECLARATION)) == opens
