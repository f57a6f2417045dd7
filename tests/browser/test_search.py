"""Finding a course in a browser: one field at a time, with and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from courses.models import Enrolment, Line
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


WIDEST = "RLAB-26-02-08-0105-1"


@pytest.mark.parametrize(
    ("width", "fits"), [(1440, True), (1280, True), (1024, True), (800, False)]
)
def test_search_results_fit_the_screen_or_show_that_they_go_on(
    width: int, fits: bool, operator: Operator, enrolment: Enrolment
) -> None:
    """What stands last, the certificate's state, is what the list is looked at for."""
    action = enrolment.action
    action.course.name = "Prevención de riesgos en faenas agroindustriales y forestales"
    action.course.save()
    action.line, action.action_code = Line.SOCIAL_PROGRAMMES, WIDEST
    action.save()
    page = operator.page
    page.set_viewport_size({"width": width, "height": 800})
    operator.opens("/cursos/?programa=1")
    region = page.get_by_role("region", name="Cursos encontrados")
    expect(region).to_contain_text(WIDEST)
    beyond = region.evaluate("one => one.scrollWidth - one.clientWidth")
    assert (beyond <= 0) == fits
    shade = region.evaluate("one => getComputedStyle(one).boxShadow")
    assert ("inset" in shade) != fits
