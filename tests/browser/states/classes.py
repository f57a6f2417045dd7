"""The states of the pages on attendance: classes, participants, detail, adjustments."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from attendance.models import TrainingClass
from attendance.services.totals import recount_action
from courses.models import ActionState, AttendancePolicy, TrainingAction
from otec_portal.core.models import Role
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.core.documents import pdf
from tests.factories.attendance import (
    AdjustmentEvidenceFactory,
    AdjustmentFactory,
    TrainingClassFactory,
)

LONG_NAME = "Maximiliano Alejandro de la Fuente Undurraga Etchegaray"


def _address(stage: Stage, name: str) -> str:
    return reverse(f"attendance:{name}", args=[stage.enrolment.action.public_id])


def _own(stage: Stage, name: str) -> str:
    return reverse(f"attendance:{name}", args=[stage.enrolment.public_id])


def _action(stage: Stage, **changes: object) -> TrainingAction:
    """The stage's action, in production, running since ten days."""
    action = stage.enrolment.action
    today = timezone.localdate()
    given = {
        "environment": "production",
        "starts_on": today - timedelta(days=10),
        "ends_on": today + timedelta(days=5),
    }
    for name, value in {**given, **changes}.items():
        setattr(action, name, value)
    action.save()
    return action


def _class(stage: Stage, days: int, **more: object) -> TrainingClass:
    held: TrainingClass = TrainingClassFactory(
        action=stage.enrolment.action, started_at=ago(days=days), **more
    )
    return held


def _attended(stage: Stage) -> TrainingAction:
    """Classes and marks of every kind, adjustments, and participants of every kind."""
    action = _action(stage)
    action.course.hours = 8
    action.course.save()
    held = [_class(stage, days, ended=True) for days in range(7, 1, -1)]
    for one in held:
        late = one.started_at + timedelta(minutes=10)
        stage.session(closed=True, started_at=late)
    stage.session(closed=True, started_at=ago(days=1))
    stage.session(expired=True, started_at=ago(days=9))
    stage.session(closed=True, started_at=ago(days=8), environment="test")
    stage.session(opened=True, started_at=ago(minutes=20))
    taken = AdjustmentFactory(enrolment=stage.enrolment, seconds=-600, at=ago(days=1))
    AdjustmentEvidenceFactory(adjustment=taken, name="libro de clases firmado.pdf")
    AdjustmentFactory(enrolment=stage.enrolment, seconds=-3600, at=ago(days=2))
    stage.another(participant__first_names=LONG_NAME)
    stage.another(exempt=True)
    stage.session(enrolment=stage.another(), closed=True, started_at=ago(days=3))
    recount_action(action)
    return action


# ---- the book of classes ----


@state
def classes_none(stage: Stage) -> None:
    _action(stage)
    stage.signs_in(Role.FACILITATOR)
    stage.opens(_address(stage, "classes"))


@state
def classes_of_every_kind(stage: Stage) -> None:
    _action(stage)
    admin = stage.signs_in().user
    entered = {"entered_at": ago(days=1), "entered_by": admin}
    for days in range(9, 3, -1):
        _class(stage, days, ended=True)
    _class(stage, 3, ended=True, reason="Se cortó la luz a mitad de clase.", **entered)
    _class(stage, 2, ended=True, annulled=True)
    _class(stage, 1)
    TrainingClassFactory(
        action=stage.enrolment.action, facilitator=admin, started_at=ago(minutes=12)
    )
    stage.opens(f"{_address(stage, 'classes')}?registros=10")


@state
def classes_of_a_closed_action(stage: Stage) -> None:
    _action(stage, frozen_at=ago(days=1))
    _class(stage, 2, ended=True)
    stage.signs_in()
    stage.opens(_address(stage, "classes"))


@state
def class_just_begun(stage: Stage) -> None:
    classes_none(stage)
    stage.presses("Iniciar clase")
    expect(stage.page.get_by_text("La clase empezó")).to_be_visible()


@state
def class_to_enter(stage: Stage) -> None:
    _action(stage)
    stage.signs_in()
    stage.opens(_address(stage, "enter_class"))


@state
def class_entered_wrongly(stage: Stage) -> None:
    class_to_enter(stage)
    page = stage.page
    page.get_by_label("Facilitador").select_option(index=1)
    page.get_by_label("Fecha").fill(f"{timezone.localdate() - timedelta(days=2)}")
    page.get_by_label("Desde").fill("10:00:00")
    page.get_by_label("Hasta").fill("09:00:00")
    page.get_by_label("Motivo").fill("Se cortó la luz.")
    stage.presses("Ingresar clase")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Motivo")).to_have_value("Se cortó la luz.")


@state
def class_that_overlaps_another(stage: Stage) -> None:
    """It asks for a tick, beside what was typed."""
    class_to_enter(stage)
    for hour in (11, 12):
        stage.opens(_address(stage, "enter_class"))
        page = stage.page
        page.get_by_label("Facilitador").select_option(index=1)
        page.get_by_label("Fecha").fill(f"{timezone.localdate() - timedelta(days=2)}")
        page.get_by_label("Desde").fill("10:00:00")
        page.get_by_label("Hasta").fill(f"{hour}:00:00")
        page.get_by_label("Motivo").fill("Se cortó la luz.")
        stage.presses("Ingresar clase")
    expect(page.get_by_label("Son dos clases")).to_be_visible()


@state
def class_to_annul(stage: Stage) -> None:
    _action(stage)
    one = _class(stage, 2, ended=True)
    stage.signs_in()
    stage.opens(reverse("attendance:annul_class", args=[one.public_id]))


# ---- the participants and one of them ----


@state
def participants_none(stage: Stage) -> None:
    action = _action(stage)
    action.enrolments.all().delete()
    stage.signs_in()
    stage.opens(_address(stage, "participants"))


@state
def participants_of_every_kind(stage: Stage) -> None:
    _attended(stage)
    stage.signs_in()
    stage.opens(_address(stage, "participants"))


@state
def participants_without_a_percentage(stage: Stage) -> None:
    _action(stage, attendance_policy=AttendancePolicy.BY_CLASS)
    stage.signs_in()
    stage.opens(_address(stage, "participants"))


@state
def participants_without_a_match(stage: Stage) -> None:
    _action(stage)
    stage.signs_in()
    stage.opens(f"{_address(stage, 'participants')}?q=nadie")


@state
def participants_of_a_liquidated_action(stage: Stage) -> None:
    _action(stage, decision=ActionState.LIQUIDATED)
    stage.signs_in()
    stage.opens(_address(stage, "participants"))


@state
def detail_none(stage: Stage) -> None:
    _action(stage)
    stage.signs_in(Role.FACILITATOR)
    stage.opens(_own(stage, "detail"))


@state
def detail_of_every_kind(stage: Stage) -> None:
    _attended(stage)
    stage.signs_in()
    stage.opens(_own(stage, "detail"))


@state
def adjustment_to_make(stage: Stage) -> None:
    _attended(stage)
    stage.signs_in()
    stage.opens(_own(stage, "adjust"))


@state
def adjustment_refused_beside_its_fields(stage: Stage) -> None:
    """H5: what was typed is kept."""
    adjustment_to_make(stage)
    page = stage.page
    page.get_by_label("Cuánto").fill("00:10:00")
    page.get_by_label("Motivo").fill("Consta en el libro firmado.")
    page.get_by_label("Documento de respaldo").set_input_files(
        {"name": "libro.pdf", "mimeType": "application/pdf", "buffer": pdf()[:200]}
    )
    stage.presses("Guardar ajuste")
    expect(page.get_by_role("alert")).to_contain_text("El PDF está dañado")
    expect(page.get_by_label("Motivo")).to_have_value("Consta en el libro firmado.")


@state
def adjustment_of_more_than_there_is(stage: Stage) -> None:
    """It asks for a tick."""
    adjustment_to_make(stage)
    page = stage.page
    page.get_by_label("Cuánto").fill("999:00:00")
    page.get_by_label("Motivo").fill("Consta en el libro firmado.")
    page.get_by_label("Documento de respaldo").set_input_files(
        {"name": "libro.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    stage.presses("Guardar ajuste")
    expect(page.get_by_label("Es así")).to_be_visible()


@state
def adjustment_without_effect(stage: Stage) -> None:
    _action(stage, attendance_policy=AttendancePolicy.SINGLE_SESSION)
    stage.signs_in()
    stage.opens(_own(stage, "adjust"))


@state
def home_with_who_lacks_attendance(stage: Stage) -> None:
    _attended(stage)
    _class(stage, 1)
    stage.signs_in()
    stage.opens("/")
