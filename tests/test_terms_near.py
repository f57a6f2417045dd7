"""The home page tells which terms come near: to emit, to liquidate."""

from typing import Any

import pytest
from django.urls import reverse

from otec_portal.core.attention import Item, Urgency
from otec_portal.core.models import TrainingBody
from tests.certificates.desk import certifiable, emitted
from tests.conftest import SignedIn
from tests.courses.test_agenda import DAY, TODAY, ended

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
EMIT, LIQUIDATE = "certificates.to_emit", "liquidation.to_liquidate"


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
