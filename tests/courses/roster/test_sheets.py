"""The template and the exported roster, read back by our own reader."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from courses.models import Enrolment, TrainingAction
from courses.roster import sheets
from courses.roster.lines import MAX_ROWS
from courses.roster.read import read_roster
from tests.courses.roster.sources import ANA
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory


def test_template_is_read_by_the_import_and_its_columns_are_text() -> None:
    roster = read_roster(sheets.template())
    (example,) = roster.lines
    assert example.run == "12345678-5"
    assert (example.first_names, example.last_names) == ("María José", "Pérez Soto")
    assert example.is_exempt is False
    with ZipFile(BytesIO(sheets.template())) as book:
        styles = book.read("xl/styles.xml").decode()
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'formatCode="@"' in styles or 'numFmtId="49"' in styles
    assert f"E2:E{MAX_ROWS + 1}" in page


@pytest.mark.django_db
def test_export_of_hostile_names_is_text_and_comes_back_the_same() -> None:
    """D11: `=cmd()`, `+1`, `@x` are text; importing the export changes nothing."""
    enrolment = EnrolmentFactory(
        participant__run=ANA,
        participant__first_names="=cmd|' /C calc'!A",
        participant__last_names="@x",
        participant__email="+1@correo.example",
        exempt=True,
    )
    data = b"".join(sheets.spreadsheet(Enrolment.objects.filter(pk=enrolment.pk)))
    with ZipFile(BytesIO(data)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    (line,) = read_roster(data).lines
    assert (line.run, line.first_names) == (ANA, "=cmd|' /C calc'!A")
    assert (line.last_names, line.email) == ("@x", "+1@correo.example")
    assert line.is_exempt is True


@pytest.mark.django_db
def test_export_imported_again_changes_nothing(our_body: object) -> None:
    from courses.models import NameOrder
    from courses.roster.preview import make_plan, what_is_there

    action = TrainingActionFactory(course__training_body=our_body)
    for name in ("Ñancupil", "D'Angelo", "de la Fuente"):
        EnrolmentFactory(action=action, participant__last_names=name)
    EnrolmentFactory(
        action=action,
        exempt=True,
        participant__last_names="Soto",
        participant__email="",
    )
    enrolments = Enrolment.objects.filter(action=action).select_related("participant")
    lines = read_roster(b"".join(sheets.spreadsheet(enrolments))).lines
    present = what_is_there(TrainingAction.objects.get(), [line.run for line in lines])
    plan = make_plan(lines, present, order=NameOrder.FIRST_NAMES_FIRST)
    assert plan.counts == {"equal": 4}
    assert plan.gone == []
