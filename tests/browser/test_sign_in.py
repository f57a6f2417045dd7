"""The sign-in form with what people use: a clipboard, a password manager, Enter."""

import pytest
from playwright.sync_api import Page, expect

from otec_portal.core.models import Membership, TrainingBody
from otec_portal.core.rut import with_check_digit
from tests.factories import PASSWORD
from tests.factories.core import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(our_body: TrainingBody) -> Membership:
    rut = with_check_digit(12_345_678)
    membership: Membership = MembershipFactory(training_body=our_body, user__rut=rut)
    return membership


def test_sign_in_takes_what_is_pasted(page: Page, member: Membership) -> None:
    """H6: also a RUT with its dots and a space around it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/ingresar/")
    for label, text in (("RUT", " 12.345.678-5 "), ("Contraseña", PASSWORD)):
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.get_by_label(label).focus()
        page.keyboard.press("Control+V")
        expect(page.get_by_label(label)).to_have_value(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text(member.user.full_name)).to_be_visible()


def test_sign_in_is_understood_by_password_managers(page: Page) -> None:
    """H6: they look for these attributes, in one form with a button that submits."""
    page.goto("/ingresar/")
    form = page.locator("main form")
    rut, password = form.get_by_label("RUT"), form.get_by_label("Contraseña")
    expect(rut).to_have_attribute("autocomplete", "username")
    expect(password).to_have_attribute("autocomplete", "current-password")
    expect(password).to_have_attribute("type", "password")
    expect(form.get_by_role("button", name="Ingresar")).to_have_attribute(
        "type", "submit"
    )


def test_sign_in_refused_keeps_the_rut_and_takes_the_focus_to_the_reason(
    page: Page, member: Membership
) -> None:
    """H4: without telling which of the two was wrong."""
    page.goto("/ingresar/")
    page.get_by_label("RUT").fill(member.user.rut)
    page.get_by_label("Contraseña").fill("otra-cosa")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text(
        "El RUT o correo y la contraseña no coinciden"
    )
    expect(page.get_by_label("RUT")).to_have_value(member.user.rut)
    expect(page.get_by_label("Contraseña")).to_have_value("")
