"""The participant's phone."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from courses.models import ActionState
from tests import sence_messages
from tests.browser.pages import CLOSE, CONTINUE, START
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.factories.courses import EnrolmentFactory


@state
def course_never_started(stage: Stage) -> None:
    stage.enters()


@state
def course_not_yet_begun(stage: Stage) -> None:
    action = stage.enrolment.action
    action.starts_on = timezone.localdate() + timedelta(days=3)
    action.save()
    stage.enters()
    expect(stage.page.get_by_text("Desde ese día podrás iniciar")).to_be_visible()


@state
def course_for_an_exempt_participant(stage: Stage) -> None:
    stage.enrolment.exempt = True
    stage.enrolment.save()
    stage.enters()


@state
def course_that_sence_would_refuse(stage: Stage) -> None:
    stage.enrolment.action.course.training_body.sence_tokens.update(
        state="revoked", revoked_at=timezone.now()
    )
    stage.enters()
    stage.presses(START)
    expect(stage.page.get_by_text("No se pudo continuar")).to_be_visible()


@state
def start_waiting_for_sence(stage: Stage) -> None:
    stage.start_is_handed_out()
    stage.enters()


@state
def start_abandoned(stage: Stage) -> None:
    stage.session(abandoned=True)
    stage.enters()


@state
def start_failed(stage: Stage) -> None:
    stage.start_is_refused("208")
    stage.enters()


@state
def start_quarantined(stage: Stage) -> None:
    stage.enters()
    session = stage.start_is_handed_out()
    fields = sence_messages.start_confirmed(session, RunAlumno="1-9")
    answer = sence_messages.post("start_confirmed", fields)
    stage.opens(answer["Location"])
    expect(stage.page.get_by_text("No pudimos confirmar tu registro")).to_be_visible()


@state
def answer_in_somebody_elses_browser(stage: Stage) -> None:
    session = stage.start_is_handed_out()
    fields = sence_messages.start_confirmed(session)
    answer = sence_messages.post("start_confirmed", fields)
    stage.opens(answer["Location"])


@state
def handover(stage: Stage) -> None:
    stage.watch.expect("ERR_FAILED")
    stage.page.route("**/autosubmit.js", lambda route: route.abort())
    stage.enters()
    stage.presses(START)
    expect(stage.page.get_by_role("button", name=CONTINUE)).to_be_visible()


@state
def session_open(stage: Stage) -> None:
    stage.session(opened=True)
    stage.enters()


@state
def session_open_with_notices_allowed(stage: Stage) -> None:
    stage.page.context.grant_permissions(["notifications"])
    stage.session(opened=True)
    stage.enters()


@state
def session_ending(stage: Stage) -> None:
    stage.session(opened=True, started_at=ago(hours=2, minutes=53))
    stage.enters()
    expect(stage.page.get_by_role("alert")).to_contain_text("menos de 10 minutos")


@state
def session_closing(stage: Stage) -> None:
    stage.session(closing=True)
    stage.enters()


@state
def session_that_could_not_be_closed(stage: Stage) -> None:
    stage.close_is_refused(stage.start_is_confirmed(), "305")
    stage.enters()
    expect(stage.page.get_by_role("button", name=CLOSE)).to_be_visible()


@state
def session_closed(stage: Stage) -> None:
    for days in range(5, 0, -1):
        stage.session(closed=True, started_at=ago(days=days))
    stage.session(abandoned=True, started_at=ago(days=6))
    stage.enters()


@state
def history_on_several_pages(stage: Stage) -> None:
    for days in range(23, 0, -1):
        stage.session(closed=True, started_at=ago(days=days))
    stage.enters()
    stage.follows("Página siguiente")
    expect(stage.page.get_by_text("Mostrando registros 11 a 20 de 23")).to_be_visible()


@state
def history_after_liquidation(stage: Stage) -> None:
    stage.session(closed=True, started_at=ago(days=1))
    action = stage.enrolment.action
    action.decision = ActionState.LIQUIDATED
    action.save()
    stage.enters()
    expect(stage.page.get_by_text("SENCE ya liquidó este curso")).to_be_visible()


@state
def session_expired(stage: Stage) -> None:
    stage.session(expired=True, started_at=ago(hours=4))
    stage.enters()


@state
def several_courses(stage: Stage) -> None:
    EnrolmentFactory(
        participant=stage.enrolment.participant,
        action__course__training_body=stage.enrolment.participant.training_body,
        action__course__name="Excel intermedio para la gestión de inventarios",
    )
    stage.enters()
    stage.follows("Mis cursos")
    expect(stage.page.get_by_role("listitem")).to_have_count(2)


@state
def link_not_valid(stage: Stage) -> None:
    stage.opens("/entrar/no-es-un-enlace/", status=404)


@state
def link_not_opened(stage: Stage) -> None:
    stage.opens("/mi-curso/", status=403)
