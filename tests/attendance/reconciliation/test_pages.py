"""The pages of reconciliation: who sees what, a file's way in, what is taken out."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from attendance.models import AttendanceTotal, SenceExport, SenceMark
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import AuditEntry
from tests.attendance.reconciliation.desk import (
    accepted,
    as_sence_has,
    at,
    file_of,
    held,
    text,
)
from tests.attendance.reconciliation.files import COLUMNS, PERCENTAGES, WITH_RUN, page
from tests.conftest import SignedIn
from tests.courses.roster.sources import comma_separated, xlsx
from tests.factories.courses import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def choose(
    client: Client,
    action: TrainingAction,
    data: bytes,
    name: str = "s.csv",
    **more: str,
) -> Any:
    given = {"file": SimpleUploadedFile(name, data), "holds": "completa", **more}
    return client.post(at("upload_export", action), given)


def test_file_is_looked_over_then_kept_and_compared(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    action = enrolled.action
    line = as_sence_has(held(enrolled))
    data = page(WITH_RUN, line, ("1-1", *line[1:]))
    preview = choose(admin.client, action, data, "asistencia.html")
    assert preview.status_code == 302
    shown = text(admin.client.get(preview.headers["Location"]))
    assert "«1-1» no es válido" in shown
    assert "Todavía no se ha guardado nada" in shown
    assert not SenceExport.objects.exists()

    accept = preview.headers["Location"].replace("revisar", "aceptar")
    refused = admin.client.post(accept)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["accept_good"]
    assert 'aria-describedby="id_accept_good_error"' in refused.content.decode()
    assert not SenceExport.objects.exists()
    done = admin.client.post(accept, {"accept_good": "on"}, follow=True)
    assert "Sesiones conciliadas con él: 1." in text(done)
    kept = SenceExport.objects.get()
    original = admin.client.get(
        reverse("attendance:sence_export", args=[kept.public_id])
    )
    assert original.content == data
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(
        action="attendance.sence_export_downloaded"
    ).exists()
    sessions = text(admin.client.get(reverse("attendance:sessions")))
    assert "Conciliada" in sessions


def test_file_that_is_there_already_says_so_and_may_be_seen_again(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    data = file_of(as_sence_has(held(enrolled)))
    accepted(enrolled.action, data)
    preview = choose(admin.client, enrolled.action, data).headers["Location"]
    shown = text(admin.client.get(preview))
    assert "Este archivo ya está" in shown
    assert "De ellas, nuevas en nivel «Conciliada»: 0" in shown
    assert "se cuentan en toda la acción" in shown
    done = admin.client.post(preview.replace("revisar", "aceptar"), follow=True)
    assert "lo sigue mostrando así" in text(done)
    assert "lo mismo otra vez" in text(done)
    assert SenceExport.objects.count() == 1
    assert AuditEntry.objects.filter(action="attendance.sence_export_again").exists()


def test_list_names_who_does_not_fit_and_leads_to_its_own_tab(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    one = enrolled.participant
    rows = ((one.run, one.full_name, "40"), ("11111111-1", "Ana Ajena", "90"))
    data = comma_separated(PERCENTAGES, *rows)
    preview = choose(admin.client, enrolled.action, data).headers["Location"]
    shown = admin.client.get(preview)
    assert [(row.listed, row.pair.theirs) for row in shown.context["told"]] == [
        ("Ana Ajena", 90),
        (one.listed_name, 40),
    ]
    assert "Ana Ajena" in text(shown)
    done = admin.client.post(preview.replace("revisar", "aceptar"))
    assert done.headers["Location"] == at("reconciled_percentages", enrolled.action)


def test_back_after_accepting_leads_to_the_comparison(
    admin: SignedIn, facilitator: SignedIn, enrolled: Enrolment
) -> None:
    data = file_of(as_sence_has(held(enrolled)))
    preview = choose(admin.client, enrolled.action, data).headers["Location"]
    accept = preview.replace("revisar", "aceptar")
    admin.client.post(accept)
    there = at("reconciliation", enrolled.action)
    assert admin.client.get(preview).headers["Location"] == there
    assert admin.client.post(accept).headers["Location"] == there
    assert SenceExport.objects.count() == 1
    assert facilitator.client.get(preview).status_code in {403, 404}


def test_refused_file_stands_at_its_field_and_the_rest_is_kept(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    run = enrolled.participant.run
    answer = choose(admin.client, enrolled.action, b"%PDF-1.7", run=run)
    form = answer.context["form"]
    assert form.errors.as_data()["file"][0].code == "not_a_spreadsheet"
    assert f'value="{run}" selected' in text(answer)


def test_detail_without_run_asks_whose_it_is(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    data = comma_separated(COLUMNS, as_sence_has(held(enrolled))[2:])
    answer = choose(admin.client, enrolled.action, data)
    assert answer.context["form"].errors.as_data()["run"][0].code == "whose"
    other = EnrolmentFactory().participant.run  # of another training body
    answer = choose(admin.client, enrolled.action, data, run=other)
    assert answer.context["form"].errors.as_data()["run"][0].code == "invalid_choice"
    answer = choose(admin.client, enrolled.action, data, run=enrolled.participant.run)
    assert answer.status_code == 302


def test_differences_are_narrowed_sorted_and_paged(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    action = enrolled.action
    people = [enrolled, *EnrolmentFactory.create_batch(3, action=action)]
    lines = [
        as_sence_has(held(one, hours_ago=9 - number), later=900 if number else 0)
        for number, one in enumerate(people)
    ]
    accepted(action, file_of(*lines))
    url = at("reconciliation", action)

    def runs(query: str) -> list[str]:
        return [row.run for row in admin.client.get(url + query).context["page"].rows]

    others = [one.participant.run for one in people[1:]]
    assert sorted(runs("")) == sorted(others)
    assert runs("?ver=iguales") == [enrolled.participant.run]
    assert runs("?ver=iguales&orden=-nombre") == [enrolled.participant.run]
    assert runs("?ver=solo-portal") == []
    assert runs("?ver=nada") == runs("")
    assert runs("?ver=distintas&orden=portal") == others
    assert runs("?orden=-portal") == others[::-1]
    assert runs("?orden=-run") == sorted(others, reverse=True)
    assert runs("?orden=sence") == others
    assert len(runs("?orden=resultado&registros=10&pagina=1")) == 3


@pytest.mark.parametrize("query", ["", "?ver=iguales"])
def test_page_with_more_rows_asks_the_same_number_of_queries(
    query: str, admin: SignedIn, enrolled: Enrolment
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.client.get(at("reconciliation", enrolled.action) + query)
        return len(queries)

    def more(number: int) -> None:
        for later in (0, 900) * number:
            one = EnrolmentFactory(action=enrolled.action)
            accepted(enrolled.action, file_of(as_sence_has(held(one), later=later)))

    more(1)
    few = count()
    more(3)
    assert count() == few
    assert few <= 20


def test_list_of_people_with_more_rows_asks_the_same_number_of_queries(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    url = at("reconciled_percentages", enrolled.action)

    def count() -> int:
        runs = Enrolment.objects.filter(action=enrolled.action)
        rows = [(one.participant.run, "", "5 %") for one in runs]
        accepted(enrolled.action, comma_separated(PERCENTAGES, *rows))
        with CaptureQueriesContext(connection) as queries:
            assert admin.client.get(url).status_code == 200
        return len(queries)

    few = count()
    EnrolmentFactory.create_batch(3, action=enrolled.action)
    assert count() == few


@pytest.mark.parametrize("format_", ["excel", "csv"])
def test_export_has_everything_and_no_formula(
    format_: str, admin: SignedIn, enrolled: Enrolment
) -> None:
    session = held(enrolled)
    accepted(enrolled.action, file_of(as_sence_has(session)))
    stranger = as_sence_has(held(EnrolmentFactory()))
    accepted(enrolled.action, file_of((stranger[0], "=1+1", *stranger[2:])))
    mark = SenceMark.objects.get(name="=1+1")
    note = at("note_difference", enrolled.action, "marca", mark.public_id)
    admin.client.post(note, {"text": "+quién es"})
    answer = admin.client.get(at(f"reconciliation_{format_}", enrolled.action))
    body = b"".join(answer)
    if format_ == "csv":
        rows = body.decode("utf-8-sig").splitlines()
        assert "'=cmd() Soto" in rows[2]
        assert "'=1+1" in rows[1]
        assert len(rows) == 3
        assert session.opened_at
        assert ";15-06-2026 06:00:00;15-06-2026 07:00:00;" in rows[2]
    else:
        sheet = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0)
        values = sheet.to_python()
        assert [row[3] for row in values[1:]] == ["=1+1", "=cmd() Soto"]
        assert f"{values[2][4]:%H:%M:%S}" == "06:00:00"
    deeds = AuditEntry.objects.filter(action="attendance.reconciliation_exported")
    assert deeds.count() == 1


def test_comparing_again_is_offered_where_it_finds_something(
    admin: SignedIn, enrolled: Enrolment, settings: object
) -> None:
    accepted(enrolled.action, file_of(as_sence_has(held(enrolled), later=90)))
    url = at("reconciliation", enrolled.action)
    assert "Volver a comparar" not in text(admin.client.get(url))
    settings.RECONCILIATION_TOLERANCE = 90  # type: ignore[attr-defined]
    assert "Volver a comparar" in text(admin.client.get(url))
    done = admin.client.post(at("reconcile_again", enrolled.action), follow=True)
    assert "Sesiones conciliadas ahora: 1." in text(done)
    assert "Volver a comparar" not in text(done)


def test_action_page_leads_to_its_reconciliation(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    url = reverse("courses:action", args=[enrolled.action.public_id])
    assert at("reconciliation", enrolled.action) in text(admin.client.get(url))


def test_percentage_with_an_adjustment_says_so(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    AttendanceTotal.objects.create(
        enrolment=enrolled, outside_seconds=7200, adjusted_seconds=3600
    )
    rows = [(enrolled.participant.run, "", "20 %")]
    accepted(enrolled.action, comma_separated(PERCENTAGES, *rows))
    shown = text(admin.client.get(at("reconciled_percentages", enrolled.action)))
    assert "+01:00:00" in shown
    assert "incluye un ajuste de tiempo, que SENCE no tiene" in shown


@pytest.mark.parametrize(("given", "whole"), [({}, True), ({"holds": "parte"}, False)])
def test_upload_asks_whether_it_holds_everybody(
    admin: SignedIn, enrolled: Enrolment, given: dict[str, str], whole: bool
) -> None:
    data = file_of(as_sence_has(held(enrolled)))
    preview = choose(admin.client, enrolled.action, data, **given).headers["Location"]
    said = "la lista completa" if whole else "solo una parte"
    assert said in text(admin.client.get(preview))
    done = admin.client.post(preview.replace("revisar", "aceptar"), follow=True)
    assert SenceExport.objects.get().whole is whole
    assert ("Una parte" in text(done)) is not whole


def test_file_with_errors_that_is_there_already_can_be_taken_in_again(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    line = as_sence_has(held(enrolled))
    data = file_of(line, ("1-1", *line[1:]))
    accepted(enrolled.action, data, good=True)
    preview = choose(admin.client, enrolled.action, data).headers["Location"]
    assert "accept_good" in text(admin.client.get(preview))
    accept = preview.replace("revisar", "aceptar")
    done = admin.client.post(accept, {"accept_good": "on"}, follow=True)
    assert "1 dejada fuera" in text(done)
    assert SenceExport.objects.get().sightings.count() == 1


@pytest.mark.parametrize(
    ("make", "cells", "said"),
    [
        (comma_separated, ("1", "0"), "1 es 1 %"),
        (xlsx, (0.29, 1), "1 es 100 %"),
    ],
)
def test_preview_says_how_percentages_were_understood(
    make: Callable[..., bytes],
    cells: tuple[object, ...],
    said: str,
    admin: SignedIn,
    enrolled: Enrolment,
) -> None:
    runs = [enrolled.participant.run, EnrolmentFactory().participant.run]
    rows = zip(runs, ("Ana", "Eva"), cells, strict=True)
    data = make(PERCENTAGES, *rows)
    preview = choose(admin.client, enrolled.action, data).headers["Location"]
    assert said in text(admin.client.get(preview))


@pytest.mark.parametrize("hours", ["22:00;23:00", "10:00;09:00"])
def test_date_at_the_end_of_the_calendar_is_a_line_with_an_error(
    admin: SignedIn, enrolled: Enrolment, hours: str
) -> None:
    row = f"{enrolled.participant.run};31-12-9999;{hours}"
    data = f"RUT;Fecha;Hora Inicio;Hora Fin\n{row}\n".encode()
    preview = choose(admin.client, enrolled.action, data)
    assert preview.status_code == 302
    assert "«31-12-9999»" in text(admin.client.get(preview.headers["Location"]))
