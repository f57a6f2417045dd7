"""The pages of a packet's papers: uploaded, looked at, confirmed; by whom and how."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Modality
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import PacketAction, PacketState, Paper, PaperState, Placement
from liquidation.paper_forms import AT_ONCE
from otec_portal.core import sealed
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.conftest import SignedIn
from tests.core.documents import pdf, picture, with_location, written
from tests.liquidation.packing import packet_of, person
from tests.liquidation.uploading import kept, sent

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


# ---- uploading


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


# ---- who


def test_papers_are_nobody_elses(
    rival: SignedIn, facilitator: SignedIn, held: PacketAction
) -> None:
    """D6: 404 for another body, 403 for who may not."""
    paper = kept(held.packet)
    named = [("papers", held.packet), ("paper", paper)]
    named += [("paper_preview", paper), ("paper_document", paper)]
    for name, row in named:
        url = reverse(f"liquidation:{name}", args=[row.public_id])
        assert rival.client.get(url).status_code == 404
        assert facilitator.client.get(url).status_code == 403
    assert not AuditEntry.objects.filter(action="liquidation.paper_opened").exists()


def test_regional_admin_sees_the_papers_of_their_regions_alone(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    mine, other = packet_of(our_body, region="ML"), packet_of(our_body, region="AR")
    assert regional_admin.client.get(papers_of(mine)).status_code == 200
    assert regional_admin.client.get(papers_of(other)).status_code == 404
    assert regional_admin.client.get(page_of(kept(other.packet))).status_code == 404


# ---- looking


@pytest.mark.parametrize("view", ["paper_preview", "paper_document"])
def test_opening_an_identity_card_is_written_down(
    admin: SignedIn, held: PacketAction, view: str
) -> None:
    """C14: who, when, which."""
    paper = kept(held.packet, "cedula.jpg", picture())
    Placement.objects.create(
        paper=paper,
        kind=DocumentKind.IDENTITY_CARD,
        action=held.action,
        enrolment=person(held),
        by=admin.membership.user,
        at=paper.at,
    )
    answer = admin.client.get(reverse(f"liquidation:{view}", args=[paper.public_id]))
    assert answer.status_code == 200
    entry = AuditEntry.objects.get(action="liquidation.paper_opened")
    assert entry.user == admin.membership.user
    assert entry.target_id == str(paper.pk)
    assert "Cédula de identidad por ambos lados de Ana" in entry.data["what"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_preview_may_stand_in_the_portals_own_pages_and_in_no_others(
    admin: SignedIn, held: PacketAction
) -> None:
    """C6: for this one view."""
    paper = kept(held.packet)
    url = reverse("liquidation:paper_preview", args=[paper.public_id])
    answer = admin.client.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    page = admin.client.get(page_of(paper))
    assert (
        f'<iframe class="preview preview--pages" src="{url}"' in page.content.decode()
    )
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_file_that_is_gone_is_told_in_words(
    admin: SignedIn, held: PacketAction
) -> None:
    paper = kept(held.packet)
    sealed.forget(paper.key)
    for view in ("paper_preview", "paper_document"):
        url = reverse(f"liquidation:{view}", args=[paper.public_id])
        answer = admin.client.get(url)
        assert answer.status_code == 500
        assert "falta o está dañado" in answer.content.decode()


# ---- confirming


def test_card_is_confirmed_for_whom_its_name_says(
    admin: SignedIn, held: PacketAction
) -> None:
    ana = person(held)
    paper = kept(held.packet, f"cedula {ana.participant.run}.jpg", picture())
    page = admin.client.get(page_of(paper))
    assert page.context["form"].initial["people"] == [str(ana.public_id)]
    assert page.context["form"].initial["kind"] == DocumentKind.IDENTITY_CARD
    answer = admin.client.post(
        page_of(paper),
        placing(
            paper,
            DocumentKind.IDENTITY_CARD,
            people=[str(ana.public_id)],
            both_sides="on",
        ),
    )
    assert (answer.status_code, answer["Location"]) == (302, papers_of(held))
    (place,) = Placement.objects.all()
    assert (place.kind, place.enrolment, place.both_sides) == (
        DocumentKind.IDENTITY_CARD,
        ana,
        True,
    )
    paper.refresh_from_db()
    assert paper.state == PaperState.PLACED


def test_one_file_may_be_several_things(admin: SignedIn, held: PacketAction) -> None:
    """An invoice with the stamp is the proof of its payment, too."""
    paper = kept(held.packet, "factura pagada.pdf")
    where = {"actions": [str(held.action.public_id)]}
    admin.client.post(page_of(paper), placing(paper, DocumentKind.INVOICE, **where))
    stamped = {"proof": PaymentProof.STAMPED_INVOICE.value, **where}
    admin.client.post(page_of(paper), placing(paper, DocumentKind.PAYMENT, **stamped))
    kinds = Placement.objects.filter(until=None).values_list("kind", flat=True)
    assert sorted(kinds) == ["invoice", "payment"]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("", "kind"),
        (DocumentKind.PAYMENT, "proof"),
        (DocumentKind.INVOICE, "actions"),
        (DocumentKind.IDENTITY_CARD, "people"),
    ],
)
def test_what_was_not_said_is_asked_beside_its_field(
    admin: SignedIn, held: PacketAction, kind: str, field: str
) -> None:
    """H5."""
    paper = kept(held.packet)
    answer = admin.client.post(page_of(paper), {"kind": kind})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Placement.objects.exists()


def test_ordinary_course_is_never_offered_an_identity_card(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """G9."""
    held = packet_of(our_body, Modality.CLASSROOM)
    ana = person(held)
    paper = kept(held.packet, f"cedula {ana.participant.run}.jpg", picture())
    page = admin.client.get(page_of(paper)).content.decode()
    assert "identity_card" not in page
    assert "Cédula de identidad" not in page
    answer = admin.client.post(
        page_of(paper), {"kind": "identity_card", "people": [str(ana.public_id)]}
    )
    assert answer.status_code == 422
    assert not Placement.objects.exists()


def test_confirming_one_leads_to_the_next_that_waits(
    admin: SignedIn, held: PacketAction
) -> None:
    first, second = kept(held.packet, "a.pdf"), kept(held.packet, "b.pdf")
    answer = admin.client.post(
        page_of(first),
        placing(first, DocumentKind.INVOICE, actions=[str(held.action.public_id)]),
    )
    assert answer["Location"] == page_of(second)


def test_sure_proposals_are_confirmed_together_as_they_were_shown(
    admin: SignedIn, held: PacketAction
) -> None:
    ana, rosa = person(held, "Ana"), person(held, "Rosa")
    for one in (ana, rosa):
        kept(
            held.packet, f"cedula {one.participant.run}.jpg", picture(size=(64, one.pk))
        )
    strange = kept(held.packet, "escaneo.pdf")
    page = admin.client.get(papers_of(held))
    ticks = [
        f"{row.paper.public_id}:{row.digest}"
        for row in page.context["rows"]
        if row.proposal.sure
    ]
    assert len(ticks) == 2
    url = reverse("liquidation:confirm_papers", args=[held.packet.public_id])
    answer = admin.client.post(url, {"paper": ticks})
    assert answer.status_code == 302
    cards = Placement.objects.filter(kind=DocumentKind.IDENTITY_CARD)
    assert {one.enrolment for one in cards} == {ana, rosa}
    strange.refresh_from_db()
    assert strange.state == PaperState.UNPLACED


def test_proposal_that_changed_since_it_was_shown_is_refused_beside_its_row(
    admin: SignedIn, held: PacketAction
) -> None:
    paper = kept(held.packet, f"cedula {person(held).participant.run}.jpg", picture())
    url = reverse("liquidation:confirm_papers", args=[held.packet.public_id])
    answer = admin.client.post(url, {"paper": [f"{paper.public_id}:0000"]})
    assert answer.status_code == 422
    assert "ya no es la que viste" in answer.content.decode()
    assert not Placement.objects.exists()


@pytest.mark.parametrize("ticks", [[], ["nada:"], ["1:2"]])
def test_confirming_nothing_says_so(
    admin: SignedIn, held: PacketAction, ticks: list[str]
) -> None:
    url = reverse("liquidation:confirm_papers", args=[held.packet.public_id])
    answer = admin.client.post(url, {"paper": ticks}, follow=True)
    assert "Marca al menos un archivo" in answer.content.decode()


# ---- taking out, replacing, discarding, bringing back


def deed(who: SignedIn, name: str, paper: Paper, **fields: object) -> Any:
    url = reverse(f"liquidation:{name}_paper", args=[paper.public_id])
    return who.client.post(url, fields, follow=True)


def test_paper_goes_its_ways_by_buttons(admin: SignedIn, held: PacketAction) -> None:
    first, second = kept(held.packet, "a.pdf"), kept(held.packet, "b.pdf")
    where = {"actions": [str(held.action.public_id)]}
    admin.client.post(page_of(first), placing(first, DocumentKind.INVOICE, **where))
    told = deed(admin, "replace", second, old=str(first.public_id))
    assert "reemplazó a «a.pdf»" in told.content.decode()
    assert "Reemplazado por" in admin.client.get(page_of(first)).content.decode()
    deed(admin, "take_out", second)
    deed(admin, "discard", second)
    states = {one.name: one.state for one in Paper.objects.all()}
    assert states == {"a.pdf": PaperState.REPLACED, "b.pdf": PaperState.DISCARDED}
    shown = admin.client.get(f"{papers_of(held)}?ver=fuera").content.decode()
    assert "Reemplazado por b.pdf" in shown
    assert "Descartado" in shown
    deed(admin, "bring_back", second)
    second.refresh_from_db()
    assert second.state == PaperState.UNPLACED


def test_deed_that_is_no_longer_possible_is_told_in_words(
    admin: SignedIn, held: PacketAction
) -> None:
    paper = kept(held.packet)
    told = deed(admin, "take_out", paper).content.decode()
    assert "El archivo no está confirmado." in told
    assert (
        "Elige el archivo al que reemplaza"
        in deed(admin, "replace", paper).content.decode()
    )


def test_list_of_a_thousand_papers_asks_the_database_as_often_as_of_one(
    admin: SignedIn, held: PacketAction, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        kept(held.packet, f"{number}.pdf")
    with django_assert_max_num_queries(25) as asked:
        admin.client.get(papers_of(held))
    before = len(asked)
    Paper.objects.filter(name__in=["1.pdf", "2.pdf", "3.pdf"]).delete()
    with django_assert_max_num_queries(before) as asked:
        admin.client.get(papers_of(held))
    assert len(asked) == before


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
