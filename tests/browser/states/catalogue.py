"""Courses, actions, companies and OTICs: lists, forms, what SENCE would refuse."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from courses.models import TrainingAction
from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.courses import (
    CompanyFactory,
    ComplementaryFactory,
    CourseFactory,
    IntermediaryFactory,
    TrainingActionFactory,
)

LONG_NAME = "Transportes y Logística Hermanos Huenchullán Ñancupil y Compañía Limitada"


def _action(stage: Stage, **fields: object) -> TrainingAction:
    today = timezone.localdate()
    made: TrainingAction = TrainingActionFactory(
        course=stage.enrolment.action.course,
        starts_on=today + timedelta(days=3),
        ends_on=today + timedelta(days=30),
        **fields,
    )
    return made


@state
def catalogue_empty(stage: Stage) -> None:
    stage.is_signed_in_as(stage.stranger().user)
    stage.opens("/catalogo/")


@state
def catalogue_on_several_pages(stage: Stage) -> None:
    CourseFactory.create_batch(55, training_body=stage.body)
    stage.signs_in()
    stage.opens("/catalogo/?pagina=2&orden=-curso")


@state
def course_page_without_actions(stage: Stage) -> None:
    course = CourseFactory(training_body=stage.body, sence_code="", hours=None)
    stage.signs_in()
    stage.opens(f"/catalogo/{course.public_id}/")


@state
def course_page_with_actions(stage: Stage) -> None:
    company = CompanyFactory(training_body=stage.body, name=LONG_NAME)
    for _ in range(12):
        _action(stage, company=company)
    stage.signs_in()
    stage.opens(f"/catalogo/{stage.enrolment.action.course.public_id}/")


@state
def course_new_filled_in_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/catalogo/nuevo/")
    stage.page.get_by_label("Código SENCE").fill("123")
    stage.page.get_by_label("Horas acreditadas").fill("muchas")
    stage.sends_the_form("Guardar")
    stage.is_refused()


@state
def course_edited(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/catalogo/{stage.enrolment.action.course.public_id}/editar/")


@state
def action_new_filled_in_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/acciones/nueva/")
    stage.page.get_by_label("Fecha de inicio").fill("31-02-2026")
    stage.page.get_by_label("Empresa").fill("nadie")
    stage.sends_the_form("Guardar")
    stage.is_refused()


@state
def action_edited(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/editar/")


@state
def action_with_records_edited_without_the_tick(stage: Stage) -> None:
    action = stage.enrolment.action
    action.environment, action.production_used_at = "production", timezone.now()
    action.save()
    stage.signs_in()
    stage.opens(f"/acciones/{action.public_id}/editar/")
    stage.page.get_by_label("Código de la acción").fill("6799999")
    stage.presses("Guardar")
    stage.sees("Marca la casilla si estaba mal escrito")


@state
def action_that_sence_would_refuse(stage: Stage) -> None:
    stage.body.sence_tokens.update(state="revoked", revoked_at=timezone.now())
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/")
    stage.sees("La OTEC no tiene un token SENCE vigente")


@state
def action_with_answers_of_sence(stage: Stage) -> None:
    for codes in ("204", "100", "212"):
        stage.start_is_refused(codes, stage.another())
    stage.start_is_confirmed()
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/")


@state
def action_of_a_pair(stage: Stage) -> None:
    second = ComplementaryFactory(
        related_action__course=stage.enrolment.action.course,
        related_action__company=CompanyFactory(training_body=stage.body),
        related_action__intermediary=IntermediaryFactory(
            training_body=stage.body, name="OTIC del Comercio de la Región del Maule"
        ),
    )
    stage.signs_in()
    stage.opens(f"/acciones/{second.related_action.public_id}/")


@state
def action_for_a_facilitator(stage: Stage) -> None:
    stage.signs_in(Role.FACILITATOR)
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/")


@state
def environment_not_ready_for_production(stage: Stage) -> None:
    stage.body.sence_tokens.update(state="revoked", revoked_at=timezone.now())
    _to_environment(stage)
    stage.sees("Antes hay que corregir")


@state
def environment_unconfirmed(stage: Stage) -> None:
    _to_environment(stage)
    stage.presses("Pasar a producción")
    stage.is_refused()


@state
def environment_just_switched(stage: Stage) -> None:
    _to_environment(stage)
    stage.page.get_by_label(re.compile("Entiendo")).check()
    stage.presses("Pasar a producción")
    stage.sees("La acción quedó en producción")


@state
def environment_back_to_test(stage: Stage) -> None:
    environment_just_switched(stage)
    stage.follows("Cambiar de ambiente")
    stage.is_headed("Volver al ambiente de prueba")


def _to_environment(stage: Stage) -> None:
    stage.settings.SENCE_STAND_IN_FOR_PRODUCTION = True
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/ambiente/")


@state
def companies_none(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/empresas/")


@state
def companies_of_all_lengths(stage: Stage) -> None:
    CompanyFactory(training_body=stage.body, name=LONG_NAME)
    CompanyFactory.create_batch(30, training_body=stage.body)
    stage.signs_in()
    stage.opens("/empresas/")


@state
def company_filled_in_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/empresas/nueva/")
    stage.page.get_by_label("RUT").fill("1-1")
    stage.sends_the_form("Guardar")
    stage.is_refused()


@state
def company_edited(stage: Stage) -> None:
    company = CompanyFactory(training_body=stage.body, name=LONG_NAME)
    stage.signs_in()
    stage.opens(f"/empresas/{company.public_id}/")


@state
def intermediary_edited(stage: Stage) -> None:
    intermediary = IntermediaryFactory(training_body=stage.body, name=LONG_NAME)
    stage.signs_in()
    stage.opens(f"/otic/{intermediary.public_id}/")


@state
def intermediaries_listed(stage: Stage) -> None:
    IntermediaryFactory.create_batch(3, training_body=stage.body)
    stage.signs_in()
    stage.opens("/otic/")


@state
def intermediary_new(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/otic/nuevo/")
    expect(stage.page.get_by_label("RUT")).to_be_visible()


@state
def action_after_a_refusal(stage: Stage) -> None:
    stage.signs_in()
    stage.start_is_refused("204")
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/")
    stage.sees("SENCE lo rechazó")


@state
def production_with_warnings(stage: Stage) -> None:
    stage.signs_in()
    stage.start_is_refused("204")
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/ambiente/")
    stage.sees("Antes de pasarla, mira esto")


@state
def action_history(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/historial/")
