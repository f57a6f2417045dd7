"""What is left to look at of an action that SENCE has liquidated."""

from courses.models import ActionState
from tests.browser.stage import Stage
from tests.browser.states.registry import state


def _liquidated(stage: Stage) -> str:
    """Let an answer wait in an action, and the action be liquidated."""
    session = stage.session(enrolment=stage.enrolment, expired=True)
    stage.close_is_confirmed(session)
    action = stage.enrolment.action
    action.decision = ActionState.LIQUIDATED
    action.save()
    stage.signs_in()
    return f"/recepciones/{session.receipts.get().public_id}/revisar/"


@state
def action_after_liquidation(stage: Stage) -> None:
    _liquidated(stage)
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/")


@state
def declarations_after_liquidation(stage: Stage) -> None:
    _liquidated(stage)
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/declaraciones/")


@state
def receipts_after_liquidation(stage: Stage) -> None:
    _liquidated(stage)
    stage.opens("/recepciones/")


@state
def review_after_liquidation(stage: Stage) -> None:
    stage.opens(_liquidated(stage))


@state
def session_after_liquidation(stage: Stage) -> None:
    _liquidated(stage)
    session = stage.enrolment.sence_sessions.get()
    stage.opens(f"/sesiones/{session.public_id}/")


@state
def sessions_after_liquidation(stage: Stage) -> None:
    _liquidated(stage)
    stage.opens(f"/sesiones/?who={stage.enrolment.action.action_code}")
