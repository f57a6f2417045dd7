"""Every state that a page of the portal can be in, each shown by a function.

What must hold everywhere is tried on all of them (test_every_page.py).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from unittest import mock

from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import expect

from attendance.models import Receipt
from otec_portal.core.models import Role
from tests import sence_messages
from tests.browser.pages import CLOSE, CONTINUE, START
from tests.browser.stage import Stage, ago
from tests.factories import (
    EnrolmentFactory,
    MembershipFactory,
    OperatorAlertFactory,
    UserFactory,
)

STATES: Final[dict[str, Callable[[Stage], None]]] = {}
CALLBACKS: Final = "attendance.views.callbacks"


def state(show: Callable[[Stage], None]) -> Callable[[Stage], None]:
    STATES[show.__name__] = show
    return show


# ---- signing in ----


@state
def sign_in(stage: Stage) -> None:
    stage.opens("/ingresar/")


@state
def sign_in_with_nothing_filled_in(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.presses("Ingresar")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def sign_in_with_a_wrong_password(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.page.get_by_label("RUT").fill(UserFactory().rut)
    stage.page.get_by_label("Contraseña").fill("otra-cosa")
    stage.presses("Ingresar")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def sign_in_without_its_cookie(stage: Stage) -> None:
    stage.opens("/ingresar/")
    stage.page.context.clear_cookies()
    stage.presses("Ingresar")
    _is_headed(stage, "Esta página quedó desactualizada")


def _is_headed(stage: Stage, text: str) -> None:
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(text)


@state
def profile_to_choose(stage: Stage) -> None:
    user = stage.signs_in().user
    MembershipFactory(user=user, role=Role.FACILITATOR)
    stage.opens("/perfil/")


@state
def profile_missing(stage: Stage) -> None:
    stage.is_signed_in_as(UserFactory())
    stage.opens("/perfil/")


# ---- the operator ----


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
    stage.opens("/sesiones/?page=2")


@state
def sessions_without_a_match(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/sesiones/?who=nadie")


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


# ---- the participant ----


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
    expect(stage.page.get_by_role("alert")).to_contain_text("Quedan 7 minutos")


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


# ---- where SENCE's answers arrive ----


@state
def callback_opened_by_hand(stage: Stage) -> None:
    stage.opens("/sence/inicio/", status=405)


@state
def callback_of_no_session(stage: Stage) -> None:
    stage.posts("/sence/inicio/", status=404, IdSesionAlumno="desconocida")


@state
def callback_that_says_nothing(stage: Stage) -> None:
    stage.posts("/sence/inicio/", status=400)


@state
def callback_too_big(stage: Stage) -> None:
    stage.posts("/sence/inicio/", status=413, IdSesionAlumno="x" * 3_000_000)


@state
def callback_once_too_often(stage: Stage) -> None:
    stage.patches.enter_context(
        mock.patch(f"{CALLBACKS}.over_limit", return_value=True)
    )
    stage.posts("/sence/inicio/", status=429, IdSesionAlumno="desconocida")


@state
def callback_without_a_database(stage: Stage) -> None:
    stage.watch.expect("503")
    stage.patches.enter_context(
        mock.patch(f"{CALLBACKS}.callbacks.store", side_effect=OperationalError)
    )
    stage.posts("/sence/inicio/", status=503, IdSesionAlumno="desconocida")


# ---- what goes wrong anywhere ----


@state
def error_400(stage: Stage) -> None:
    """More fields than any form has."""
    stage.opens("/ingresar/")
    stage.page.locator("main form").evaluate(
        """form => {
          for (let number = 0; number < 1001; number++) {
            const field = document.createElement("input");
            field.name = "x";
            form.append(field);
          }
          form.submit();
        }"""
    )
    _is_headed(stage, "No entendimos la solicitud")


@state
def error_404(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/no-hay-tal/", status=404)


@state
def error_500(stage: Stage) -> None:
    _home_fails(stage, RuntimeError, status=500)


@state
def error_503(stage: Stage) -> None:
    _home_fails(stage, OperationalError, status=503)


def _home_fails(stage: Stage, failure: type[Exception], *, status: int) -> None:
    stage.watch.expect(str(status))
    stage.signs_in()
    stage.patches.enter_context(
        mock.patch("otec_portal.home.selectors.open_sessions", side_effect=failure)
    )
    stage.opens("/", status=status)
