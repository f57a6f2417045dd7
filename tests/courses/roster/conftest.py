"""The action whose roster is tried."""

import pytest

from courses.models import TrainingAction
from otec_portal.core.models import TrainingBody
from tests.factories.courses import TrainingActionFactory


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(course__training_body=our_body)
    return made
