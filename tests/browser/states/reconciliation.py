"""The states of the pages of reconciliation."""

import tempfile
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from courses.models import ActionState, Enrolment
from otec_portal.core.rut import with_check_digit
from tests.attendance.reconciliation.desk import accepted, as_sence_has, file_of
from tests.attendance.reconciliation.files import DECLARATIONS, PERCENTAGES
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.courses.roster.sources import comma_separated
from tests.factories.attendance import (
    AttendanceTotalFactory,
    ReconciliationNoteFactory,
    SenceSessionFactory,
)


def _home(stage: Stage) -> str:
    return f"/acciones/{stage.enrolment.action.public_id}/conciliacion/"


def _line(enrolment: Enrolment, *, later: int = 0, **more: object) -> tuple[str, ...]:
    given = {"closed": True, "started_at": ago(hours=5), "environment": "production"}
    session = SenceSessionFactory(enrolment=enrolment, **{**given, **more})
    return as_sence_has(session, later=later)


def _accepted(stage: Stage, data: bytes) -> None:
    accepted(stage.enrolment.action, data, at=timezone.now())


def _compared(stage: Stage) -> None:
    people = [stage.another() for _ in range(4)]
    people[0].participant.first_names = "Bernardita de las Mercedes Guillermina"
    people[0].participant.save()
    lines = [
        *(_line(one) for one in (stage.enrolment, people[3])),
        _line(people[0], later=900),
        _line(people[1], closed=False, expired=True),
        (with_check_digit(48_000_011), "Persona Ajena", *_line(people[2])[2:]),
    ]
    _accepted(stage, file_of(*lines))
    note = SenceSessionFactory._meta.model.objects.get(enrolment=people[0])
    ReconciliationNoteFactory(session=note, at=timezone.now())


@state
def reconciliation_with_nothing_uploaded(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(_home(stage))


@state
def reconciliation_with_differences(stage: Stage) -> None:
    _compared(stage)
    stage.signs_in()
    stage.opens(_home(stage))
    expect(stage.page.get_by_text("Persona Ajena").first).to_be_visible()


@state
def reconciliation_of_equal_marks(stage: Stage) -> None:
    _compared(stage)
    stage.signs_in()
    stage.opens(f"{_home(stage)}?ver=iguales")


@state
def reconciliation_closed_by_liquidation(stage: Stage) -> None:
    action = stage.enrolment.action
    action.decision = ActionState.LIQUIDATED
    action.save()
    stage.signs_in()
    stage.opens(_home(stage))


@state
def export_to_upload_refused(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"{_home(stage)}subir/")
    stage.presses("Revisar el archivo")
    expect(stage.page.get_by_role("alert")).to_be_visible()


def _chooses(stage: Stage, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conectividad.csv"
        path.write_bytes(data)
        stage.page.get_by_label("Archivo de SENCE").set_input_files(path)
        stage.presses("Revisar el archivo")


@state
def export_looked_over(stage: Stage) -> None:
    good = _line(stage.enrolment)
    wrong = ("1-1", "Sin RUN", *good[2:])
    stage.signs_in()
    stage.opens(f"{_home(stage)}subir/")
    _chooses(stage, file_of(good, wrong))
    expect(stage.page.get_by_text("«1-1»")).to_be_visible()
    stage.page.get_by_text("Columnas que se reconocieron").click()


@state
def list_looked_over(stage: Stage) -> None:
    """Who is not on the roster, and whose figure differs."""
    one = stage.enrolment.participant
    rows = ((one.run, one.full_name, "40"), ("11111111-1", "Ana Ajena", "90"))
    stage.signs_in()
    stage.opens(f"{_home(stage)}subir/")
    _chooses(stage, comma_separated(PERCENTAGES, *rows))
    expect(stage.page.get_by_text("Ana Ajena")).to_be_visible()


@state
def export_that_is_there_already(stage: Stage) -> None:
    good = _line(stage.enrolment)
    data = file_of(good, ("1-1", "Sin RUN", *good[2:]))
    accepted(stage.enrolment.action, data, good=True, at=timezone.now())
    stage.signs_in()
    stage.opens(f"{_home(stage)}subir/")
    stage.page.get_by_text("Solo una parte").click()
    _chooses(stage, data)
    expect(stage.page.get_by_text("Este archivo ya está")).to_be_visible()


@state
def reconciliation_seen_again(stage: Stage) -> None:
    """A part, with a line left out, taken in twice; somebody is in now."""
    good = _line(stage.enrolment)
    running = as_sence_has(
        SenceSessionFactory(
            enrolment=stage.another(), opened=True, started_at=ago(minutes=40)
        )
    )
    data = file_of(good, (*running[:8], "", ""), ("1-1", "Sin RUN", *good[2:]))
    for _ in range(2):
        accepted(
            stage.enrolment.action, data, good=True, whole=False, at=timezone.now()
        )
    stage.signs_in()
    stage.opens(_home(stage))
    expect(stage.page.get_by_text("En el portal está en curso.")).to_be_visible()


@state
def reconciled_percentages_of_a_part(stage: Stage) -> None:
    rows = [(stage.enrolment.participant.run, "Ana", "29 %")]
    AttendanceTotalFactory(
        enrolment=stage.enrolment, outside_seconds=7200, adjusted_seconds=600
    )
    stage.another()
    data = comma_separated(PERCENTAGES, *rows)
    accepted(stage.enrolment.action, data, whole=False, at=timezone.now())
    stage.signs_in()
    stage.opens(f"{_home(stage)}porcentajes/")
    expect(stage.page.get_by_text("Sin comparar todavía")).to_be_visible()


@state
def reconciled_percentages(stage: Stage) -> None:
    rows = [(stage.enrolment.participant.run, "Ana", "29 %")]
    _accepted(stage, comma_separated(PERCENTAGES, *rows))
    stage.another()
    stage.signs_in()
    stage.opens(f"{_home(stage)}porcentajes/")


@state
def reconciled_sessions(stage: Stage) -> None:
    rows = [(stage.enrolment.participant.run, "Ana", "3", "Emitida")]
    _accepted(stage, comma_separated(DECLARATIONS, *rows))
    stage.signs_in()
    stage.opens(f"{_home(stage)}sesiones/")


@state
def reconciliation_without_a_note_like_that(stage: Stage) -> None:
    _compared(stage)
    stage.signs_in()
    stage.opens(f"{_home(stage)}?ver=solo-portal&notas=con")


@state
def reconciled_sessions_of_nobody_like_that(stage: Stage) -> None:
    rows = [(stage.enrolment.participant.run, "Ana", "3", "Emitida")]
    _accepted(stage, comma_separated(DECLARATIONS, *rows))
    stage.signs_in()
    stage.opens(f"{_home(stage)}sesiones/?ver=solo-sence&orden=-nombre")


@state
def difference_to_note(stage: Stage) -> None:
    _compared(stage)
    stage.signs_in()
    stage.opens(_home(stage))
    stage.follows("Anotar")
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(
        "Anotar una diferencia"
    )
