"""A roster from a file, on the screen: looked over, imported, undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from courses.models import (
    Enrolment,
    Participant,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn, browser_of
from tests.courses.roster.desk import at, choose, imported, send, text, uploaded
from tests.courses.roster.sources import ANA, ANAS, HEADINGS, JUANS, xlsx
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def client(admin: SignedIn) -> Client:
    return admin.client


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
    assert list(refused.context["form"].errors) == ["accept_good"]
    assert 'aria-describedby="id_accept_good_error"' in text(refused)
    assert '<a href="#id_accept_good">' in text(refused)
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


@pytest.mark.parametrize("refusal", ["wrong lines", "moved", "no choice"])
def test_import_refused_keeps_what_was_decided(
    client: Client, action: TrainingAction, refusal: str
) -> None:
    """H5: the boxes stay ticked, and posting the page again does it."""
    gone, stays = EnrolmentFactory.create_batch(2, action=action)
    upload = uploaded(action, ANAS, ("x", "Eva", "Soto", "", ""), by=_user(client))
    page = client.get(at("preview_import", upload.public_id))
    posted = {
        "digest": page.context["form"].initial["digest"],
        "accept_good": "" if refusal == "wrong lines" else "on",
        "gone": "" if refusal == "no choice" else "chosen",
        "remove": [gone.public_id],
    }
    if refusal == "moved":
        EnrolmentFactory(action=action, participant__run=ANA)
    url = at("apply_import", upload.public_id)
    refused = client.post(url, posted)
    assert refused.status_code == (422 if refusal == "no choice" else 409)
    box = f'name="remove" value="{gone.public_id}" checked'
    assert box in text(refused)
    form = refused.context["form"]
    again = {name: form[name].value() for name in ("digest", "accept_good")}
    again |= {"accept_good": "on", "gone": "chosen", "remove": [gone.public_id]}
    client.post(url, again)
    left = Enrolment.objects.filter(action=action)
    assert set(left.values_list("participant__run", flat=True)) == {
        ANA,
        stays.participant.run,
    }


def test_page_that_was_refused_leads_to_its_other_lines(
    client: Client, action: TrainingAction
) -> None:
    """Its links are relative, and it stands at the address of the deed."""
    upload = uploaded(action, ANAS, by=_user(client))
    answer = client.get(at("apply_import", upload.public_id), {"ver": "wrong"})
    preview = at("preview_import", upload.public_id)
    assert answer.headers["Location"] == f"{preview}?ver=wrong"


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
    assert "ersion" not in text(client.get(url))
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


@pytest.mark.parametrize(
    ("name", "posts"),
    [
        ("preview_import", False),
        ("apply_import", True),
        ("order_names", True),
        ("correct_line", False),
        ("correct_line", True),
    ],
)
def test_upload_past_its_time_is_told_and_has_to_be_uploaded_again(
    client: Client, action: TrainingAction, stopped_clock: Any, name: str, posts: bool
) -> None:
    uploader = _user(client)
    upload = uploaded(action, ANAS, by=uploader)
    url = at(name, upload.public_id, *([2] if name == "correct_line" else []))
    stopped_clock.move_to(upload.expires_at - timedelta(seconds=1))
    preview = at("preview_import", upload.public_id)
    assert client.get(preview).status_code == 200
    stopped_clock.move_to(upload.expires_at)
    late = browser_of(uploader)
    answer = (late.post if posts else late.get)(url, follow=True)
    assert answer.redirect_chain == [(at("import_roster", action.public_id), 302)]
    assert "Pasaron más de 12 horas" in text(answer)
    assert not Enrolment.objects.exists()


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
