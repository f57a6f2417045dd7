"""What an operator sees of sessions, receipts and alerts; the home page."""

from unittest.mock import patch

from playwright.sync_api import expect

from attendance.models import Receipt
from attendance.views import operator
from otec_portal.core.models import Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.attendance import OperatorAlertFactory
from tests.factories.core import MembershipFactory


@state
def sessions_none(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/sesiones/")


@state
def sessions_on_several_pages(stage: Stage) -> None:
    traits = ("opened", "closing", "closed", "expired", "failed", "abandoned")
    for number in range(60):
        stage.session(enrolment=stage.another(), **{traits[number % 6]: True})
    stage.session()
    stage.signs_in()
    stage.opens("/sesiones/?pagina=2")


@state
def sessions_without_a_match(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/sesiones/?who=nadie")


@state
def sessions_sorted_and_of_some_days(stage: Stage) -> None:
    for traits in ("opened", "failed", "closed"):
        stage.session(enrolment=stage.another(), **{traits: True})
    stage.signs_in()
    stage.opens("/sesiones/?desde=2020-01-01&orden=participante")


@state
def sessions_of_days_the_wrong_way_round(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/sesiones/?desde=2026-02-02&hasta=2026-02-01")


@state
def sessions_more_than_are_counted(stage: Stage) -> None:
    stage.patches.enter_context(patch.object(operator, "MOST", 12))
    for _ in range(14):
        stage.session(enrolment=stage.another(), closed=True)
    stage.signs_in()
    stage.opens("/sesiones/?registros=10")


@state
def session_with_an_answer_too_large_to_show(stage: Stage) -> None:
    session = stage.start_is_confirmed(Relleno="x" * 17_000)
    stage.signs_in()
    stage.opens(f"/sesiones/{session.public_id}/")
    for fields in stage.page.locator("details").all():
        fields.locator("summary").click()


@state
def session_with_every_kind_of_message(stage: Stage) -> None:
    session = stage.start_is_confirmed()
    stage.close_is_confirmed(session, RunAlumno="1-9")
    stage.close_is_refused(session, "305")
    stage.close_is_confirmed(session, FechaHora="ayer")
    stage.close_is_confirmed(session)
    stage.signs_in()
    stage.opens(f"/sesiones/{session.public_id}/")
    for fields in stage.page.locator("details").all():
        fields.locator("summary").click()


@state
def session_just_handed_out(stage: Stage) -> None:
    session = stage.start_is_handed_out()
    stage.signs_in()
    stage.opens(f"/sesiones/{session.public_id}/")


@state
def session_of_another_body(stage: Stage) -> None:
    session = stage.start_is_handed_out()
    stage.is_signed_in_as(MembershipFactory().user)
    stage.opens(f"/sesiones/{session.public_id}/", status=404)


@state
def report_for_a_facilitator(stage: Stage) -> None:
    session = stage.start_is_handed_out()
    stage.signs_in(Role.FACILITATOR)
    stage.opens(f"/sesiones/{session.public_id}/informe/", status=403)


@state
def receipts_none(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/recepciones/")


@state
def receipts_to_review(stage: Stage) -> None:
    _late_close(stage)
    stage.start_is_confirmed(RunAlumno="1-9")
    stage.signs_in()
    stage.opens("/recepciones/")


@state
def review_of_a_late_close(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/recepciones/{_late_close(stage).public_id}/revisar/")


@state
def review_sent_without_a_verdict(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/recepciones/{_late_close(stage).public_id}/revisar/")
    stage.page.locator("form.card").evaluate("form => { form.noValidate = true }")
    stage.presses("Guardar revisión")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def review_done(stage: Stage) -> None:
    stage.signs_in()
    receipt = _late_close(stage)
    stage.opens(f"/recepciones/{receipt.public_id}/revisar/")
    stage.page.get_by_label("Aceptar el cierre tardío").check()
    stage.page.get_by_label("Nota").fill("Consta en la planilla de SENCE.")
    stage.presses("Guardar revisión")
    expect(stage.page.get_by_text("Tu revisión quedó registrada")).to_be_visible()


@state
def review_done_before(stage: Stage) -> None:
    review_done(stage)
    receipt = Receipt.objects.get()
    stage.opens(f"/recepciones/{receipt.public_id}/revisar/")


@state
def review_where_none_is_needed(stage: Stage) -> None:
    session = stage.start_is_confirmed()
    stage.signs_in()
    stage.opens(f"/recepciones/{session.receipts.get().public_id}/revisar/")


def _late_close(stage: Stage) -> Receipt:
    session = stage.session(enrolment=stage.another(), expired=True)
    stage.close_is_confirmed(session)
    return session.receipts.get()


@state
def alerts_none(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/alertas/")


@state
def alerts_open(stage: Stage) -> None:
    stage.start_is_refused("204")
    body = stage.enrolment.action.course.training_body
    OperatorAlertFactory(training_body=body, times=12)
    stage.signs_in()
    stage.opens("/alertas/")


@state
def alerts_just_resolved(stage: Stage) -> None:
    alerts_open(stage)
    stage.page.get_by_role("button", name="Marcar como resuelta").first.click()
    expect(stage.page.get_by_text("La alerta quedó resuelta")).to_be_visible()
