"""Finding a course in a browser: one field at a time, with and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from courses.models import Enrolment
from otec_portal.core.models import TrainingBody
from tests.browser.pages import Operator

pytestmark = pytest.mark.browser


def finds_the_course(operator: Operator, enrolment: Enrolment) -> None:
    page = operator.page
    operator.opens("/cursos/")
    name = page.get_by_label("RUN o nombre del participante")
    expect(name).to_be_hidden()
    page.get_by_label("Programa", exact=True).select_option("Impulsa Personas")
    page.get_by_label(re.compile("^Criterio")).select_option("Participante")
    expect(page.get_by_label("Código SENCE")).to_be_hidden()
    name.fill("BELEN  ñusta")
    page.get_by_role("button", name="Buscar").click()
    rows = page.get_by_role("region", name="Cursos encontrados").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(enrolment.action.action_code)
    expect(rows).to_contain_text("En ejecución")
    expect(name).to_have_value("BELEN  ñusta")


def test_search_by_participant_finds_the_course(
    operator: Operator, enrolment: Enrolment
) -> None:
    finds_the_course(operator, enrolment)
    page = operator.page
    page.get_by_role("link", name="Curso", exact=True).click()
    expect(page).to_have_url(re.compile(r"criterio=participante.*&orden=curso$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Exportar a Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_search_without_scripts_works_the_same(
    new_context: Any,
    operator: Operator,
    enrolment: Enrolment,
) -> None:
    context = new_context(java_script_enabled=False)
    context.add_cookies(operator.page.context.cookies())
    plain = Operator(context.new_page(), operator.user)
    finds_the_course(plain, enrolment)


def test_search_with_a_wrong_run_says_so_beside_the_field(
    operator: Operator, our_body: TrainingBody
) -> None:
    page = operator.page
    operator.opens(
        "/cursos/?programa=3&criterio=participante&participante=48.000.011-1"
    )
    name = page.get_by_label("RUN o nombre del participante")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_value("48.000.011-1")
    expect(page.get_by_role("alert")).to_contain_text("El RUN no es válido")
