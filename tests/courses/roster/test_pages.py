"""The pages of the roster: what they show, ask, refuse and keep to themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.access import personal_link
from courses.models import (
    Enrolment,
    LinkDelivery,
    Participant,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, TrainingBody
from tests.conftest import SignedIn, browser_of, sign_in
from tests.courses.roster.desk import imported, uploaded
from tests.courses.roster.sources import ANA, ANAS, HEADINGS, JUANS, xlsx
from tests.factories import (
    NOW,
    EnrolmentFactory,
    ParticipantFactory,
    SenceSessionFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(course__training_body=our_body)
    return made


@pytest.fixture
def client(admin: SignedIn) -> Client:
    return admin.client


def at(name: str, *ids: object) -> str:
    return reverse(f"courses:{name}", args=ids)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def choose(client: Client, action: TrainingAction, data: bytes, name: str) -> Any:
    return client.post(
        at("import_roster", action.public_id),
        {"file": SimpleUploadedFile(name, data)},
    )


def test_roster_lists_its_participants(client: Client, action: TrainingAction) -> None:
    EnrolmentFactory(action=action, exempt=True, participant__email="")
    stranger = EnrolmentFactory(participant__last_names="Forastera")
    page = text(client.get(at("roster", action.public_id)))
    assert "Ñusta Belén" in page
    assert "Sin correo" in page
    assert "Exento" in page
    assert stranger.participant.last_names not in page


@pytest.mark.parametrize("people", [1, 20])
def test_roster_takes_a_fixed_number_of_queries(
    client: Client,
    action: TrainingAction,
    people: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    EnrolmentFactory.create_batch(people, action=action)
    imported(uploaded(action, ANAS))
    client.get(at("roster", action.public_id))
    with django_assert_num_queries(9):
        client.get(at("roster", action.public_id))
    with django_assert_num_queries(10):
        client.get(at("links", action.public_id))


@pytest.mark.parametrize("query", ["USTA bel", "usta2", "apellido", "45.000", "zz"])
def test_roster_is_narrowed_by_words(
    client: Client, action: TrainingAction, query: str
) -> None:
    EnrolmentFactory(action=action, participant__last_names="Apellido Uno")
    page = text(client.get(at("roster", action.public_id), {"q": query}))
    assert ("Apellido Uno" in page) == (query in {"USTA bel", "apellido"})


def test_roster_is_narrowed_by_run(client: Client, action: TrainingAction) -> None:
    EnrolmentFactory(action=action, participant__last_names="Otra")
    EnrolmentFactory(action=action, participant__run=ANA)
    page = text(client.get(at("roster", action.public_id), {"q": "48.000.020-K"}))
    assert "48.000.020-K" in page
    assert "Otra" not in page


def test_roster_that_is_empty_says_what_to_do(
    client: Client, action: TrainingAction, our_body: TrainingBody
) -> None:
    assert "Importar la nómina" in text(client.get(at("roster", action.public_id)))
    looker = sign_in(our_body, Role.FACILITATOR).client
    page = text(looker.get(at("roster", action.public_id)))
    assert "Importar la nómina" not in page
    assert "Todavía no hay participantes" in page


def test_facilitator_sees_the_roster_without_deeds(
    action: TrainingAction, facilitator: SignedIn
) -> None:
    enrolment = EnrolmentFactory(action=action)
    page = text(facilitator.client.get(at("roster", action.public_id)))
    assert enrolment.participant.full_name in page
    for words in ("Importar", "Agregar", "Enlaces personales", "Descargar", "Quitar"):
        assert words not in page


def test_roster_of_a_closed_action_offers_no_change(
    client: Client, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, frozen_at=NOW)
    EnrolmentFactory(action=action)
    page = text(client.get(at("roster", action.public_id)))
    assert "ya no se puede cambiar" in page
    assert "Editar" not in page
    for name in ("enrol", "import_roster"):
        assert '<form method="post" class' not in text(
            client.get(at(name, action.public_id))
        )


PERSON = {"run": "48.000.020-k", "first_names": " Ana  María ", "last_names": "Díaz"}


def test_participant_is_added_by_hand(client: Client, action: TrainingAction) -> None:
    answer = client.post(at("enrol", action.public_id), {**PERSON, "email": ""})
    assert answer.status_code == 302
    person = Enrolment.objects.get(action=action).participant
    assert (person.run, person.first_names) == (ANA, "Ana María")


def test_participant_with_bad_data_is_refused_beside_the_field(
    client: Client, action: TrainingAction
) -> None:
    """H5: what was typed is kept."""
    answer = client.post(
        at("enrol", action.public_id),
        {"run": "1-1", "first_names": "Ana 3", "last_names": "", "email": "x@"},
    )
    errors = answer.context["form"].errors
    assert set(errors) == {"run", "first_names", "last_names", "email"}
    assert errors["last_names"] == ["Faltan los apellidos."]
    assert 'value="Ana 3"' in text(answer)


def test_participant_known_otherwise_is_updated_only_when_asked(
    client: Client, action: TrainingAction
) -> None:
    ParticipantFactory(
        training_body=action.course.training_body, run=ANA, email="antes@x.example"
    )
    url = at("enrol", action.public_id)
    page = text(client.post(url, {**PERSON, "email": "ahora@x.example"}))
    assert "Actualizar sus datos" in page
    assert "antes@x.example" in page
    assert not Enrolment.objects.exists()
    client.post(url, {**PERSON, "email": "ahora@x.example", "update": "on"})
    assert Enrolment.objects.get().participant.email == "ahora@x.example"


def test_participant_is_corrected_by_hand(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    url = at("edit_enrolment", enrolment.public_id)
    assert enrolment.participant.email in text(client.get(url))
    data = {"first_names": "Eva", "last_names": "Soto", "email": "", "exempt": "on"}
    assert client.post(url, data).status_code == 302
    enrolment = Enrolment.objects.select_related("participant").get()
    assert (enrolment.participant.full_name, enrolment.exempt) == ("Eva Soto", True)


def test_address_corrected_after_the_link_was_sent_warns(
    client: Client, action: TrainingAction
) -> None:
    """The link that went to the wrong person still opens the door."""
    enrolment = EnrolmentFactory(action=action, participant__email="mala@x.example")
    client.post(
        at("send_links", action.public_id),
        {"to": "everyone", "shown_at": NOW.isoformat()},
    )
    data = {"first_names": "Eva", "last_names": "Soto", "email": "buena@x.example"}
    page = client.post(at("edit_enrolment", enrolment.public_id), data, follow=True)
    assert "mala@x.example y ahí sigue sirviendo" in text(page)


def test_participant_is_removed_after_asking(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    url = at("remove_enrolment", enrolment.public_id)
    assert "Quitar de la nómina" in text(client.get(url))
    assert Enrolment.objects.exists()
    client.post(url)
    assert not Enrolment.objects.exists()


def test_participant_with_sessions_can_not_be_removed_and_it_is_said(
    client: Client, action: TrainingAction
) -> None:
    enrolment = SenceSessionFactory(enrolment__action=action).enrolment
    url = at("remove_enrolment", enrolment.public_id)
    assert "sesiones SENCE" in text(client.get(url))
    page = client.post(url, follow=True)
    assert "sesiones SENCE" in text(page)
    assert Enrolment.objects.exists()


def test_file_is_looked_over_and_imported(
    client: Client, action: TrainingAction
) -> None:
    """From the upload over the preview to the roster, and twice is once."""
    gone = EnrolmentFactory(action=action, participant__last_names="Ausente")
    answer = choose(client, action, xlsx(HEADINGS, ANAS, JUANS), "nómina <1>.xlsx")
    page = client.get(answer.url)
    assert "Ana María" in text(page)
    assert "Ausente" in text(page)
    assert "&lt;1&gt;" in text(page)
    assert not Participant.objects.filter(run=ANA).exists()
    digest = page.context["form"].initial["digest"]
    upload = RosterUpload.objects.get()
    url = at("apply_import", upload.public_id)
    done = client.post(url, {"digest": digest, "gone": "keep"}, follow=True)
    assert "2 participantes agregados" in text(done)
    assert Enrolment.objects.filter(action=action).count() == 3
    again = client.post(url, {"digest": digest, "gone": "keep"}, follow=True)
    assert "ya está importado" in text(again)
    assert Enrolment.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize(("choice", "left"), [("keep", 2), ("chosen", 1), ("all", 0)])
def test_who_is_gone_stays_unless_it_is_decided(
    client: Client, action: TrainingAction, choice: str, left: int
) -> None:
    gone = EnrolmentFactory.create_batch(2, action=action)
    upload = uploaded(action, ANAS, by=_user(client))
    url = at("preview_import", upload.public_id)
    digest = client.get(url).context["form"].initial["digest"]
    client.post(
        at("apply_import", upload.public_id),
        {"digest": digest, "gone": choice, "remove": [gone[0].public_id]},
    )
    assert Enrolment.objects.filter(pk__in=[one.pk for one in gone]).count() == left


def _user(client: Client) -> Any:
    from django.contrib.auth import get_user

    request = type("Request", (), {"session": client.session})()
    return get_user(request)


def test_preview_of_every_line_says_which_cell_is_wrong(
    client: Client, action: TrainingAction
) -> None:
    upload = uploaded(action, ANAS, ("x", "Eva", "", "e@", "tal vez"), by=_user(client))
    page = text(client.get(at("preview_import", upload.public_id)))
    for words in (
        "RUN (celda A3):",
        "Apellidos (celda C3):",
        "Correo (celda D3):",
        "Exento (celda E3):",
    ):
        assert words in page
    only_wrong = client.get(at("preview_import", upload.public_id), {"ver": "wrong"})
    assert [row.line.number for row in only_wrong.context["preview"].rows] == [3]


def test_import_without_accepting_the_wrong_lines_says_so_and_loses_nothing(
    client: Client, action: TrainingAction
) -> None:
    upload = uploaded(action, ANAS, ("x", "Eva", "Soto", "", ""), by=_user(client))
    page = client.get(at("preview_import", upload.public_id))
    digest = page.context["form"].initial["digest"]
    url = at("apply_import", upload.public_id)
    refused = client.post(url, {"digest": digest}, follow=True)
    assert "Hay filas con errores." in text(refused)
    assert not Enrolment.objects.exists()
    client.post(url, {"digest": digest, "accept_good": "on"})
    assert Enrolment.objects.count() == 1


def test_import_of_what_changed_since_shows_it_anew(
    client: Client, action: TrainingAction
) -> None:
    upload = uploaded(action, ANAS, by=_user(client))
    page = client.get(at("preview_import", upload.public_id))
    digest = page.context["form"].initial["digest"]
    EnrolmentFactory(action=action, participant__run=ANA)
    url = at("apply_import", upload.public_id)
    again = client.post(url, {"digest": digest, "gone": "keep"}, follow=True)
    assert "cambiaron mientras los revisabas" in text(again)
    assert "Cambia" in text(again)


def test_import_decided_without_a_decision_asks_for_it(
    client: Client, action: TrainingAction
) -> None:
    EnrolmentFactory(action=action)
    upload = uploaded(action, ANAS, by=_user(client))
    answer = client.post(at("apply_import", upload.public_id), {"remove": "x"})
    assert answer.status_code == 422
    assert not Participant.objects.filter(run=ANA).exists()


def test_preview_with_more_people_than_places_warns(
    client: Client, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, places=1)
    for rows, warned in (((ANAS,), False), ((ANAS, JUANS), True)):
        upload = uploaded(action, *rows, by=_user(client))
        page = text(client.get(at("preview_import", upload.public_id)))
        assert ("Más participantes que cupos" in page) == warned


def test_whole_names_are_proposed_turned_and_corrected(
    client: Client, action: TrainingAction
) -> None:
    data = xlsx(["RUT", "Nombre"], [ANA, "Díaz Soto Ana María"])
    url = choose(client, action, data, "n.xlsx").url
    line = client.get(url).context["preview"].rows[0].line
    assert (line.first_names, line.last_names) == ("Díaz Soto", "Ana María")
    assert "Propuesto" in text(client.get(url))
    upload = RosterUpload.objects.get()
    client.post(at("order_names", upload.public_id), {"order": "last"})
    line = client.get(url).context["preview"].rows[0].line
    assert (line.first_names, line.last_names) == ("Ana María", "Díaz Soto")
    fix = at("correct_line", upload.public_id, 2)
    values = {"run": ANA, "first_names": "Ana", "last_names": "Díaz Soto", "email": ""}
    corrected = client.post(f"{fix}?ver=nombres", values)
    assert corrected.headers["Location"] == f"{url}?ver=nombres#fila-2"
    line = client.get(url).context["preview"].rows[0].line
    assert (line.first_names, line.proposed) == ("Ana", False)


def test_line_corrected_badly_is_refused_beside_the_field(
    client: Client, action: TrainingAction
) -> None:
    upload = uploaded(action, ANAS, by=_user(client))
    url = at("correct_line", upload.public_id, 2)
    assert "48.000.020-K" in text(client.get(url))
    answer = client.post(url, {"run": "1-1", "first_names": "", "last_names": "Soto"})
    assert set(answer.context["form"].errors) == {"run", "first_names"}
    assert client.get(at("correct_line", upload.public_id, 99)).status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "está vacío"),
        (b"%PDF-1.7", "no es una planilla"),
        (b"a" * (5 * 1024 * 1024 + 1), "más de 5 MB"),
        (b"Empresa;Ciudad\nTalca;Talca\n", "fila de títulos"),
    ],
)
def test_file_that_is_none_is_refused_beside_the_field(
    client: Client, action: TrainingAction, data: bytes, words: str
) -> None:
    """H5, D1, D4."""
    answer = choose(client, action, data, "nomina.xlsx")
    assert answer.status_code == 200
    assert words in answer.context["form"].errors["file"][0]
    assert not RosterUpload.objects.exists()


def test_import_without_a_file_asks_for_it(
    client: Client, action: TrainingAction
) -> None:
    answer = client.post(at("import_roster", action.public_id))
    assert answer.context["form"].errors["file"] == ["Elige el archivo de la nómina."]


def uploads_pages(upload: RosterUpload) -> list[str]:
    return [
        at("preview_import", upload.public_id),
        at("correct_line", upload.public_id, 2),
    ]


def test_upload_is_for_who_uploaded_it_alone(
    action: TrainingAction, admin: SignedIn, regional_admin: SignedIn, rival: SignedIn
) -> None:
    """C1: neither a colleague nor the rival finds it, by whichever address."""
    upload = uploaded(action, ANAS, by=admin.membership.user)
    for url in uploads_pages(upload):
        assert admin.client.get(url).status_code == 200
        for stranger in (regional_admin, rival):
            assert stranger.client.get(url).status_code == 404
    for name in ("apply_import", "order_names"):
        url = at(name, upload.public_id)
        assert rival.client.post(url, {"digest": "x"}).status_code == 404


def test_upload_past_its_time_is_not_there(
    client: Client, action: TrainingAction, stopped_clock: Any
) -> None:
    uploader = _user(client)
    upload = uploaded(action, ANAS, by=uploader)
    url = at("preview_import", upload.public_id)
    stopped_clock.move_to(upload.expires_at - timedelta(seconds=1))
    assert client.get(url).status_code == 200
    stopped_clock.move_to(upload.expires_at)
    assert browser_of(uploader).get(url).status_code == 404


def test_last_import_is_undone_after_asking(
    client: Client, action: TrainingAction
) -> None:
    done = imported(uploaded(action, ANAS, JUANS))
    assert done is not None
    url = at("undo_import", done.public_id)
    assert url in text(client.get(at("roster", action.public_id)))
    assert "2 participantes agregados" in text(client.get(url))
    assert Enrolment.objects.count() == 2
    assert "quedó deshecha" in text(client.post(url, follow=True))
    assert not Enrolment.objects.exists()
    assert "ya se deshizo" in text(client.get(url))
    assert "ya se deshizo" in text(client.post(url, follow=True))


def test_import_on_which_something_hangs_shows_why_it_stays(
    client: Client, action: TrainingAction
) -> None:
    done = imported(uploaded(action, ANAS))
    assert done is not None
    Participant.objects.update(email="nueva@x.example")
    url = at("undo_import", done.public_id)
    page = text(client.get(url))
    assert "se cambiaron después" in page
    assert '<form method="post" class' not in page
    assert "se cambiaron después" in text(client.post(url, follow=True))
    assert RosterImport.objects.get().undone_at is None


def test_undo_of_links_that_are_out_warns(
    client: Client, action: TrainingAction
) -> None:
    done = imported(uploaded(action, ANAS))
    assert done is not None
    url = at("undo_import", done.public_id)
    assert "enlace personal" not in text(client.get(url))
    send(client, action, "sheet")
    assert "dejará de servir" in text(client.get(url))


def send(client: Client, action: TrainingAction, way: str = "mail", **more: Any) -> Any:
    name = {"mail": "send_links", "sheet": "link_sheet"}[way]
    given = {"to": "everyone", "shown_at": NOW.isoformat()}
    return client.post(at(name, action.public_id), {**given, **more}, follow=True)


def no_store(answer: Any) -> bool:
    return "no-store" in answer.headers["Cache-Control"]


def test_links_are_sent_and_none_is_shown(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    EnrolmentFactory(action=action, participant__email="")
    answer = send(client, action)
    page = text(answer)
    assert "El correo sale" in page
    assert "Sin correo registrado: Ñusta Belén" in page
    assert personal_link(enrolment) not in page
    assert "Por salir" in page
    assert OutgoingEmail.objects.get().to == enrolment.participant.email


def test_links_sent_to_the_chosen_alone(client: Client, action: TrainingAction) -> None:
    chosen, _ = (EnrolmentFactory(action=action) for _ in range(2))
    stranger = EnrolmentFactory()
    send(client, action, to="chosen", chosen=[chosen.public_id, stranger.public_id])
    assert LinkDelivery.objects.get().enrolment == chosen


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"to": "chosen"}, "to"),
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"shown_at": ""}, "shown_at"),
        ({"shown_at": "ayer"}, "shown_at"),
        ({"shown_at": "2026-06-15T11:00:00"}, "shown_at"),
        ({"to": "chosen", "chosen": "x"}, "chosen"),
    ],
)
@pytest.mark.parametrize("way", ["mail", "sheet"])
def test_links_asked_for_badly_are_refused(
    client: Client, action: TrainingAction, more: dict[str, str], field: str, way: str
) -> None:
    EnrolmentFactory(action=action)
    answer = send(client, action, way, **more)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not LinkDelivery.objects.exists()


def test_sheet_has_a_code_a_person_and_is_never_stored(
    client: Client, action: TrainingAction, admin: SignedIn
) -> None:
    """The page that shows credentials: no-store, and known who saw it."""
    enrolment = EnrolmentFactory(action=action)
    answer = send(client, action, "sheet")
    page = text(answer)
    assert no_store(answer)
    assert page.count("<svg viewBox") == 1
    assert enrolment.participant.full_name in page
    assert personal_link(enrolment) in page
    run = enrolment.participant.run
    assert f"••.•••.{run[5:8]}-{run[-1].upper()}" in page
    assert run not in page
    entry = AuditEntry.objects.get(action="courses.links_shown")
    assert entry.user == admin.membership.user


@pytest.mark.parametrize("name", ["send_links", "link_sheet"])
def test_links_are_never_given_by_a_get(
    client: Client, action: TrainingAction, name: str
) -> None:
    assert client.get(at(name, action.public_id)).status_code == 405


def test_link_is_replaced_after_asking(client: Client, action: TrainingAction) -> None:
    enrolment = EnrolmentFactory(action=action)
    old = personal_link(enrolment)
    url = at("regenerate_link", enrolment.public_id)
    assert "deja de servir al instante" in text(client.get(url))
    assert Client().get(old).status_code == 302
    answer = client.post(url, follow=True)
    assert "ya no sirve" in text(answer)
    assert Client().get(old).status_code == 404
    assert not OutgoingEmail.objects.exists()


def test_roster_is_taken_away_as_a_spreadsheet_and_that_is_known(
    client: Client, action: TrainingAction
) -> None:
    EnrolmentFactory(action=action)
    answer = client.get(at("export_roster", action.public_id))
    assert no_store(answer)
    assert f'"nomina-{action.action_code}.xlsx"' in answer["Content-Disposition"]
    assert AuditEntry.objects.get().action == "courses.roster_exported"


def test_template_is_a_spreadsheet(client: Client) -> None:
    answer = client.get(at("roster_template"))
    assert "plantilla-nomina.xlsx" in answer["Content-Disposition"]
    assert answer.content.startswith(b"PK")
