"""Uploading documents to a packet: each by itself, again without harm, or why not."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Modality
from liquidation.kinds import DocumentKind
from liquidation.models import PacketAction, PacketState, Paper
from liquidation.paper_forms import AT_ONCE
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.core.documents import pdf, picture, with_location, written
from tests.liquidation.packing import packet_of, person
from tests.liquidation.uploading import sent

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("stopped_clock", "private"),
]
JSON = {"accept": "application/json"}


@pytest.fixture
def held(our_body: TrainingBody) -> PacketAction:
    """A packet with one self-instruction action."""
    return packet_of(our_body, Modality.SELF_INSTRUCTION)


def papers_of(held: PacketAction) -> str:
    return reverse("liquidation:papers", args=[held.packet.public_id])


def page_of(paper: Paper) -> str:
    return reverse("liquidation:paper", args=[paper.public_id])


def upload(who: SignedIn, held: PacketAction, *files: Any, **more: Any) -> Any:
    return who.client.post(papers_of(held), {"documents": files}, **more)


def placing(paper: Paper, kind: DocumentKind, **fields: object) -> dict[str, object]:
    """What the form of `paper` sends."""
    return {"kind": kind.value, **fields}


def test_many_files_at_once_are_kept_and_the_bad_one_says_why(
    admin: SignedIn, held: PacketAction
) -> None:
    """D1, H5: without JavaScript; an HTML page named .pdf takes nothing along."""
    answer = upload(
        admin,
        held,
        sent("factura.pdf", pdf()),
        sent("pagina.pdf", b"<html><script>alert(1)</script></html>"),
        sent("cedula.jpg", picture()),
    )
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "no es un PDF ni una imagen" in told
    assert {one.name for one in held.packet.papers.all()} == {
        "factura.pdf",
        "cedula.jpg",
    }


def test_files_that_are_all_well_lead_back_to_the_list(
    admin: SignedIn, held: PacketAction
) -> None:
    answer = upload(admin, held, sent("factura.pdf", pdf()))
    assert (answer.status_code, answer["Location"]) == (302, papers_of(held))
    assert "1 archivo guardado." in admin.client.get(papers_of(held)).content.decode()


def test_more_files_than_one_form_takes_are_told_and_the_first_kept(
    admin: SignedIn, held: PacketAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H5."""
    monkeypatch.setattr("liquidation.views.papers.AT_ONCE", 1)
    assert AT_ONCE == 10
    files = [sent("uno.pdf", pdf()), sent("dos.pdf", pdf(pages=2))]
    answer = upload(admin, held, *files)
    assert answer.status_code == 422
    assert "elige hasta 1 archivos por vez" in answer.content.decode()
    assert [one.name for one in held.packet.papers.all()] == ["uno.pdf"]


def test_form_without_a_file_says_so_beside_its_field(
    admin: SignedIn, held: PacketAction
) -> None:
    answer = upload(admin, held)
    assert answer.status_code == 422
    assert answer.context["form"].errors["documents"] == ["Elige al menos un archivo."]


def test_script_is_answered_for_each_file_by_itself(
    admin: SignedIn, held: PacketAction
) -> None:
    good = upload(admin, held, sent("factura.pdf", pdf()), headers=JSON)
    (made,) = held.packet.papers.all()
    assert good.status_code == 200
    assert good.json()["files"] == [
        {"result": "kept", "words": "Guardado.", "url": page_of(made)}
    ]
    bad = upload(admin, held, sent("x.pdf", b"MZ\x90"), headers=JSON)
    assert bad.status_code == 422
    (told,) = bad.json()["files"]
    assert told["result"] == "refused"
    assert told["url"] is None


def test_same_file_again_is_recognised_whatever_its_name(
    admin: SignedIn, held: PacketAction
) -> None:
    """Trying again resumes: what came is not kept twice."""
    data = pdf()
    upload(admin, held, sent("factura.pdf", data), headers=JSON)
    again = upload(admin, held, sent("otro nombre.pdf", data), headers=JSON)
    assert again.status_code == 200
    (told,) = again.json()["files"]
    assert (told["result"], told["words"]) == ("known", "Ya está, por confirmar.")
    assert held.packet.papers.count() == 1


@pytest.mark.parametrize("state", [PacketState.SENT, PacketState.LIQUIDATED])
def test_packet_that_was_sent_takes_no_more_files(
    admin: SignedIn, held: PacketAction, state: PacketState
) -> None:
    type(held.packet).objects.filter(pk=held.packet.pk).update(state=state)
    answer = upload(admin, held, sent("factura.pdf", pdf()), headers=JSON)
    assert answer.status_code == 422
    assert "ya no se cambia" in answer.json()["files"][0]["words"]
    assert not Paper.objects.exists()
    page = admin.client.get(papers_of(held)).content.decode()
    assert "Los documentos ya no se cambian" in page
    assert 'type="file"' not in page


def test_photo_is_kept_without_where_it_was_taken_and_sealed(
    admin: SignedIn, held: PacketAction, private: Path
) -> None:
    """D5; identity cards are encrypted at rest."""
    upload(admin, held, sent("cedula.jpg", with_location()))
    (made,) = held.packet.papers.all()
    (stored,) = (private / "papers").iterdir()
    assert b"JFIF" not in stored.read_bytes()
    with sealed.opened(made.key) as file:
        content = file.read()
    assert content.startswith(b"\xff\xd8\xff")
    assert b"Una c\xc3\xa1mara" not in content


def test_declaration_is_recognised_by_its_text(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body, Modality.SELF_INSTRUCTION)
    ana = person(held)
    said = written("Declaración jurada", f"RUN: {ana.participant.run}")
    upload(admin, held, sent("escaneo 7.pdf", said))
    (row,) = admin.client.get(papers_of(held)).context["rows"]
    assert row.proposal.sure
    assert row.proposal.kind == DocumentKind.SIGNED_DECLARATION
    assert row.proposal.enrolments == (ana,)
