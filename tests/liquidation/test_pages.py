"""The pages of sworn statements: who may see and do what, in how many queries."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import ActionState, ActivityType, Modality, TrainingAction
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationState,
    GcaList,
    Source,
)
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, TrainingBody
from tests.attendance.reconciliation.files import DECLARATIONS
from tests.conftest import SignedIn, sign_in
from tests.core.documents import pdf, picture
from tests.courses.roster.sources import xlsx
from tests.liquidation.desk import ISSUED, TODAY, ended, enrolled, issued, otec_issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NAMES = ("declarations", "record_otec", "import_list", "remind")


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return ended(our_body)


def url_of(name: str, row: Any) -> str:
    return reverse(f"liquidation:{name}", args=[row.public_id])


def page(browser: SignedIn, name: str, row: Any, **query: str) -> str:
    answer = browser.client.get(url_of(name, row), query)
    assert answer.status_code == 200
    return answer.content.decode()


def missing(browser: SignedIn) -> str:
    return browser.client.get(reverse("liquidation:missing")).content.decode()


def file_of(data: bytes, name: str = "dj.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_page_says_who_can_and_why_not(admin: SignedIn, action: TrainingAction) -> None:
    """E10: shown as blocked, with the reason, until the OTEC's is out."""
    enrolled(action)
    enrolled(action, sessions=0)
    shown = page(admin, "declarations", action)
    assert "La OTEC todavía no tiene emitida su declaración." in shown
    assert "No tiene ninguna sesión confirmada." in shown
    assert shown.count("Puede emitir</span>") == 1  # the OTEC itself
    otec_issued(action)
    shown = page(admin, "declarations", action)
    assert "La OTEC todavía no" not in shown
    assert shown.count("Puede emitir</span>") == 1


def test_page_before_the_day_after_the_end_names_the_day(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = ended(our_body, ends_on=TODAY)
    assert "queda autorizada el 16-06-2026" in page(admin, "declarations", action)


@pytest.mark.parametrize("modality", [Modality.CLASSROOM, Modality.SELF_INSTRUCTION])
def test_pages_of_a_course_without_declarations_say_so(
    admin: SignedIn, our_body: TrainingBody, modality: Modality
) -> None:
    action = ended(our_body, course__modality=modality)
    for name in ("declarations", "record_otec", "import_list"):
        assert "son solo para cursos e-learning" in page(admin, name, action)


def test_page_narrowed_to_a_group_shows_that_group(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    out, waiting = enrolled(action), enrolled(action)
    issued(out, number="55-2026")
    for group, here, away in (("emitidas", out, waiting), ("faltan", waiting, out)):
        shown = page(admin, "declarations", action, ver=group)
        assert here.participant.full_name in shown
        assert away.participant.full_name not in shown
    assert "N° 55-2026" in page(admin, "declarations", action, ver="emitidas")
    assert "Nadie está así" in page(admin, "declarations", action, ver="sin-sesion")


def test_page_for_a_facilitator_is_to_look_at_only(
    facilitator: SignedIn, action: TrainingAction
) -> None:
    one = enrolled(action)
    shown = page(facilitator, "declarations", action)
    assert "Registrar" not in shown
    assert "Recordar" not in shown
    for name, row in (("record_participant", one), ("remind", action)):
        assert facilitator.client.post(url_of(name, row)).status_code == 403


def test_pages_of_the_rival_show_nothing_of_ours(
    rival: SignedIn, action: TrainingAction
) -> None:
    """C1."""
    one = enrolled(action)
    for name in NAMES:
        assert rival.client.get(url_of(name, action)).status_code == 404
    url = url_of("record_participant", one)
    assert rival.client.post(url, {"to": "issued"}).status_code == 404
    assert one.participant.full_name not in missing(rival)


def test_regional_admin_of_another_region_sees_nothing(
    our_body: TrainingBody, action: TrainingAction
) -> None:
    one = enrolled(action)
    elsewhere = sign_in(our_body, Role.REGIONAL_ADMIN, "MA")
    assert elsewhere.client.get(url_of("declarations", action)).status_code == 404
    assert one.participant.full_name not in missing(elsewhere)
    here = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    assert one.participant.full_name in missing(here)


def test_missing_over_all_actions_is_who_has_a_session_and_no_declaration(
    admin: SignedIn, our_body: TrainingBody, action: TrainingAction
) -> None:
    otec_issued(action)
    reissued, out = enrolled(action), enrolled(action)
    issued(reissued, state=DeclarationState.ANNULLED)
    issued(out)
    here = [
        enrolled(action),
        enrolled(ended(our_body)),  # waits for the OTEC's: shown with the reason
        reissued,
    ]
    away = [
        enrolled(action, sessions=0),
        out,
        enrolled(ended(our_body, ends_on=TODAY)),
        enrolled(ended(our_body, decision="liquidated")),
        enrolled(ended(our_body, course__modality=Modality.CLASSROOM)),
    ]
    shown = missing(admin)
    for one in here:
        assert one.participant.full_name in shown
    for one in away:
        assert one.participant.full_name not in shown
    assert shown.count("La OTEC todavía no") == 1


def test_recording_by_hand_moves_it_and_shows_where_it_was_learned(
    admin: SignedIn, action: TrainingAction
) -> None:
    posted = {"to": "issued", "number": "123-2026"}
    answer = admin.client.post(url_of("record_otec", action), posted)
    assert answer.status_code == 302
    shown = page(admin, "record_otec", action)
    assert "N° 123-2026" in shown
    assert f"A mano, por {admin.membership.user.full_name}" in shown


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Elige el estado"),
        ({"to": "issued", "number": "12"}, "12345-2026"),
        ({"to": "issued", "number": "1-2027"}, "no calza"),
        ({"to": "annulled", "number": "1-2026"}, "solo con el estado «Emitida»"),
        ({"to": "pending"}, "Elige una de las opciones"),
    ],
)
def test_recording_what_can_not_be_is_refused_in_words(
    admin: SignedIn, action: TrainingAction, posted: dict[str, str], words: str
) -> None:
    answer = admin.client.post(url_of("record_otec", action), posted)
    assert words in answer.content.decode()
    assert not Declaration.objects.exists()


def test_recording_a_participant_before_the_otec_says_what_to_do(
    admin: SignedIn, action: TrainingAction
) -> None:
    url = url_of("record_participant", enrolled(action))
    shown = admin.client.post(url, {"to": "issued"}).content.decode()
    assert "Registra primero la declaración de la OTEC" in shown


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vacío"),
        (b"MZ\x90\x00", "no es un PDF"),
        (b"%PDF-1.7\nbasura", "dañado"),
        (pdf(password="x"), "contraseña"),
        (picture(), "Sube el PDF que entrega GCA"),
    ],
    ids=["empty", "exe", "broken", "encrypted", "picture"],
)
def test_pdf_that_is_none_is_refused_in_words(
    admin: SignedIn, action: TrainingAction, data: bytes, words: str
) -> None:
    """D1, D3: by what it is, not by its name."""
    posted = {"to": "issued", "number": "9-2026", "pdf": file_of(data)}
    answer = admin.client.post(url_of("record_otec", action), posted)
    shown = answer.content.decode()
    assert words in shown
    assert "9-2026" in shown  # what was typed stays
    assert not Declaration.objects.exists()


def test_pdf_is_stored_and_opened_by_admins_of_the_body_only(
    admin: SignedIn, facilitator: SignedIn, rival: SignedIn, action: TrainingAction
) -> None:
    data = pdf()
    posted = {"to": "issued", "number": "9-2026", "pdf": file_of(data, "mi dj.pdf")}
    assert admin.client.post(url_of("record_otec", action), posted).status_code == 302
    assert Declaration.objects.get().source == Source.PDF
    kept = DeclarationDocument.objects.get()
    url = url_of("document", kept)
    assert url in page(admin, "record_otec", action)
    answer = admin.client.get(url)
    assert answer.content == data
    assert "attachment" in answer.headers["Content-Disposition"]
    entry = AuditEntry.objects.get(action="liquidation.document_opened")
    assert (entry.user, entry.data) == (admin.membership.user, {"sha256": kept.sha256})
    assert facilitator.client.get(url).status_code == 403
    assert rival.client.get(url).status_code == 404


def test_list_pasted_is_shown_first_and_done_when_confirmed(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    one = enrolled(action)
    text = f"RUT\tNombre\tN° sesiones\tEstado DJ\n{one.participant.run}\tX\t2\tEmitida"
    url = url_of("import_list", action)
    answer = admin.client.post(url, {"text": text})
    shown = answer.content.decode()
    assert "Todavía no se ha guardado nada" in shown
    assert "SENCE cuenta 2 sesiones y el portal 1." in shown
    assert not Declaration.objects.filter(enrolment=one).exists()
    carried = {
        "text": answer.context["text"],
        "digest": answer.context["plan"].digest,
        "aplicar": "1",
    }
    assert admin.client.post(url, carried).status_code == 302
    assert Declaration.objects.get(enrolment=one).state == ISSUED
    again = admin.client.post(url, {"text": text}).content.decode()
    assert "La lista no cambia nada" in again


def test_list_with_a_stale_confirmation_is_shown_again(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    one = enrolled(action)
    text = f"{one.participant.run}\tX\t1\tEmitida"
    posted = {"text": text, "digest": "viejo", "aplicar": "1"}
    answer = admin.client.post(url_of("import_list", action), posted)
    assert "Algo cambió desde que viste la revisión" in answer.content.decode()
    assert not Declaration.objects.filter(enrolment=one).exists()


def test_list_as_a_latin_1_file_is_read(
    admin: SignedIn, action: TrainingAction
) -> None:
    one = enrolled(action)
    data = f"RUT;Nombre;Estado DJ\n{one.participant.run};Ñusta Peña;Emitida"
    posted = {"file": file_of(data.encode("latin-1"), "lista.csv")}
    answer = admin.client.post(url_of("import_list", action), posted)
    assert "Ñusta Peña" in answer.content.decode()


def test_list_as_a_spreadsheet_is_carried_as_text_and_taken_over(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    one = enrolled(action)
    data = xlsx(DECLARATIONS, (one.participant.run, "Ñusta Peña", 1, "Emitida"))
    url = url_of("import_list", action)
    shown = admin.client.post(url, {"file": file_of(data, "gca.xlsx")})
    carried = {
        "text": shown.context["text"],
        "digest": shown.context["plan"].digest,
        "aplicar": "1",
    }
    assert admin.client.post(url, carried).status_code == 302
    assert Declaration.objects.get(enrolment=one).state == ISSUED
    assert "Ñusta Peña\t1\tEmitida" in GcaList.objects.get().text


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Pega la lista"),
        ({"text": "hola"}, "No se reconocen las columnas"),
        ({"file": file_of(b"PK\x03\x04xlsx", "x.xlsx")}, "está dañado"),
    ],
    ids=["nothing", "no columns", "broken"],
)
def test_list_that_can_not_be_read_is_refused_in_words(
    admin: SignedIn, action: TrainingAction, posted: dict[str, Any], words: str
) -> None:
    answer = admin.client.post(url_of("import_list", action), posted)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_reminder_is_shown_before_and_leaves_by_one_press(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    first, second = enrolled(action), enrolled(action)
    blocked = enrolled(action, sessions=0)
    shown = page(admin, "remind", action, para=str(second.public_id))
    assert f"El correo que recibe {second.participant.full_name}" in shown
    assert "Emitir Declaración Jurada" in shown
    assert blocked.participant.full_name not in shown
    posted = {"to": "chosen", "chosen": [str(first.public_id)]}
    for _ in range(2):
        admin.client.post(url_of("remind", action), posted)
    assert [mail.to for mail in OutgoingEmail.objects.all()] == [
        first.participant.email
    ]
    assert "15-06-2026 11:00" in page(admin, "declarations", action)


def test_reminder_chosen_without_anybody_is_refused(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    enrolled(action)
    answer = admin.client.post(url_of("remind", action), {"to": "chosen"})
    assert answer.status_code == 422
    assert "Marca a alguien" in answer.content.decode()


def test_reminder_when_nobody_can_issue_says_so(
    admin: SignedIn, action: TrainingAction
) -> None:
    enrolled(action)
    assert "No hay a quién recordar" in page(admin, "remind", action)


def test_page_of_a_partial_action_shows_the_computation(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """E8."""
    action = ended(our_body, activity_type=ActivityType.PARTIAL)
    shown = page(admin, "declarations", action)
    assert "Lo que GCA pide de la acción parcial" in shown
    assert "31-12-2026" in shown
    assert "Nunca más que las 40 horas acreditadas" in shown


def test_pages_with_more_people_ask_the_same_queries(
    admin: SignedIn, our_body: TrainingBody, action: TrainingAction
) -> None:
    otec_issued(action)
    for batch in (1, 6):
        for _ in range(batch):
            enrolled(action)
            issued(enrolled(action))
            enrolled(ended(our_body))
        asked = {}
        for name, url in (
            ("declarations", url_of("declarations", action)),
            ("missing", reverse("liquidation:missing")),
            ("remind", url_of("remind", action)),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert admin.client.get(url).status_code == 200
            asked[name] = len(queries)
        assert asked == {"declarations": 12, "missing": 8, "remind": 10}


def test_preview_of_a_longer_list_asks_the_same_queries(
    admin: SignedIn, action: TrainingAction
) -> None:
    otec_issued(action)
    lines: list[str] = []
    for batch in (1, 6):
        lines += [
            f"{enrolled(action).participant.run}\tX\t1\tEmitida" for _ in range(batch)
        ]
        with CaptureQueriesContext(connection) as queries:
            admin.client.post(url_of("import_list", action), {"text": "\n".join(lines)})
        assert len(queries) == 8


def test_action_page_leads_to_its_declarations(
    admin: SignedIn, action: TrainingAction
) -> None:
    answer = admin.client.get(reverse("courses:action", args=[action.public_id]))
    assert url_of("declarations", action) in answer.content.decode()


def test_after_liquidation_no_session_is_told_and_nothing_is_left_to_do(
    admin: SignedIn, action: TrainingAction
) -> None:
    """Question 132: as on the pages of attendance."""
    one = enrolled(action, sessions=17)
    enrolled(action, sessions=0)
    open_to_all = page(admin, "declarations", action)
    assert 'data-label="Sesiones"' in open_to_all
    assert "Recordar a los que faltan" in open_to_all
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    shown = page(admin, "declarations", action, ver="sin-sesion")
    assert "ya liquidó" in shown
    for gone in ('data-label="Sesiones"', ">17<", "Recordar a los", "Sin sesiones"):
        assert gone not in shown
    for name, row in (
        *((name, action) for name in ("record_otec", "import_list", "remind")),
        ("record_participant", one),
    ):
        assert url_of(name, row) not in shown
        assert "ya no se muestra" in page(admin, name, row)
        assert admin.client.post(url_of(name, row), {"to": "x"}).status_code == 403
    facts = admin.client.get(reverse("courses:action", args=[action.public_id]))
    assert "Sesiones confirmadas" not in facts.content.decode()


def test_move_that_jumps_over_states_asks_for_a_tick(
    admin: SignedIn, action: TrainingAction
) -> None:
    """The states mirror GCA, which is not seen from here: odd moves are asked about."""
    otec_issued(action)
    one = enrolled(action)
    address = url_of("record_participant", one)
    assert 'name="jump"' not in page(admin, "record_participant", one)
    odd = {"to": DeclarationState.REISSUE_APPROVED.value}
    answer = admin.client.post(address, odd)
    [told] = answer.context["form"].errors["jump"]
    assert "se pasa por «Emitida»" in told
    assert 'name="jump"' in answer.content.decode()
    assert not Declaration.objects.filter(enrolment=one).exists()
    assert admin.client.post(address, {**odd, "jump": "on"}).status_code == 302
    assert Declaration.objects.get(enrolment=one).state == odd["to"]
    straight = {"to": DeclarationState.ISSUED.value}
    other = enrolled(action)
    address = url_of("record_participant", other)
    assert admin.client.post(address, straight).status_code == 302
