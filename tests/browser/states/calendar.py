"""The states of the calendar of terms, and of the ladder on the pages of an action."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from courses.models import ActionState, ActivityType, TrainingAction
from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.certificates.desk import certifiable, emitted
from tests.factories.certificates import AnnulmentRequestFactory
from tests.factories.courses import CalendarFeedFactory, IntermediaryFactory

URL = "/calendario/"
LONG_NAME = "Gestión integral de riesgos psicosociales y prevención en faenas australes"


def _ended(stage: Stage, days: int, **fields: Any) -> TrainingAction:
    """An action that ended that many days ago."""
    end = timezone.localdate() - timedelta(days=days)
    return certifiable(
        stage.body,
        people=1,
        **{"starts_on": end - timedelta(days=20), "ends_on": end, **fields},
    )


def _certified(stage: Stage, days: int) -> TrainingAction:
    """An action that ended that many days ago, whose certificate was emitted."""
    action = _ended(stage, 20)
    emitted(action, at=timezone.now())
    ends = timezone.localdate() - timedelta(days=days)
    TrainingAction.objects.filter(pk=action.pk).update(
        starts_on=ends - timedelta(days=20), ends_on=ends
    )
    return action


def _several(stage: Stage) -> None:
    """Terms in this month, whatever day it is; some days are full."""
    first = timezone.localdate().replace(day=1)
    gone = (timezone.localdate() - first).days
    for shift in (2, 9, 9, 9, 9, 17, 24):
        _ended(stage, gone + 40 - shift, course__name=LONG_NAME)
        _ended(stage, gone + 60 - shift)
    _ended(stage, gone - 20, intermediary=IntermediaryFactory(training_body=stage.body))
    _certified(stage, gone + 45)


@state
def calendar_of_a_month(stage: Stage) -> None:
    _several(stage)
    stage.signs_in()
    stage.opens(URL)
    stage.sees("Mes")


@state
def calendar_as_a_list(stage: Stage) -> None:
    _several(stage)
    stage.signs_in()
    stage.opens(f"{URL}?ver=lista&muestra=todo")


@state
def calendar_without_actions(stage: Stage) -> None:
    stage.signs_in(Role.FACILITATOR)
    stage.opens(URL)
    stage.sees("Este mes no vence nada")


@state
def calendar_narrowed_to_nothing(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"{URL}?que=anulacion&que=otic")
    stage.sees("Quitar los filtros")


@state
def calendar_address_not_made(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(reverse("courses:calendar_address"))


@state
def calendar_address_made(stage: Stage) -> None:
    calendar_address_not_made(stage)
    stage.presses("Crear la dirección")
    stage.sees("se muestra solo durante diez minutos")


@state
def calendar_address_already_made(stage: Stage) -> None:
    membership = stage.signs_in()
    CalendarFeedFactory(membership=membership, made_at=timezone.now())
    stage.opens(reverse("courses:calendar_address"))
    stage.sees("Quitar la dirección")


def _ladder(stage: Stage, action: TrainingAction) -> None:
    stage.signs_in()
    stage.opens(reverse("courses:action", args=[action.public_id]))


@state
def ladder_in_the_ordinary_term_of_an_otic(stage: Stage) -> None:
    otic = IntermediaryFactory(training_body=stage.body)
    _ladder(stage, _ended(stage, 28, intermediary=otic))
    stage.sees("Quedan 12 días para emitir y entregar al OTIC")


@state
def ladder_on_its_last_day(stage: Stage) -> None:
    _ladder(stage, _ended(stage, 59))
    stage.sees("Vence hoy")


@state
def ladder_that_is_over(stage: Stage) -> None:
    _ladder(stage, _ended(stage, 75))
    stage.sees("El plazo para emitir terminó")


@state
def ladder_with_the_certificate_emitted(stage: Stage) -> None:
    _ladder(stage, _certified(stage, 57))
    stage.sees("Certificado emitido; quedan 3 días para liquidar")


@state
def ladder_with_an_annulment_that_waits(stage: Stage) -> None:
    action = _ended(stage, 30)
    AnnulmentRequestFactory(
        certificate__certification__action=action,
        due_on=timezone.localdate() + timedelta(days=14),
    )
    _ladder(stage, action)
    stage.sees("Anulación solicitada")


@state
def ladder_of_a_partial_action(stage: Stage) -> None:
    today = timezone.localdate()
    action = _ended(
        stage,
        0,
        activity_type=ActivityType.PARTIAL,
        starts_on=date(today.year, 1, 2),
        ends_on=date(today.year, 12, 31),
    )
    _ladder(stage, action)
    stage.sees("Término provisional")


@state
def ladder_of_a_liquidated_action(stage: Stage) -> None:
    action = _ended(stage, 65, decision=ActionState.LIQUIDATED)
    _ladder(stage, action)
    stage.sees("Acción liquidada")
