"""The flow of an emission, screen by screen, in the source's own words (seed 004)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from attendance.models import AttendanceTotal
from certificates.facts import facts_of
from certificates.models import Certificate
from certificates.rules import Order, against
from certificates.services.documents import make
from certificates.views.emission import SLOW
from courses.models import ActionState, ActivityType, TrainingAction
from otec_portal.core import health
from otec_portal.core.models import AuditEntry, PulseOf, TrainingBody
from tests.certificates.annulments import RIGHT, answered, requested
from tests.certificates.desk import TODAY, certifiable, emitted
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
ACCEPT = "Acepto emitir el certificado"


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return certifiable(our_body)


def page_of(action: TrainingAction, name: str = "certificate") -> str:
    return reverse(f"certificates:{name}", args=[action.public_id])


def prepared(
    who: SignedIn, action: TrainingAction, **typed: Any
) -> "HttpResponse | Any":
    data = {"billing_reference": "F-99", **typed}
    return who.client.post(page_of(action, "prepare"), data)


def accepted(who: SignedIn, action: TrainingAction) -> Any:
    """Press the button of the summary as it stands there."""
    shown = who.client.get(page_of(action, "summary"))
    seen = shown.context["seen"]
    return who.client.post(page_of(action, "summary"), {"seen": seen})


def test_flow_from_the_list_of_participants_to_the_pdf(
    admin: SignedIn, action: TrainingAction, stopped_clock: Any
) -> None:
    health.beat(PulseOf.WORKER, now=NOW)
    page = admin.client.get(page_of(action))
    assert "Pendiente de emitir" in page.text
    assert "Descargar Asistencia Total" in page.text
    assert page_of(action, "prepare") in page.text
    assert "Emitir Certificado" in admin.client.get(page_of(action, "prepare")).text
    answer = prepared(admin, action)
    assert answer["Location"] == page_of(action, "summary")
    summary = admin.client.get(page_of(action, "summary"))
    for words in (ACCEPT, "F-99", admin.membership.user.full_name, "100 %", "87 %"):
        assert words in summary.text
    answer = accepted(admin, action)
    made = Certificate.objects.get()
    assert answer["Location"] == reverse("certificates:issued", args=[made.public_id])
    assert "Preparando el PDF" in admin.client.get(answer["Location"]).text
    assert "en unos segundos" in admin.client.get(answer["Location"]).text
    stopped_clock.move_to(NOW + SLOW + timedelta(seconds=1))
    late = admin.client.get(answer["Location"]).text
    assert "en unos segundos" not in late
    assert "se demora más de lo normal" in late
    stopped_clock.move_to(NOW)
    file = make(made, now=NOW)
    assert file.sha256 in admin.client.get(answer["Location"]).text
    pdf = admin.client.get(reverse("certificates:download", args=[made.public_id]))
    assert pdf.content == file.content
    assert 'filename="certificado-1-2026.pdf"' in pdf["Content-Disposition"]
    assert AuditEntry.objects.filter(action="certificates.downloaded").count() == 1


def test_summary_shows_the_adjustments_in_its_percentages(
    admin: SignedIn, action: TrainingAction
) -> None:
    total = AttendanceTotal.objects.order_by("pk")[0]
    total.adjusted_seconds = -600
    total.save()
    prepared(admin, action)
    summary = admin.client.get(page_of(action, "summary")).text
    assert "1 porcentaje incluye un ajuste de tiempo" in summary
    assert f"{total.enrolment.participant.full_name}: −00:10:00" in summary
    assert "incluye ajuste de" in summary


def test_page_while_the_pdf_is_made_renews_itself_until_it_is_there(
    admin: SignedIn, action: TrainingAction
) -> None:
    made = emitted(action)
    url = reverse("certificates:issued", args=[made.public_id])
    waiting = admin.client.get(url, headers={"HX-Request": "true"})
    assert "hx-get" in waiting.text
    assert "<html" not in waiting.text
    make(made, now=NOW)
    assert "hx-get" not in admin.client.get(url, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize("last", [None, NOW - health.DEAD_AFTER - timedelta(seconds=1)])
def test_page_of_a_pdf_whose_worker_is_dead_promises_no_seconds(
    admin: SignedIn, action: TrainingAction, last: datetime | None
) -> None:
    """F: it says what will happen, and promises again once the worker is back."""
    if last:
        health.beat(PulseOf.WORKER, now=last)
    url = reverse("certificates:issued", args=[emitted(action).public_id])
    waiting = admin.client.get(url).text
    assert "en unos segundos" not in waiting
    assert "<progress" not in waiting
    assert "se hará solo cuando vuelva a funcionar" in waiting
    health.beat(PulseOf.WORKER, now=NOW)
    assert "en unos segundos" in admin.client.get(url).text


def test_data_without_a_billing_reference_comes_back_with_the_error(
    admin: SignedIn, action: TrainingAction
) -> None:
    answer = prepared(admin, action, billing_reference="")
    assert answer.status_code == 422
    assert "Escribe el N° de factura u orden de compra." in answer.text


def test_summary_without_data_leads_back_to_typing_them(
    admin: SignedIn, action: TrainingAction
) -> None:
    answer = admin.client.get(page_of(action, "summary"))
    assert answer["Location"] == page_of(action, "prepare")


def test_way_back_from_the_summary_loses_nothing(
    admin: SignedIn, action: TrainingAction
) -> None:
    prepared(admin, action, billing_reference="OC-7")
    assert 'value="OC-7"' in admin.client.get(page_of(action, "prepare")).text


def test_attendance_that_moved_since_the_summary_is_shown_again(
    admin: SignedIn, action: TrainingAction
) -> None:
    prepared(admin, action)
    seen = admin.client.get(page_of(action, "summary")).context["seen"]
    AttendanceTotal.objects.update(outside_seconds=3600)
    answer = admin.client.post(page_of(action, "summary"), {"seen": seen}, follow=True)
    assert "Algo cambió desde que viste el resumen" in answer.text
    assert not Certificate.objects.exists()


def test_button_pressed_twice_emits_once_and_says_so(
    admin: SignedIn, action: TrainingAction
) -> None:
    prepared(admin, action)
    seen = admin.client.get(page_of(action, "summary")).context["seen"]
    admin.client.post(page_of(action, "summary"), {"seen": seen})
    again = admin.client.post(page_of(action, "summary"), {"seen": seen}, follow=True)
    assert Certificate.objects.count() == 1
    assert "ya está emitido" in again.text


def test_emission_refused_at_the_last_moment_says_why(
    admin: SignedIn, action: TrainingAction
) -> None:
    prepared(admin, action)
    seen = admin.client.get(page_of(action, "summary")).context["seen"]
    SenceSessionFactory(
        enrolment=action.enrolments.first(), environment="production", opened=True
    )
    answer = admin.client.post(page_of(action, "summary"), {"seen": seen})
    assert answer.status_code == 409
    assert "Hay 1 sesión SENCE abierta" in answer.text
    assert ACCEPT not in answer.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"production": False}, "ambiente de prueba"),
        ({"decision": ActionState.ANNULLED}, "anulada"),
    ],
)
def test_certificate_that_can_not_be_emitted_says_why(
    admin: SignedIn, our_body: TrainingBody, fields: dict[str, Any], words: str
) -> None:
    action = certifiable(our_body, **fields)
    page = admin.client.get(page_of(action))
    assert words in page.text
    assert page_of(action, "prepare") not in page.text
    assert words in prepared(admin, action).text


def test_partial_action_asks_for_its_last_class(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = certifiable(our_body, activity_type=ActivityType.PARTIAL)
    assert "Fecha de término real" in admin.client.get(page_of(action, "prepare")).text
    assert "Escribe la fecha de la última clase" in prepared(admin, action).text
    prepared(admin, action, real_ends_on=str(TODAY))
    assert "15-06-2026" in admin.client.get(page_of(action, "summary")).text
    accepted(admin, action)
    action.refresh_from_db()
    assert action.real_ends_on == TODAY


def test_facilitator_only_looks(facilitator: SignedIn, action: TrainingAction) -> None:
    """Seed 004: "Facilitadores sólo podrán visualizar"."""
    made = emitted(action)
    make(made, now=NOW)
    page = facilitator.client.get(page_of(action))
    assert page.status_code == 200
    assert "Descargar Asistencia Total" not in page.text
    issued = facilitator.client.get(
        reverse("certificates:issued", args=[made.public_id])
    )
    assert "Descargar el certificado" not in issued.text


def test_liquidated_action_shows_its_certificate_and_no_attendance(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Question 132."""
    made = emitted(action)
    make(made, now=NOW)
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    page = admin.client.get(page_of(action))
    assert "el detalle de su asistencia ya no se muestra" in page.text
    assert "87 %" not in page.text
    url = reverse("certificates:download", args=[made.public_id])
    assert admin.client.get(url).status_code == 200


def test_history_stands_on_the_page(admin: SignedIn, action: TrainingAction) -> None:
    emitted(action)
    page = admin.client.get(page_of(action))
    assert "Emisión del certificado N° 1-2026" in page.text


def test_lists_show_the_state_of_the_certificate(
    admin: SignedIn, action: TrainingAction
) -> None:
    emitted(action)
    found = admin.client.get(reverse("courses:search"), {"programa": f"{action.line}"})
    assert "Emitido" in found.text
    assert page_of(action) in found.text
    course = admin.client.get(reverse("courses:course", args=[action.course.public_id]))
    assert "Emitido" in course.text
    assert (
        "Emitido"
        in admin.client.get(reverse("courses:action", args=[action.public_id])).text
    )


@pytest.mark.parametrize(
    ("sort", "states"),
    [
        ("certificado", ["Pendiente de emitir", "Emitido"]),
        ("-certificado", ["Emitido", "Pendiente de emitir"]),
    ],
)
def test_search_sorts_by_the_state_of_the_certificate(
    admin: SignedIn, our_body: TrainingBody, sort: str, states: list[str]
) -> None:
    emitted(certifiable(our_body, people=1))
    certifiable(our_body, people=1)
    url = reverse("courses:search")
    page = admin.client.get(url, {"programa": "3", "orden": sort})
    assert [page.text.index(f">{one}<") for one in states] == sorted(
        page.text.index(f">{one}<") for one in states
    )


def test_page_asks_the_same_number_of_queries_with_more_people(
    admin: SignedIn, our_body: TrainingBody, django_assert_num_queries: Any
) -> None:
    few, many = certifiable(our_body), certifiable(our_body, people=8)
    for action in (few, many):
        with django_assert_num_queries(19):
            admin.client.get(page_of(action))


def test_number_typed_in_another_tab_is_not_the_one_accepted(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Nobody signs what they did not see (ADR 22)."""
    prepared(admin, action, billing_reference="SHOWN-1")
    seen = admin.client.get(page_of(action, "summary")).context["seen"]
    prepared(admin, action, billing_reference="OTHER-2")
    answer = admin.client.post(page_of(action, "summary"), {"seen": seen}, follow=True)
    assert "Algo cambió desde que viste el resumen" in answer.text
    assert "OTHER-2" in answer.text
    assert not Certificate.objects.exists()


def test_number_typed_before_the_first_emission_does_not_hide_the_approved_one(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Somebody else emitted it meanwhile; it was annulled, and may be emitted again."""
    prepared(admin, action, billing_reference="F-1234")
    answered(requested(emitted(action)), at=NOW)
    form = admin.client.get(page_of(action, "prepare"))
    assert f'value="{RIGHT}"' in form.text
    summary = admin.client.get(page_of(action, "summary"))
    assert summary["Location"] == page_of(action, "prepare")
    assert "que se anuló" in prepared(admin, action, billing_reference="f-1234").text
    prepared(admin, action, billing_reference="F-9")
    page = admin.client.get(page_of(action, "summary")).text
    assert "se aprobó para volver a emitir con el N° F-4321" in page


@pytest.mark.parametrize("name", ["certificate", "prepare", "summary"])
def test_pages_say_what_the_hours_are_worth(
    admin: SignedIn, action: TrainingAction, name: str
) -> None:
    """protocol.md: "the certificate screen always says how many hours stand on which
    level"."""
    SenceSessionFactory(
        enrolment=action.enrolments.first(), environment="production", closed=True
    )
    prepared(admin, action)
    page = admin.client.get(page_of(action, name)).text
    assert "Tiempo registrado con SENCE:" in page
    assert "01:00:00" in page


def test_what_begins_while_the_data_are_sent_is_told(
    admin: SignedIn, action: TrainingAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two looks of the page; the action has no field for a date."""
    looks = []

    def looked(facts: Any) -> Any:
        looks.append(facts)
        if len(looks) == 1:
            return []
        SenceSessionFactory(
            enrolment=action.enrolments.first(), environment="production", opened=True
        )
        return against(facts_of(action, today=TODAY))

    monkeypatch.setattr("certificates.views.emission.against", looked)
    answer = prepared(admin, action)
    assert answer.status_code == 422
    assert "Hay 1 sesión SENCE abierta" in answer.text


@pytest.mark.parametrize("name", ["certificate", "prepare"])
def test_pages_of_an_actions_certificate_stand_among_certificates(
    admin: SignedIn, action: TrainingAction, name: str
) -> None:
    shown = admin.client.get(page_of(action, name))
    current = [way.label for way in shown.context["sections"] if way.current]
    assert current == ["Certificados"]
    other = admin.client.get(reverse("courses:action", args=[action.public_id]))
    current = [way.label for way in other.context["sections"] if way.current]
    assert current == ["Catálogo"]


def test_real_end_of_a_partial_stands_in_its_history(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partial = certifiable(our_body, activity_type=ActivityType.PARTIAL)
    order = Order(billing_reference="F-1", real_ends_on=partial.starts_on)
    emitted(partial, order=order)
    shown = admin.client.get(reverse("courses:action", args=[partial.public_id]))
    assert "Término real" in shown.text
    assert f"{partial.starts_on:%d-%m-%Y}" in shown.text
    data = AuditEntry.objects.get(action="certificates.emitted").data
    assert data["changes"] == {"real_ends_on": ["", f"{partial.starts_on}"]}


def test_justification_that_the_date_may_ask_for_is_not_called_optional(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partial = certifiable(our_body, activity_type=ActivityType.PARTIAL)
    shown = admin.client.get(page_of(partial, "prepare")).text
    assert "Justificación" in shown
    assert "(opcional)" not in shown
