"""From a new course to an action in production, at the operator's browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from attendance.models import SenceToken
from courses.models import TrainingAction
from otec_portal.core.models import Role, TrainingBody
from tests.browser.conftest import MakeContext, Sence
from tests.browser.pages import Operator
from tests.factories.core import MembershipFactory
from tests.factories.courses import CompanyFactory
from tests.factories.tokens import SenceTokenFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = "Guardar"


@pytest.fixture
def plain_operator(new_context: MakeContext, our_body: TrainingBody) -> Operator:
    """An administrator whose browser runs no scripts."""
    membership = MembershipFactory(training_body=our_body, role=Role.NATIONAL_ADMIN)
    page = new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    ).new_page()
    somebody = Operator(page, membership.user)
    somebody.signs_in()
    return somebody


def adds_a_course(page: Page) -> None:
    page.get_by_role("link", name="Catálogo").click()
    page.get_by_role("link", name="Nuevo curso").first.click()
    page.get_by_label("Nombre del curso").fill("Soldadura al arco")
    page.get_by_label("Código SENCE").fill("1238000777")
    page.get_by_label("Horas acreditadas").fill("40,5")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Soldadura al arco")


def fills_the_action(page: Page, *, company: str) -> None:
    today = timezone.localdate()
    page.get_by_label("Código de la acción").fill("6700777")
    page.get_by_label("Línea de capacitación").select_option("3")
    page.get_by_label("Fecha de inicio").fill(f"{today:%d-%m-%Y}")
    page.get_by_label("Fecha de término").fill(f"{today + timedelta(20):%d-%m-%Y}")
    page.get_by_label("Región").select_option("ML")
    page.get_by_label("Empresa").fill(company)
    page.get_by_role("button", name=SAVE).click()


def test_course_and_action_without_javascript_are_added_at_320_px(
    plain_operator: Operator, our_body: TrainingBody
) -> None:
    """H2: the whole way on a small screen, and names looked up without a script."""
    company = CompanyFactory(training_body=our_body, name="Lácteos Ñirehuao SpA")
    page = plain_operator.page
    adds_a_course(page)
    page.get_by_role("link", name="Nueva acción").first.click()
    fills_the_action(page, company="nadie")
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("Ninguna empresa calza con «nadie»")
    expect(page.get_by_label("Código de la acción")).to_have_value("6700777")
    fills_the_action(page, company="nirehuao")
    expect(page.get_by_role("heading", level=1)).to_have_text("Acción 6700777")
    assert TrainingAction.objects.get().company == company
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)


def test_names_are_offered_while_typing(
    operator: Operator, our_body: TrainingBody
) -> None:
    CompanyFactory.create_batch(25, training_body=our_body)
    CompanyFactory(training_body=our_body, name="Zapatería Núñez")
    page = operator.page
    page.goto("/acciones/nueva/")
    offered = page.locator("#id_company_options option[value^='Zapatería']")
    expect(offered).to_have_count(0)
    page.get_by_label("Empresa").press_sequentially("nunez")
    expect(offered).to_have_count(1)


def test_action_goes_to_production_once_it_is_sound(
    operator: Operator, our_body: TrainingBody, sence: Sence, settings: Settings
) -> None:
    """protocol.md: it is told what that means, and asked."""
    settings.SENCE_STAND_IN_FOR_PRODUCTION = True
    page = operator.page
    adds_a_course(page)
    page.get_by_role("link", name="Nueva acción").first.click()
    fills_the_action(page, company="")
    expect(operator.main).to_contain_text("La OTEC no tiene un token SENCE vigente")
    page.get_by_role("link", name="Cambiar de ambiente").click()
    expect(page.get_by_role("heading", name="Antes hay que corregir")).to_be_visible()

    SenceTokenFactory(training_body=our_body)
    assert SenceToken.objects.count() == 1
    page.reload()
    page.get_by_role("button", name="Pasar a producción").click()
    expect(page.get_by_role("alert")).to_contain_text("Marca la casilla")
    page.get_by_label(re.compile("Entiendo")).check()
    page.get_by_role("button", name="Pasar a producción").click()
    expect(operator.main).to_contain_text("La acción quedó en producción")
    expect(operator.main).to_contain_text("Pasó la acción al ambiente de producción")
