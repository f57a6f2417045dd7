"""What a search asks of the database."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories import (
    EnrolmentFactory,
)

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


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("index", "query"),
    [
        ("courses_participant_name_words", "name_folded LIKE '%huenchu%'"),
        ("courses_participant_run_begins", "run LIKE '4800001%'"),
    ],
)
def test_participants_sought_in_postgresql_are_found_by_an_index(
    index: str, query: str, postgresql: None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT 1 FROM courses_participant WHERE {query}")
        assert index in str(cursor.fetchall())
