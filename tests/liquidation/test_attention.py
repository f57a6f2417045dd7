"""What the home page says of sworn statements."""

import pytest

from courses.models import Modality
from liquidation.attention import items
from otec_portal.core.models import Membership, TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.liquidation.desk import TODAY, ended, enrolled, issued, otec_issued

pytestmark = pytest.mark.django_db


def told(membership: Membership) -> dict[str, int]:
    return {one.kind: one.count for one in items(membership, now=NOW)}


def test_home_asks_for_the_otecs_declaration_first(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    """The participants are not chased before: they could do nothing."""
    action = ended(our_body)
    enrolled(action)
    assert told(admin.membership) == {"liquidation.otec_declaration_missing": 1}
    otec_issued(action)
    assert told(admin.membership) == {"liquidation.declarations_missing": 1}
    assert told(rival.membership) == {}


def test_home_says_nothing_where_there_is_nothing_to_issue(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    enrolled(ended(our_body, ends_on=TODAY))
    enrolled(ended(our_body, course__modality=Modality.CLASSROOM))
    enrolled(ended(our_body, decision="annulled"))
    enrolled(ended(our_body), sessions=0)
    done = ended(our_body)
    otec_issued(done)
    issued(enrolled(done))
    assert told(admin.membership) == {}
