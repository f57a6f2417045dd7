"""Somebody whose attendance is reconciled."""

import pytest

from courses.models import Enrolment, Environment
from otec_portal.core.models import TrainingBody
from tests.factories.courses import EnrolmentFactory


@pytest.fixture
def enrolled(our_body: TrainingBody) -> Enrolment:
    """In a production action of ours, with a name that is a formula."""
    one: Enrolment = EnrolmentFactory(
        action__course__training_body=our_body,
        action__environment=Environment.PRODUCTION,
        participant__first_names="=cmd()",
        participant__last_names="Soto",
    )
    return one
