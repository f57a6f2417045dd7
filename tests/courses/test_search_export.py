"""The spreadsheet of a search: all the results, as text, figures and dates."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from courses.exports import HEADERS
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories.courses import CourseFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db
URL = "/cursos/excel/"


def rows_of(client: SignedIn, asked: str = "programa=3") -> list[list[Any]]:
    answer = client.client.get(f"{URL}?{asked}")
    assert answer.status_code == 200
    content = BytesIO(b"".join(answer))
    return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()


def test_export_has_all_results_and_not_only_the_page(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    TrainingActionFactory.create_batch(23, course=course)
    TrainingActionFactory(course__training_body=rival_body)
    assert len(rows_of(admin, "programa=3&pagina=2")) == 1 + 23


def test_export_of_a_course_has_its_data_as_what_they_are(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    TrainingActionFactory(
        course__training_body=our_body,
        course__sence_code="1238000009",
        course__name="Grúa",
        course__hours="7.5",
        action_code="6700101",
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 30),
    )
    head, row = rows_of(admin)
    assert head == list(HEADERS)
    assert row == [
        "6700101",
        "1238000009",
        "Grúa",
        "Impulsa Personas",
        7.5,
        date(2026, 6, 1),
        date(2026, 6, 30),
        "En ejecución",
        "Pendiente de emitir",
    ]


def test_export_of_names_that_look_like_formulas_has_them_as_text(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """D11."""
    for name in ("=cmd()", "+1", "@x"):
        TrainingActionFactory(course__training_body=our_body, course__name=name)
    assert {row[2] for row in rows_of(admin)[1:]} == {"=cmd()", "+1", "@x"}


def test_export_comes_in_the_order_and_with_the_criterion_of_the_search(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    for code in ("6700101", "6700103", "6700102", "9900000"):
        TrainingActionFactory(course=course, action_code=code)
    asked = "programa=3&criterio=curso&curso=67&orden=-codigo"
    assert [row[0] for row in rows_of(admin, asked)[1:]] == [
        "6700103",
        "6700102",
        "6700101",
    ]


def test_export_of_a_regional_admin_has_their_regions_only(
    our_body: TrainingBody,
) -> None:
    """C1."""
    TrainingActionFactory(course__training_body=our_body, region="ML")
    regional = sign_in(our_body, Role.REGIONAL_ADMIN, "MA")
    assert len(rows_of(regional)) == 1


def test_export_is_audited_without_what_was_sought(
    facilitator: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    """The audit trail never forgets: no name and no RUN goes in there."""
    asked = "programa=3&criterio=participante&participante=amaranta"
    rows_of(facilitator, asked)
    entry = AuditEntry.objects.get()
    assert entry.action == "courses.list_exported"
    assert (entry.user, entry.training_body) == (
        facilitator.membership.user,
        our_body,
    )
    assert entry.data == {"line": 3, "criterion": "participante", "rows": 0}


def test_export_of_a_search_that_can_not_be_made_leads_to_what_is_wrong(
    admin: SignedIn,
) -> None:
    answer = admin.client.get(f"{URL}?criterio=curso&curso=67")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/cursos/?criterio=curso&curso=67"
    assert not AuditEntry.objects.exists()


def test_export_with_more_rows_asks_the_same_number_of_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows_of(admin)
        return len(queries)

    TrainingActionFactory(course=course)
    few = count()
    TrainingActionFactory.create_batch(30, course=course)
    assert count() == few
