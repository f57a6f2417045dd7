"""A person's place in a packet is one of their own action: model and database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from courses.models import TrainingAction
from liquidation.kinds import DocumentKind
from liquidation.models import Placement
from otec_portal.core.models import TrainingBody
from tests.factories.courses import EnrolmentFactory
from tests.factories.packets import PacketActionFactory
from tests.liquidation.packing import packet_of, person, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(our_body: TrainingBody) -> Placement:
    held = packet_of(our_body)
    return placed(held, DocumentKind.DECLARATION, person(held))


@pytest.fixture
def other_action(place: Placement) -> TrainingAction:
    """Another action of the same packet."""
    made: TrainingAction = PacketActionFactory(packet=place.paper.packet).action
    return made


def test_place_of_another_actions_participant_is_refused(
    place: Placement, other_action: TrainingAction
) -> None:
    place.clean()
    place.enrolment = EnrolmentFactory(action=other_action)
    with pytest.raises(ValidationError) as refused:
        place.clean()
    (error,) = refused.value.error_dict["enrolment"]
    assert error.code == "other_action"


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("side", ["placement", "enrolment"])
def test_database_itself_keeps_a_place_with_its_action(
    side: str, place: Placement, other_action: TrainingAction
) -> None:
    """From both sides: neither may move to another action without the other."""
    assert place.enrolment is not None
    table, row = {
        "placement": ("liquidation_placement", place.pk),
        "enrolment": ("courses_enrolment", place.enrolment.pk),
    }[side]
    with (
        pytest.raises(IntegrityError, match="placement_of_its_own_action"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE {table} SET action_id = %s WHERE id = %s",
            [other_action.pk, row],
        )


def test_place_of_an_action_moves_with_nobody(
    place: Placement, other_action: TrainingAction
) -> None:
    """The key of both columns binds only what names a person."""
    Placement.objects.filter(pk=place.pk).update(
        kind=DocumentKind.INVOICE, enrolment=None, action=other_action
    )
    place.refresh_from_db()
    place.clean()
    assert place.action == other_action
