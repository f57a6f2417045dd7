"""A declaration is of its own action's participant: by the model, by the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from courses.models import TrainingAction
from liquidation.models import Declaration
from otec_portal.core.models import TrainingBody
from tests.factories import NOW
from tests.factories.courses import EnrolmentFactory
from tests.factories.liquidation import DeclarationFactory
from tests.liquidation.desk import ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return ended(our_body)


def test_declaration_of_another_actions_participant_is_refused(
    action: TrainingAction,
) -> None:
    stranger = EnrolmentFactory(action__course=action.course)
    made = Declaration(action=action, enrolment=stranger, recorded_at=NOW)
    for attempt in (made.clean, made.save):
        with pytest.raises(ValidationError) as refused:
            attempt()
        (error,) = refused.value.error_dict["enrolment"]
        assert error.code == "other_action"


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("side", ["declaration", "enrolment"])
def test_database_itself_keeps_a_declaration_with_its_action(
    side: str, action: TrainingAction
) -> None:
    """From both sides: neither may move to another action without the other."""
    kept = DeclarationFactory()
    table, row = {
        "declaration": ("liquidation_declaration", kept.pk),
        "enrolment": ("courses_enrolment", kept.enrolment.pk),
    }[side]
    with (
        pytest.raises(IntegrityError, match="declaration_of_its_own_action"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE {table} SET action_id = %s WHERE id = %s",
            [action.pk, row],
        )
