"""Rows and steps that the tests of sworn statements share."""

from datetime import date, timedelta
from typing import Any

from courses.models import Enrolment, TrainingAction
from liquidation.models import (
    Declaration,
    DeclarationState,
    Source,
)
from liquidation.recording import Learned
from liquidation.services import declarations
from otec_portal.core.models import TrainingBody, User
from tests.factories import NOW
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.liquidation import DeclarationFactory

TODAY = NOW.date()
DAY = timedelta(days=1)
ISSUED = DeclarationState.ISSUED


def ended(body: TrainingBody, **fields: Any) -> TrainingAction:
    """An action of `body` that ended yesterday: authorised since today."""
    facts = {
        "course__training_body": body,
        "production": True,
        "starts_on": date(2026, 5, 1),
        "ends_on": TODAY - DAY,
    }
    made: TrainingAction = TrainingActionFactory(**{**facts, **fields})
    return made


def enrolled(action: TrainingAction, *, sessions: int = 1, **fields: Any) -> Enrolment:
    """A participant with so many sessions that count."""
    made: Enrolment = EnrolmentFactory(action=action, **fields)
    if sessions:
        AttendanceTotalFactory(enrolment=made, sessions=sessions)
    return made


def otec_issued(action: TrainingAction) -> Declaration:
    """The OTEC's declaration is out."""
    made: Declaration = DeclarationFactory(of_otec=True, action=action)
    return made


def issued(enrolment: Enrolment, **fields: Any) -> Declaration:
    """The participant's declaration is out."""
    made: Declaration = DeclarationFactory(enrolment=enrolment, **fields)
    return made


def learn(
    action: TrainingAction,
    enrolment: Enrolment | None = None,
    *,
    to: DeclarationState = ISSUED,
    by: User | None = None,
    **facts: Any,
) -> bool:
    """Record at NOW, by hand unless said otherwise."""
    learned = Learned(**{"to": to, "source": Source.BY_HAND, **facts})
    return declarations.record(
        action, enrolment, learned, by=by or UserFactory(), at=NOW
    )
