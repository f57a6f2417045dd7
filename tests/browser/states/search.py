"""Finding courses: asked nothing, asked well, asked badly."""

from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.courses import TrainingActionFactory


@state
def search_unasked(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/cursos/")


@state
def search_with_results(stage: Stage) -> None:
    course = stage.enrolment.action.course
    course.name = "Prevención de riesgos y primeros auxilios en faenas agroindustriales"
    course.save()
    TrainingActionFactory.create_batch(30, course=course)
    stage.signs_in()
    stage.opens("/cursos/?programa=3&orden=estado")
    stage.sees("Exportar a Excel")


@state
def search_by_a_participant(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/cursos/?programa=3&criterio=participante&participante=belen")


@state
def search_without_results(stage: Stage) -> None:
    stage.signs_in(Role.FACILITATOR)
    stage.opens("/cursos/?programa=3&criterio=curso&curso=999")
    stage.sees("Ningún curso coincide con la búsqueda")


@state
def search_of_an_empty_programme(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/cursos/?programa=1")


@state
def search_for_a_wrong_run(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/cursos/?programa=3&criterio=participante&participante=48.000.011-1")
    stage.is_refused()
