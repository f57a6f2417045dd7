"""What goes wrong anywhere."""

from unittest import mock

from django.db import OperationalError

from otec_portal.core.models import Membership
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.core import MembershipFactory


@state
def error_400(stage: Stage) -> None:
    """More fields than any form has."""
    stage.opens("/ingresar/")
    stage.page.locator("main form").evaluate(
        """form => {
          for (let number = 0; number < 1001; number++) {
            const field = document.createElement("input");
            field.name = "x";
            form.append(field);
          }
          form.submit();
        }"""
    )
    stage.is_headed("No entendimos la solicitud")


@state
def error_404(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/no-hay-tal/", status=404)


@state
def error_405(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/conexion/", status=405)


@state
def error_500(stage: Stage) -> None:
    _home_fails(stage, RuntimeError, status=500)


@state
def error_503(stage: Stage) -> None:
    _home_fails(stage, OperationalError, status=503)


def _home_fails(stage: Stage, failure: type[Exception], *, status: int) -> None:
    stage.watch.expect(str(status))
    stage.signs_in()
    stage.patches.enter_context(
        mock.patch("otec_portal.home.selectors.open_sessions", side_effect=failure)
    )
    stage.opens("/", status=status)


@state
def form_of_another_membership(stage: Stage) -> None:
    """Switched in another tab: the page offers the way back with all of it."""
    stage.watch.expect("409")
    mine = stage.signs_in()
    stage.opens("/empresas/nueva/")
    elsewhere: Membership = MembershipFactory(user=mine.user)
    tab = stage.page.context.new_page()
    tab.goto("/perfil/")
    tab.get_by_text(str(elsewhere.training_body)).click()
    tab.get_by_role("button", name="Seleccionar").click()
    tab.close()
    stage.sends_the_form("Guardar")
    stage.is_headed("Cambiaste de perfil o institución en otra pestaña")
