"""One's own account: password, second factor, sessions; the forgotten password."""

from datetime import UTC, datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from otec_portal.core.models import Membership, User
from otec_portal.core.sign_in.links import new_email_link, password_link
from tests.authenticator import code_of
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories import PASSWORD
from tests.factories.core import MembershipFactory, UserFactory

ENROL = "/mi-cuenta/segundo-factor/activar/"


def _signs_in_by_the_form(stage: Stage, user: User) -> None:
    stage.opens("/ingresar/")
    stage.page.get_by_label("RUT o correo").fill(user.rut)
    stage.page.get_by_label("Contraseña").fill(PASSWORD)
    stage.presses("Ingresar")


def _member(stage: Stage) -> Membership:
    """Somebody who has just typed the password: allauth asks for it no more."""
    made: Membership = MembershipFactory(training_body=stage.body)
    _signs_in_by_the_form(stage, made.user)
    stage.is_headed("¿Qué hay pendiente hoy?")
    return made


def _enrolled(stage: Stage) -> Membership:
    member = _member(stage)
    stage.opens(ENROL)
    stage.page.get_by_text("No puedo escanearlo").click()
    secret = stage.page.locator(".secret").inner_text()
    now = datetime.now(UTC)
    stage.page.get_by_label("Código", exact=True).fill(code_of(secret, at=now))
    stage.presses("Activar")
    stage.is_headed("Códigos de respaldo")
    return member


@state
def account_page(stage: Stage) -> None:
    _member(stage)
    stage.opens("/mi-cuenta/")


@state
def account_with_several_sessions(stage: Stage) -> None:
    member = _member(stage)
    stage.page.context.clear_cookies()
    _signs_in_by_the_form(stage, member.user)
    stage.opens("/mi-cuenta/")
    stage.page.get_by_role("button", name="Cerrar todas las demás").wait_for()


@state
def account_with_a_second_factor(stage: Stage) -> None:
    _enrolled(stage)
    stage.opens("/mi-cuenta/")


@state
def account_renamed_badly(stage: Stage) -> None:
    account_page(stage)
    stage.page.get_by_label("Nombre").fill("")
    stage.sends_the_form("Guardar nombre")
    stage.is_refused()


@state
def email_changed_badly(stage: Stage) -> None:
    _member(stage)
    stage.opens("/mi-cuenta/correo/")
    stage.sends_the_form("Enviar confirmación")
    stage.is_refused()


@state
def email_to_confirm(stage: Stage) -> None:
    user = UserFactory()
    stage.page.goto(new_email_link(user, "otra@otec.example"))
    stage.page.get_by_role("button", name="Confirmar").wait_for()


@state
def email_link_gone_stale(stage: Stage) -> None:
    stage.opens("/mi-cuenta/correo/no-es-un-enlace/", status=410)


@state
def password_changed_badly(stage: Stage) -> None:
    _member(stage)
    stage.opens("/mi-cuenta/clave/")
    stage.sends_the_form("Guardar contraseña")
    stage.is_refused()


@state
def password_typed_again(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(ENROL)
    stage.page.get_by_role("button", name="Continuar").wait_for()


@state
def password_forgotten(stage: Stage) -> None:
    stage.opens("/clave/olvidada/")


@state
def password_forgotten_by_nobody(stage: Stage) -> None:
    stage.opens("/clave/olvidada/")
    stage.sends_the_form("Enviar el enlace")
    stage.is_refused()


@state
def password_link_sent(stage: Stage) -> None:
    stage.opens("/clave/olvidada/")
    stage.page.get_by_label("RUT o correo").fill(UserFactory().rut)
    stage.presses("Enviar el enlace")
    stage.page.get_by_role("link", name="Volver a ingresar").wait_for()


@state
def password_chosen_badly(stage: Stage) -> None:
    _opens_a_password_link(stage)
    stage.page.get_by_label("Contraseña nueva", exact=True).fill("corta")
    stage.page.get_by_label("Repite").fill("corta")
    stage.presses("Guardar contraseña")
    stage.is_refused()


@state
def password_chosen(stage: Stage) -> None:
    _opens_a_password_link(stage)
    stage.page.get_by_label("Contraseña nueva", exact=True).fill("una-clave-propia-7")
    stage.page.get_by_label("Repite").fill("una-clave-propia-7")
    stage.presses("Guardar contraseña")
    stage.page.get_by_role("main").get_by_role("link", name="Ingresar").wait_for()


@state
def password_link_gone_stale(stage: Stage) -> None:
    stage.page.goto(password_link("1", "set-password"))
    stage.page.get_by_role("link", name="Pedir otro enlace").wait_for()


def _opens_a_password_link(stage: Stage) -> None:
    user = UserFactory()
    token = default_token_generator.make_token(user)
    stage.page.goto(password_link(user_pk_to_url_str(user), token))


@state
def second_factor_invited(stage: Stage) -> None:
    """The demo only offers it, on the home page."""
    _member(stage)
    stage.opens("/")
    stage.page.get_by_role("link", name="Actívalo").wait_for()


@state
def second_factor_enrolled_badly(stage: Stage) -> None:
    _member(stage)
    stage.opens(ENROL)
    stage.page.get_by_text("No puedo escanearlo").click()
    stage.page.get_by_label("Código", exact=True).fill("123")
    stage.presses("Activar")
    stage.is_refused()


@state
def second_factor_compulsory(stage: Stage) -> None:
    stage.settings.SECOND_FACTOR_REQUIRED = True
    user = MembershipFactory(training_body=stage.body).user
    _signs_in_by_the_form(stage, user)
    stage.is_headed("Activar el segundo factor")


@state
def second_factor_asked_for(stage: Stage) -> None:
    member = _enrolled(stage)
    stage.page.context.clear_cookies()
    _signs_in_by_the_form(stage, member.user)
    stage.page.get_by_label("Código", exact=True).fill("123")
    stage.page.keyboard.press("Enter")
    stage.is_refused()


@state
def second_factor_to_remove(stage: Stage) -> None:
    _enrolled(stage)
    stage.opens("/mi-cuenta/segundo-factor/quitar/")


@state
def recovery_codes(stage: Stage) -> None:
    _enrolled(stage)


@state
def recovery_codes_to_replace(stage: Stage) -> None:
    _enrolled(stage)
    stage.opens("/mi-cuenta/codigos/nuevos/")


@state
def signing_out(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/salir/")


@state
def account_inactive(stage: Stage) -> None:
    stage.opens("/ingresar/desactivada/")


@state
def code_typed_again(stage: Stage) -> None:
    _enrolled(stage)
    stage.opens("/mi-cuenta/confirmar/codigo/")
