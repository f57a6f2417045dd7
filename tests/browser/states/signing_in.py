"""Signing in: forms, their refusals, the profile to choose."""

from django.utils import timezone
from playwright.sync_api import expect

from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.core import MembershipFactory, UserFactory


@state
def sign_in(stage: Stage) -> None:
    stage.opens("/ingresar/")


@state
def sign_in_with_nothing_filled_in(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.presses("Ingresar")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def sign_in_with_a_wrong_password(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.page.get_by_label("RUT").fill(UserFactory().rut)
    stage.page.get_by_label("Contraseña").fill("otra-cosa")
    stage.presses("Ingresar")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def sign_in_without_its_cookie(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.page.context.clear_cookies()
    stage.presses("Ingresar")
    stage.is_headed("Esta página quedó desactualizada")


@state
def profile_to_choose(stage: Stage) -> None:
    user = stage.signs_in().user
    MembershipFactory(user=user, role=Role.FACILITATOR)
    stage.opens("/perfil/")


@state
def profile_missing(stage: Stage) -> None:
    stage.is_signed_in_as(UserFactory())
    stage.opens("/perfil/")


@state
def profile_suspended(stage: Stage) -> None:
    held = MembershipFactory(training_body=stage.body, suspended_at=timezone.now())
    stage.is_signed_in_as(held.user)
    stage.opens("/perfil/")
    stage.sees("Tu perfil está suspendido")
