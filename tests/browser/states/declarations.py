"""The states of the pages on sworn statements."""

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import ActivityType, Enrolment, Environment, Modality
from liquidation.models import DeclarationState
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.core.documents import pdf
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.courses import ComplementaryFactory
from tests.liquidation.desk import issued, otec_issued

LONG_NAME: Final = "Wenceslao Maximiliano de la Santísima Trinidad"


def _ends(stage: Stage, **fields: object) -> str:
    """Let the action be over; return the address of its declarations."""
    action = stage.enrolment.action
    facts = {
        "environment": Environment.PRODUCTION,
        "starts_on": timezone.localdate() - timedelta(days=40),
        "ends_on": timezone.localdate() - timedelta(days=2),
    }
    for name, value in {**facts, **fields}.items():
        setattr(action, name, value)
    action.save()
    return f"/acciones/{action.public_id}/declaraciones/"


def _with_sessions(enrolment: Enrolment) -> Enrolment:
    AttendanceTotalFactory(enrolment=enrolment, sessions=3)
    return enrolment


def _in_every_state(stage: Stage) -> None:
    year = timezone.localdate().year
    otec_issued(stage.enrolment.action)
    _with_sessions(stage.enrolment)
    stage.another(participant__first_names=LONG_NAME)
    for number, one in enumerate(DeclarationState):
        person = _with_sessions(stage.another())
        if one != DeclarationState.PENDING:
            issued(person, state=one, number=f"{number}-{year}")


@state
def declarations_before_the_otecs(stage: Stage) -> None:
    path = _ends(stage)
    _with_sessions(stage.enrolment)
    stage.signs_in()
    stage.opens(path)


@state
def declarations_in_every_state(stage: Stage) -> None:
    path = _ends(stage)
    _in_every_state(stage)
    stage.signs_in()
    stage.opens(path)


@state
def declarations_of_a_partial_action(stage: Stage) -> None:
    path = _ends(stage, activity_type=ActivityType.PARTIAL)
    stage.signs_in()
    stage.opens(path)


@state
def declarations_of_a_complementary_action(stage: Stage) -> None:
    one = ComplementaryFactory(
        related_action__course=stage.enrolment.action.course,
    )
    stage.signs_in()
    stage.opens(f"/acciones/{one.public_id}/declaraciones/")


@state
def declarations_of_a_course_without_them(stage: Stage) -> None:
    path = _ends(stage)
    course = stage.enrolment.action.course
    course.modality = Modality.CLASSROOM
    course.save()
    stage.signs_in()
    stage.opens(path)


@state
def declarations_missing_over_all_actions(stage: Stage) -> None:
    _ends(stage)
    _in_every_state(stage)
    stage.signs_in()
    stage.opens("/declaraciones/")


@state
def declarations_missing_nowhere(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/declaraciones/")


@state
def declaration_of_a_participant_to_record(stage: Stage) -> None:
    _ends(stage)
    stage.signs_in()
    page = "liquidation:record_participant"
    stage.opens(reverse(page, args=[stage.enrolment.public_id]))


@state
def declaration_to_record(stage: Stage) -> None:
    path = _ends(stage)
    stage.signs_in()
    stage.opens(f"{path}otec/")


@state
def declaration_recorded_wrongly_and_refused(stage: Stage) -> None:
    """What was learned so far beside a form that can't be taken."""
    path = _ends(stage)
    year = timezone.localdate().year
    stage.signs_in()
    stage.opens(f"{path}otec/")
    stage.page.get_by_label("Emitida").check()
    stage.page.get_by_label("Número").fill(f"123-{year}")
    stage.page.get_by_label("PDF de la declaración").set_input_files(
        {"name": "dj.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    stage.presses("Registrar")
    stage.opens(f"{path}otec/")
    stage.page.get_by_label("Pendiente de emitir").check()
    stage.presses("Registrar")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def declaration_that_jumps_over_states(stage: Stage) -> None:
    """It asks for a tick."""
    path = _ends(stage)
    stage.signs_in()
    stage.opens(f"{path}otec/")
    stage.page.get_by_label("Aprobada para su re-emisión").check()
    stage.presses("Registrar")
    expect(stage.page.get_by_label("Así figura en GCA")).to_be_visible()


@state
def gca_list_that_can_not_be_read(stage: Stage) -> None:
    path = _ends(stage)
    stage.signs_in()
    stage.opens(f"{path}lista/")
    stage.page.get_by_label("Lista copiada de GCA").fill("hola")
    stage.watch.expect("422")
    stage.presses("Revisar la lista")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def gca_list_to_confirm(stage: Stage) -> None:
    path = _ends(stage)
    _in_every_state(stage)
    lines = [
        f"{one.participant.run}\t{one.participant.full_name}\t2\t{words}"
        for one, words in zip(
            stage.enrolment.action.enrolments.select_related("participant"),
            ("Emitida", "Emitida", "Anulada", "Emitida", "Pendiente de emitir", "¿?"),
            strict=False,
        )
    ]
    stage.signs_in()
    stage.opens(f"{path}lista/")
    stage.page.get_by_label("Lista copiada de GCA").fill(
        "\n".join(
            ["RUT\tNombre\tN° sesiones\tEstado DJ", *lines, "123\tNadie\t1\tOtro"]
        )
    )
    stage.presses("Revisar la lista")
    expect(stage.page.get_by_role("button", name="Guardar los cambios")).to_be_visible()


@state
def reminder_to_send(stage: Stage) -> None:
    path = _ends(stage)
    _in_every_state(stage)
    stage.signs_in()
    stage.opens(f"{path}recordar/")


@state
def reminder_to_nobody(stage: Stage) -> None:
    path = _ends(stage)
    stage.signs_in()
    stage.opens(f"{path}recordar/")
