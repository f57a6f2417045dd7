"""The home page tells which terms come near: to emit, to liquidate."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certificates.models import CertificateState
from courses.ladder import NEAR, Kind, Ladder, Stake
from courses.models import TrainingAction
from courses.pressing import DAYS_LEFT, near
from courses.standing import ladders_of
from otec_portal import reminders
from otec_portal.core.attention import Item, Urgency
from otec_portal.core.models import TrainingBody
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn
from tests.courses.test_agenda import DAY, TODAY, ended
from tests.factories.courses import CourseFactory, IntermediaryFactory
from tests.reminding import certify
from tests.test_reminders_rule import ACTIONS, TODAYS, an_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
EMIT, LIQUIDATE = "certificates.to_emit", "liquidation.to_liquidate"
OTIC, ANSWER = "certificates.to_hand_over", "certificates.annulments_unanswered"


def items(who: SignedIn) -> dict[str, Item]:
    answer: Any = who.client.get(reverse("home"))
    return {item.kind: item for item in answer.context["items"]}


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (29, None),
        (30, Urgency.SOON),
        (37, Urgency.NOW),
        (41, Urgency.SOON),
        (59, Urgency.NOW),
        (60, None),
    ],
)
def test_certificate_to_emit_is_told_near_its_terms(
    days: int, urgency: Urgency | None, admin: SignedIn, our_body: TrainingBody
) -> None:
    """E1: ten days before day 40 and until day 59."""
    action = ended(our_body, days)
    item = items(admin).get(EMIT)
    assert (item.urgency if item else None) == urgency
    if item:
        (example,) = item.examples
        assert example.text.startswith(f"{action.action_code} · ")
        assert "para emitir" in example.text


@pytest.mark.parametrize(
    ("days", "state", "kind"),
    [
        (60, None, LIQUIDATE),
        (60, CertificateState.ANNULMENT_REQUESTED, LIQUIDATE),
        (60, CertificateState.REISSUE_APPROVED, LIQUIDATE),
        (40, CertificateState.ISSUED, OTIC),
        (40, None, EMIT),
        (59, None, EMIT),
    ],
)
def test_what_mail_reminds_of_today_stands_on_the_home_page(
    days: int,
    state: CertificateState | None,
    kind: str,
    admin: SignedIn,
    our_body: TrainingBody,
) -> None:
    """Reminders by e-mail and on the home page: one rule."""
    otic = IntermediaryFactory(training_body=our_body)
    action = ended(our_body, days, intermediary=otic)
    if state:
        certify(action, state)
    assert reminders.note(TODAY) >= 1
    item = items(admin)[kind]
    assert (item.count, item.urgency) == (1, Urgency.NOW)
    assert "vence hoy" in item.examples[0].text


def test_nearest_term_comes_first_and_decides_how_soon(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Of those past day 40 the last term counts: they ended earlier, and wait."""
    for _ in range(3):
        ended(our_body, 45)
    pressing_one = ended(our_body, 40)
    item = items(admin)[EMIT]
    assert (item.count, item.urgency) == (4, Urgency.NOW)
    assert item.examples[0].text.startswith(pressing_one.action_code)


class TestNear(TestCase):
    """hypothesis gives every example a database of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(today=TODAYS, actions=st.lists(ACTIONS, min_size=1, max_size=6))
    def test_what_is_near_is_what_the_ladder_says(
        self, today: date, actions: list[Any]
    ) -> None:
        course = CourseFactory()
        made = [an_action(course, today, one) for one in actions]
        for one in made:
            one.refresh_from_db()
        every = TrainingAction.objects.all()
        ladders = ladders_of(made, today=today)
        for stake in DAYS_LEFT:
            found = near(every, stake, today=today)
            assert set(found.values_list("pk", "days_left")) == {
                (pk, left)
                for pk, one in ladders.items()
                if (left := days_left(one, stake)) is not None
            }


def days_left(one: Ladder, stake: Stake) -> int | None:
    """How many days are left of what is near, by the ladder's steps; None: nothing."""
    facts = one.facts
    if facts.in_test or facts.liquidated or facts.annulled:
        return None
    left = {step.kind: step.days for step in one.steps if step.needs_something}
    ordinary = left.get(Kind.ORDINARY, -1)
    if stake == Stake.LIQUIDATE:
        found = left[Kind.LIQUIDATION]
    elif one.to_emit != (stake == Stake.EMIT) or (
        stake == Stake.OTIC and not facts.otic
    ):
        return None
    elif stake == Stake.EMIT and ordinary < 0:
        return left[Kind.LAST] if left[Kind.LAST] >= 0 else None
    else:
        found = ordinary
    return found if 0 <= found <= NEAR else None


@pytest.mark.parametrize(("days", "told"), [(49, 0), (50, 1), (60, 1), (61, 0)])
def test_action_to_liquidate_is_told_near_day_sixty(
    days: int, told: int, admin: SignedIn, our_body: TrainingBody
) -> None:
    """E1: from day 50 to day 60, once the certificate is emitted."""
    action = certifiable(our_body, ends_on=TODAY - 5 * DAY)
    emitted(action)
    action.ends_on, action.starts_on = TODAY - days * DAY, TODAY - (days + 9) * DAY
    action.save()
    found = items(admin)
    assert EMIT not in found
    assert (found[LIQUIDATE].count if told else LIQUIDATE not in found) == 1
    if told:
        calendar = admin.client.get(found[LIQUIDATE].url)
        assert calendar.status_code == 200


def test_terms_are_told_to_who_can_act(
    facilitator: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    """C1: neither who looks only nor who is of another body."""
    ended(our_body, 35)
    assert EMIT not in items(facilitator)
    assert EMIT not in items(rival)
