"""The states of the pages on issuing out of term."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from courses.models import Environment
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.liquidation import OutOfTermAnswerFactory, OutOfTermRequestFactory


def _ended(stage: Stage, *, days: int) -> str:
    """Let the action have ended `days` ago; return the address of its page."""
    action = stage.enrolment.action
    action.environment = Environment.PRODUCTION
    action.starts_on = timezone.localdate() - timedelta(days=days + 40)
    action.ends_on = timezone.localdate() - timedelta(days=days)
    action.save()
    return f"/acciones/{action.public_id}/declaraciones/fuera-de-plazo/"


@state
def out_of_term_not_yet(stage: Stage) -> None:
    path = _ended(stage, days=20)
    stage.signs_in()
    stage.opens(path)


@state
def out_of_term_with_every_answer(stage: Stage) -> None:
    path = _ended(stage, days=90)
    action, today = stage.enrolment.action, timezone.localdate()
    for number, accepted in enumerate((False, True)):
        OutOfTermAnswerFactory(
            request__action=action,
            request__requested_on=today - timedelta(days=20 - number),
            request__reason="Un incendio cerró la oficina por tres semanas. " * 4,
            answered_on=today - timedelta(days=10 - number),
            accepted=accepted,
        )
    OutOfTermRequestFactory(action=action, requested_on=today)
    stage.signs_in()
    stage.opens(path)


@state
def out_of_term_request_too_early(stage: Stage) -> None:
    path = _ended(stage, days=20)
    stage.signs_in()
    stage.opens(f"{path}solicitud/")


@state
def out_of_term_request_refused(stage: Stage) -> None:
    path = _ended(stage, days=90)
    stage.signs_in()
    stage.opens(f"{path}solicitud/")
    stage.presses("Registrar solicitud")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def out_of_term_answer_refused(stage: Stage) -> None:
    _ended(stage, days=90)
    asked = OutOfTermRequestFactory(
        action=stage.enrolment.action, requested_on=timezone.localdate()
    )
    stage.signs_in()
    stage.opens(f"/declaraciones/fuera-de-plazo/{asked.public_id}/respuesta/")
    stage.presses("Registrar respuesta")
    expect(stage.page.get_by_role("alert")).to_be_visible()
