"""The states of the pages of reminders."""

from django.urls import reverse

from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.core import MembershipFactory
from tests.factories.courses import ReminderSettingsFactory, ReminderSilenceFactory

LONG = "María de los Ángeles Huenchullán Fernández de la Fuente"


def _people(stage: Stage) -> None:
    one = MembershipFactory(
        training_body=stage.body, role=Role.REGIONAL_ADMIN, user__full_name=LONG
    )
    for region in ("ML", "BI", "LR"):
        one.regions.create(region=region)
    left_out = MembershipFactory(training_body=stage.body)
    ReminderSilenceFactory(membership=left_out)


def _opens(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(reverse("courses:reminders"))


@state
def reminders_nobody_has_chosen(stage: Stage) -> None:
    _opens(stage)
    stage.sees("Quién los recibe hoy")


@state
def reminders_chosen(stage: Stage) -> None:
    _people(stage)
    ReminderSettingsFactory(training_body=stage.body, roles=[], quiet=True)
    _opens(stage)
    stage.sees("Prefirió no recibirlos")


@state
def reminders_saved(stage: Stage) -> None:
    _opens(stage)
    stage.presses("Guardar")
    stage.sees("Guardamos los recordatorios")


@state
def reminders_changed_meanwhile(stage: Stage) -> None:
    _opens(stage)
    ReminderSettingsFactory(training_body=stage.body)
    stage.page.get_by_label("30 días antes").check()
    stage.presses("Guardar")
    stage.sees("Mientras editabas")


@state
def my_reminders_of_a_national_admin(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(reverse("courses:my_reminders"))
    stage.sees("recibes siempre")


@state
def my_reminders_declined(stage: Stage) -> None:
    mine = stage.signs_in(Role.REGIONAL_ADMIN)
    ReminderSilenceFactory(membership=mine)
    stage.opens(reverse("courses:my_reminders"))


@state
def my_reminders_saved(stage: Stage) -> None:
    my_reminders_of_a_national_admin(stage)
    stage.page.get_by_label("No quiero recibirlo").check()
    stage.presses("Guardar")
    stage.sees("Guardamos tu preferencia")
