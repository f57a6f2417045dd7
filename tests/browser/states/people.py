"""Users and their profiles, the training body, who did what."""

from django.utils import timezone

from otec_portal.core.models import Membership, Role, User
from otec_portal.core.services import people
from otec_portal.core.sign_in.links import signed_offer
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.core import MembershipFactory, UserFactory

TYPED = "maria.fernanda@otec.example"


def _colleague(stage: Stage, role: Role = Role.REGIONAL_ADMIN) -> Membership:
    made: Membership = MembershipFactory(training_body=stage.body, role=role)
    if role == Role.REGIONAL_ADMIN:
        made.regions.create(region="ML")
        made.regions.create(region="BI")
    return made


def _invited(stage: Stage, by: Membership, *, known: User | None = None) -> Membership:
    return people.invite(
        training_body=stage.body,
        rut=known.rut if known else "12345678-5",
        full_name="María Fernanda Huenchullán",
        email=TYPED,
        profile=people.Profile(Role.FACILITATOR),
        by=by.user,
        at=timezone.now(),
    )


@state
def users_of_every_standing(stage: Stage) -> None:
    for _ in range(25):
        _colleague(stage)
    suspended = _colleague(stage)
    suspended.suspended_at = timezone.now()
    suspended.save()
    boss = stage.signs_in()
    _invited(stage, boss)
    stage.opens("/usuarios/?orden=perfil")


@state
def user_invited_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/usuarios/invitar/")
    stage.page.get_by_label("RUT").fill("1-1")
    stage.sends_the_form("Enviar invitación")
    stage.is_refused()


@state
def user_with_access(stage: Stage) -> None:
    colleague = _colleague(stage)
    stage.signs_in()
    stage.opens(f"/usuarios/{colleague.user.public_id}/")


@state
def user_who_is_oneself(stage: Stage) -> None:
    mine = stage.signs_in()
    stage.opens(f"/usuarios/{mine.user.public_id}/")


@state
def user_who_waits(stage: Stage) -> None:
    waiting = _invited(stage, stage.signs_in())
    stage.opens(f"/usuarios/{waiting.user.public_id}/")


@state
def user_just_suspended(stage: Stage) -> None:
    user_with_access(stage)
    stage.presses("Suspender el acceso")
    stage.sees("Suspendimos el acceso.")


@state
def invitation_of_somebody_suspended(stage: Stage) -> None:
    waiting = _invited(stage, stage.signs_in())
    stage.opens(f"/usuarios/{waiting.user.public_id}/")
    stage.presses("Suspender el acceso")
    stage.sees("cuando le devuelvas el acceso")


@state
def invitation_corrected(stage: Stage) -> None:
    waiting = _invited(stage, stage.signs_in())
    stage.opens(f"/usuarios/{waiting.user.public_id}/corregir/")


@state
def profile_added_without_a_region(stage: Stage) -> None:
    colleague = _colleague(stage, Role.FACILITATOR)
    stage.signs_in()
    stage.opens(f"/usuarios/{colleague.user.public_id}/perfil/")
    stage.page.get_by_label("Administrador Regional").check()
    stage.sends_the_form("Agregar perfil")
    stage.is_refused()


@state
def profile_regions(stage: Stage) -> None:
    colleague = _colleague(stage)
    stage.signs_in()
    stage.opens(f"/perfiles/{colleague.public_id}/regiones/")


@state
def profile_to_remove(stage: Stage) -> None:
    colleague = _colleague(stage)
    stage.signs_in()
    stage.opens(f"/perfiles/{colleague.public_id}/quitar/")


@state
def profile_offered(stage: Stage) -> None:
    stage.is_signed_in_as(_offered(stage, email=TYPED).user)
    stage.opens("/perfil/")
    stage.page.get_by_role("button", name="Aceptar").wait_for()


def _offered(stage: Stage, *, email: str = "") -> Membership:
    """An offer for somebody whose account has another address than was typed."""
    known: User = UserFactory(email=email)
    return _invited(stage, _colleague(stage, Role.NATIONAL_ADMIN), known=known)


@state
def profile_offered_by_mail(stage: Stage) -> None:
    offer = _offered(stage)
    stage.is_signed_in_as(offer.user)
    stage.opens(f"/perfil/ofrecido/{signed_offer(offer)}/")
    stage.page.get_by_role("button", name="Aceptar").wait_for()


@state
def profile_offered_to_another_account(stage: Stage) -> None:
    offer = _offered(stage)
    stage.is_signed_in_as(UserFactory())
    stage.opens(f"/perfil/ofrecido/{signed_offer(offer)}/", status=403)


@state
def profile_offer_gone_stale(stage: Stage) -> None:
    stage.opens("/perfil/invitacion/no-es-un-enlace/", status=410)


@state
def account_to_claim(stage: Stage) -> None:
    offer = _offered(stage, email="antes@otec.example")
    offer.user.set_unusable_password()
    offer.user.save()
    stage.opens(f"/perfil/invitacion/{signed_offer(offer)}/")
    stage.page.get_by_role("button", name="Elegir mi contraseña").wait_for()


@state
def second_factor_of_a_colleague_to_reset(stage: Stage) -> None:
    colleague = _colleague(stage)
    stage.signs_in()
    stage.opens(f"/usuarios/{colleague.user.public_id}/segundo-factor/")


@state
def training_body_edited(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/entidad/")


@state
def training_body_filled_in_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/entidad/")
    for field in stage.page.locator("main input[type=text]").all():
        field.fill("")
    stage.sends_the_form("Guardar")
    stage.is_refused()


@state
def history_none(stage: Stage) -> None:
    stage.is_signed_in_as(stage.stranger().user)
    stage.opens("/historial/")


@state
def history_of_the_training_body(stage: Stage) -> None:
    _invited(stage, stage.signs_in())
    stage.opens("/historial/")
    stage.sees("María Fernanda Huenchullán")
