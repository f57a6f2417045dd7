"""What needs an operator today, and the gallery of components."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.courses import TrainingActionFactory


@state
def home_with_nothing_to_do(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/")


@state
def home_on_a_busy_day(stage: Stage) -> None:
    for _ in range(3):
        stage.session(enrolment=stage.another(), opened=True)
    for codes in ("204", "100", "212", "300", "999"):
        stage.start_is_refused(codes, stage.another())
    stage.start_is_confirmed(RunAlumno="1-9")
    stage.signs_in()
    stage.opens("/")


@state
def sence_probed(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/")
    stage.presses("Probar conexión")
    expect(stage.page.get_by_text("Responde.")).to_have_count(4)


@state
def gallery(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/componentes/")


@state
def gallery_with_its_dialog(stage: Stage) -> None:
    gallery(stage)
    stage.page.get_by_role("button", name="Pasar a producción").click()
    expect(stage.page.get_by_role("dialog")).to_be_visible()


@state
def actions_in_test(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/acciones/pendientes/prueba/")
    stage.sees(stage.enrolment.action.action_code)


@state
def actions_not_ready(stage: Stage) -> None:
    for days in range(3):
        TrainingActionFactory(
            course__training_body=stage.body,
            starts_on=timezone.localdate() + timedelta(days=days),
            ends_on=timezone.localdate() + timedelta(days=30),
        )
    stage.signs_in()
    stage.opens("/acciones/pendientes/preparacion/")
    stage.sees("Sin participantes")


@state
def actions_without_sessions(stage: Stage) -> None:
    stage.session(opened=True)
    stage.signs_in()
    stage.opens("/acciones/pendientes/sesiones/")
    stage.sees("No queda ninguna")
