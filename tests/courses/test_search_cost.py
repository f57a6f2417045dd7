"""What a search asks of the database."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Enrolment, Line, Participant, TrainingAction
from courses.search import Criterion, actions_in, narrow
from otec_portal.core.models import Membership, TrainingBody
from otec_portal.core.rut import with_check_digit
from tests.conftest import SignedIn
from tests.factories.core import MembershipFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db

URL = "/cursos/"
# session, user, second factor, membership, its regions, count, page, its terms
QUERIES = 8


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"criterio": "curso", "curso": "6"},
        {"criterio": "codigo_sence", "codigo_sence": "1"},
        {"criterio": "region", "region": "ML"},
        {"criterio": "participante", "participante": "belen"},
        {"criterio": "participante", "participante": "4"},
        {"criterio": "entidad_capacitadora", "entidad_capacitadora": "otec"},
        {"criterio": "entidad_supervisora", "entidad_supervisora": "ni"},
    ],
)
def test_search_with_more_rows_asks_the_same_number_of_queries(
    asked: dict[str, str], admin: SignedIn, our_body: TrainingBody
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.client.get(URL, {"programa": "3", **asked})
        return len(queries)

    def make() -> Any:
        return EnrolmentFactory(
            action__course__training_body=our_body, action__supervising_entity="Ñielol"
        )

    make()
    assert count() == QUERIES
    for _ in range(9):
        make()
    assert count() == QUERIES


MANY = 5_000
# what a search is led by among them; the others read what the programme leaves
INDEXES = {
    ("curso", "X00120"): "courses_action_code_begins",
    ("participante", "n0123 soto"): "courses_participant_name_words",
    ("participante", "15.0310"): "courses_participant_run_begins",
    ("participante", "15.000.031-9"): "courses_participant_once_per_body",
    ("entidad_supervisora", "entidad 0123"): "courses_action_entity_words",
}
UNLED = {"region", "codigo_sence", "entidad_capacitadora"}


@pytest.fixture
def many(postgresql: None, our_body: TrainingBody) -> Membership:
    """An admin among so many actions, with a participant each, all called otherwise."""
    model = TrainingActionFactory(course__training_body=our_body)
    actions = TrainingAction.objects.bulk_create(
        TrainingAction(
            course=model.course,
            action_code=f"X{number:06}",
            line=model.line,
            starts_on=model.starts_on,
            ends_on=model.ends_on,
            region=model.region,
            environment=model.environment,
            supervising_entity=f"Entidad {number:05}",
        )
        for number in range(MANY)
    )
    people = Participant.objects.bulk_create(
        Participant(
            training_body=our_body,
            run=with_check_digit(15_000_000 + 31 * number),
            first_names=f"N{number:05}",
            last_names="Soto",
        )
        for number in range(MANY)
    )
    pairs = zip(actions, people, strict=True)
    Enrolment.objects.bulk_create(
        Enrolment(action=action, participant=person) for action, person in pairs
    )
    _settle()
    made: Membership = MembershipFactory(training_body=our_body)
    return made


def _settle() -> None:
    """Let the planner know the rows, as the server does by itself in a while."""
    tables = (TrainingAction, Participant, Enrolment)
    with connection.cursor() as cursor:
        for index in ("courses_participant_name_words", "courses_action_entity_words"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        for table in tables:
            cursor.execute(f"ANALYZE {table._meta.db_table}")


@pytest.mark.postgresql
def test_search_of_each_criterion_is_led_by_its_index(many: Membership) -> None:
    """What the page asks, as Django writes it, planned by PostgreSQL as it likes."""
    for (criterion, sought), index in INDEXES.items():
        found = narrow(
            actions_in(many, line=Line.TAX_FRANCHISE),
            criterion=Criterion(criterion),
            sought=sought,
            membership=many,
        )
        assert 0 < found.count() < 20, sought
        first_page = found.order_by("-starts_on", "-pk")[:10].explain()
        for plan in (first_page, found.order_by().explain()):
            assert index in plan, f"{criterion} {sought}:\n{plan}"
            assert "Seq Scan on courses_participant" not in plan


def test_every_criterion_is_planned_or_left_out_by_name() -> None:
    assert {name for name, _ in INDEXES} | UNLED == set(Criterion.values)
