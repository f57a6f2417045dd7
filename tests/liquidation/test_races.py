"""Two operators at the same moment on PostgreSQL: once is enough."""

from functools import partial

import pytest

from courses.models import Enrolment, TrainingAction
from liquidation.gca_list import read
from liquidation.models import DeclarationReport, DeclarationState, GcaList, Source
from liquidation.plan import make_plan
from liquidation.recording import Learned
from liquidation.services.chasing import remind
from liquidation.services.declarations import record
from liquidation.services.lists import ListRefused, import_list
from otec_portal.core.models import OutgoingEmail, TrainingBody, TransitionLog, User
from tests.at_once import at_once
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.liquidation.desk import ISSUED, ended, enrolled, otec_issued

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
TWO = 2


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made = ended(our_body)
    otec_issued(made)
    return made


@pytest.fixture
def one(action: TrainingAction) -> Enrolment:
    return enrolled(action)


@pytest.fixture
def people() -> list[User]:
    return [UserFactory() for _ in range(TWO)]


def test_declaration_recorded_at_once_is_recorded_once(
    action: TrainingAction, one: Enrolment, people: list[User]
) -> None:
    learned = Learned(to=ISSUED, source=Source.BY_HAND)
    deeds = [partial(record, action, one, learned, by=by, at=NOW) for by in people]
    assert sorted(at_once(*deeds)) == [False, True]
    assert TransitionLog.objects.count() == 1
    assert DeclarationReport.objects.count() == 1


def test_list_taken_over_at_once_writes_once(
    action: TrainingAction, one: Enrolment, people: list[User]
) -> None:
    text = f"{one.participant.run}\tX\t1\tEmitida"
    digest = make_plan(action, read(text)).digest

    def take(by: User) -> int:
        try:
            return import_list(action, text, digest=digest, by=by, at=NOW)
        except ListRefused:
            return 0

    assert sorted(at_once(*(partial(take, by) for by in people))) == [0, 1]
    assert GcaList.objects.count() == 1
    assert one.declaration.state == DeclarationState.ISSUED


def test_reminder_pressed_at_once_leaves_once(
    action: TrainingAction, one: Enrolment, people: list[User]
) -> None:
    deeds = [partial(remind, action, None, by=by, at=NOW) for by in people]
    assert sorted(done.queued for done in at_once(*deeds)) == [0, 1]
    assert OutgoingEmail.objects.get().to == one.participant.email
