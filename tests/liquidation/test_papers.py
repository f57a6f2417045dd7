"""Papers: taken in once, given their places, replaced; nothing is ever lost."""

import errno
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage

from courses.models import Modality
from liquidation.contents import contents_of
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationState,
    Packet,
    PacketAction,
    PacketState,
    Paper,
    PaperState,
    Placement,
    Source,
)
from liquidation.places import Place
from liquidation.receiving import KEPT, KNOWN, Outcome, receive
from liquidation.services import papers, placing
from liquidation.services.declarations import DeclarationRefused
from liquidation.services.packets import PacketRefused
from liquidation.services.papers import PaperRefused
from otec_portal.core.models import AuditEntry, TrainingBody, User
from otec_portal.core.workflow import TransitionLog
from tests.core.documents import pdf, picture, with_location
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.packets import PacketLinkFactory
from tests.liquidation.packing import packet_of, paid, person, placed
from tests.liquidation.uploading import kept, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private")]


@pytest.fixture
def held(our_body: TrainingBody) -> PacketAction:
    """A packet with one action of an ordinary course."""
    return packet_of(our_body)


@pytest.fixture
def somebody() -> User:
    made: User = UserFactory()
    return made


def invoice(held: PacketAction) -> Place:
    return Place(DocumentKind.INVOICE, held.action)


def place(paper: Paper, *chosen: Place, by: User | None = None) -> None:
    placing.place(paper, list(chosen), by=by or UserFactory(), at=NOW)


def refusal(deed: Any, *given: object, **more: object) -> str:
    with pytest.raises((PaperRefused, PacketRefused, DeclarationRefused)) as refused:
        deed(*given, **more)
    assert refused.value.message
    return refused.value.code


def deeds(paper: Paper) -> list[str]:
    entries = AuditEntry.objects.filter(
        target_type="liquidation.Paper", target_id=str(paper.pk)
    )
    return [one.action.split(".")[1] for one in entries.order_by("pk")]


# ---- taking in


def test_file_is_taken_in_by_a_person_or_with_the_companys_link(
    held: PacketAction, somebody: User
) -> None:
    link = PacketLinkFactory(packet=held.packet)
    first = receive(held.packet, sent("a.pdf", pdf()), by=somebody, at=NOW)
    second = receive(held.packet, sent("b.pdf", pdf(pages=2)), link=link, at=NOW)
    assert (first.code, second.code) == (KEPT, KEPT)
    kept_by = {one.name: (one.by, one.link) for one in held.packet.papers.all()}
    assert kept_by == {"a.pdf": (somebody, None), "b.pdf": (None, link)}
    assert first.paper
    assert deeds(first.paper) == ["paper_added"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PaperState.UNPLACED, "por confirmar"),
        (PaperState.PLACED, "confirmado"),
        (PaperState.DISCARDED, "Puedes recuperarlo"),
    ],
)
def test_same_file_again_says_where_it_is(
    held: PacketAction, somebody: User, state: PaperState, words: str, private: Path
) -> None:
    data = pdf()
    kept(held.packet, content=data, state=state)
    again = receive(held.packet, sent("x.pdf", data), by=somebody, at=NOW)
    assert again.result == KNOWN
    assert words in again.words
    assert len(list((private / "papers").iterdir())) == 1


def test_same_file_in_another_packet_is_another_paper(
    held: PacketAction, our_body: TrainingBody, somebody: User
) -> None:
    kept(packet_of(our_body).packet, content=pdf())
    data = sent("x.pdf", pdf())
    assert receive(held.packet, data, by=somebody, at=NOW).result == KEPT


def test_file_beyond_the_limit_is_refused_and_leaves_nothing(
    held: PacketAction,
    somebody: User,
    private: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "MOST", 1)
    kept(held.packet)
    told = receive(held.packet, sent("x.pdf", pdf()), by=somebody, at=NOW)
    assert (told.refused, told.code) == (True, "too_many")
    assert len(list((private / "papers").iterdir())) == 1


def test_full_disk_says_that_nothing_was_kept(
    held: PacketAction, somebody: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7."""

    def full(self: object, name: str, content: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    told = receive(held.packet, sent("x.pdf", pdf()), by=somebody, at=NOW)
    assert told.code == "not_kept"
    assert told.words.startswith("No se guardó")
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='x'/>", "wrong_kind"),
        (b"MZ\x90\x00", "wrong_kind"),
        (pdf(password="secreta"), "encrypted"),
        (pdf()[:200], "broken"),
        (picture("PNG", size=(9000, 6000)), "too_many_pixels"),
        (b"", "empty"),
    ],
    ids=["svg", "exe", "encrypted", "broken", "pixels", "empty"],
)
def test_hostile_file_is_refused_in_words(
    held: PacketAction, somebody: User, content: bytes, code: str
) -> None:
    """D1, D3, D5."""
    told: Outcome = receive(held.packet, sent("x.pdf", content), by=somebody, at=NOW)
    assert (told.refused, told.code) == (True, code)
    assert not Paper.objects.exists()


def test_paper_that_waits_takes_the_packet_back_to_draft(
    held: PacketAction, somebody: User
) -> None:
    paid(held)
    Packet.objects.filter(pk=held.packet.pk).update(state=PacketState.READY)
    receive(held.packet, sent("x.pdf", pdf()), by=somebody, at=NOW)
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.DRAFT


# ---- places


def test_last_document_in_its_place_completes_the_packet(held: PacketAction) -> None:
    placed(held, DocumentKind.PAYMENT)
    paper = kept(held.packet)
    place(paper, invoice(held))
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.READY
    (sheet,) = contents_of(held.packet)[0].of(DocumentKind.INVOICE)
    assert sheet.paper == paper.pk
    assert deeds(paper) == ["paper_placed"]


def test_same_place_again_is_one_place(held: PacketAction) -> None:
    paper = kept(held.packet)
    place(paper, invoice(held))
    place(paper, invoice(held))
    assert paper.placements.count() == 1


def test_proof_said_again_is_corrected(held: PacketAction) -> None:
    paper = kept(held.packet)
    for proof in (PaymentProof.TRANSFER, PaymentProof.DEPOSIT):
        place(paper, Place(DocumentKind.PAYMENT, held.action, proof=proof))
    (one,) = paper.placements.all()
    assert one.proof == PaymentProof.DEPOSIT


def test_what_the_action_does_not_ask_for_is_refused(held: PacketAction) -> None:
    """G9."""
    paper = kept(held.packet)
    card = Place(DocumentKind.IDENTITY_CARD, held.action, person(held))
    assert refusal(place, paper, card) == "not_asked"
    assert not Placement.objects.exists()


def test_places_that_can_not_be_are_refused(our_body: TrainingBody) -> None:
    held = packet_of(our_body, Modality.SELF_INSTRUCTION)
    paper, card = kept(held.packet), DocumentKind.IDENTITY_CARD
    stranger = EnrolmentFactory(action__course__training_body=our_body)
    elsewhere = TrainingActionFactory(course__training_body=our_body)
    transfer = PaymentProof.TRANSFER
    cases = {
        "not_there": Place(DocumentKind.INVOICE, elsewhere),
        "whose": Place(card, held.action),
        "other_action": Place(card, held.action, stranger),
        "proof": Place(DocumentKind.PAYMENT, held.action),
        "both_sides": Place(
            DocumentKind.PAYMENT, held.action, proof=transfer, both_sides=True
        ),
    }
    assert {code: refusal(place, paper, one) for code, one in cases.items()} == {
        code: code for code in cases
    }
    assert refusal(place, paper) == "no_places"
    paper.refresh_from_db()
    assert paper.state == PaperState.UNPLACED


def test_of_several_places_all_hold_or_none(held: PacketAction) -> None:
    paper = kept(held.packet)
    wrong = Place(DocumentKind.PAYMENT, held.action)
    assert refusal(place, paper, invoice(held), wrong) == "proof"
    assert not Placement.objects.exists()


@pytest.mark.parametrize("state", [PacketState.SENT, PacketState.LIQUIDATED])
def test_nothing_moves_in_a_packet_that_was_sent(
    held: PacketAction, somebody: User, state: PacketState
) -> None:
    waiting, there = kept(held.packet, "a.pdf"), kept(held.packet, "b.pdf")
    place(there, invoice(held))
    Packet.objects.filter(pk=held.packet.pk).update(state=state)
    given = {"by": somebody, "at": NOW}
    assert refusal(placing.place, waiting, [invoice(held)], **given) == "not_open"
    assert refusal(placing.take_out, there, **given) == "not_open"
    assert refusal(placing.replace, there, waiting, **given) == "not_open"
    assert refusal(papers.discard, waiting, **given) == "not_open"


def test_observed_packet_is_corrected_by_a_new_document(held: PacketAction) -> None:
    paid(held)
    Packet.objects.filter(pk=held.packet.pk).update(state=PacketState.OBSERVED)
    place(kept(held.packet), invoice(held))
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.READY


# ---- out, replaced, aside


def test_replaced_version_is_kept_and_the_new_one_takes_its_places(
    held: PacketAction, somebody: User
) -> None:
    old, new = kept(held.packet, "a.pdf"), kept(held.packet, "b.pdf")
    stamped = PaymentProof.STAMPED_INVOICE
    place(old, invoice(held), Place(DocumentKind.PAYMENT, held.action, proof=stamped))
    placing.replace(old, new, by=somebody, at=NOW)
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == (PaperState.REPLACED, new)
    live = Placement.objects.filter(until=None)
    assert {(one.paper, one.kind, one.proof) for one in live} == {
        (new, "invoice", ""),
        (new, "payment", stamped),
    }
    assert old.placements.filter(until=NOW).count() == 2
    assert papers.content_of(old).startswith(b"%PDF-")
    assert deeds(old) == ["paper_placed", "paper_replaced"]


def test_paper_of_another_packet_replaces_nothing(
    held: PacketAction, our_body: TrainingBody, somebody: User
) -> None:
    old, new = kept(held.packet), kept(packet_of(our_body).packet)
    place(old, invoice(held))
    assert refusal(placing.replace, old, new, by=somebody, at=NOW) == "other_packet"


def test_paper_goes_out_aside_and_comes_back(
    held: PacketAction, somebody: User
) -> None:
    paper = kept(held.packet)
    place(paper, invoice(held))
    given = {"by": somebody, "at": NOW}
    assert refusal(papers.discard, paper, **given) == "not_waiting"
    placing.take_out(paper, **given)
    assert refusal(placing.take_out, paper, **given) == "not_placed"
    papers.discard(paper, **given)
    assert refusal(placing.place, paper, [invoice(held)], **given) == "put_aside"
    papers.bring_back(paper, **given)
    assert refusal(papers.bring_back, paper, **given) == "not_aside"
    moves = TransitionLog.objects.filter(
        target_type="liquidation.Paper", target_id=paper.pk
    )
    assert [one.transition for one in moves.order_by("pk")] == [
        "place",
        "take_out",
        "discard",
        "bring_back",
    ]
    assert paper.placements.filter(until=NOW).count() == 1


# ---- sworn statements of SENCE's system


@pytest.fixture
def sworn(our_body: TrainingBody) -> PacketAction:
    """A packet with one e-learning action."""
    return packet_of(our_body, Modality.E_LEARNING)


def otecs(held: PacketAction, number: str = "") -> Place:
    return Place(DocumentKind.OTEC_DECLARATION, held.action, number=number)


def test_otecs_declaration_is_recorded_with_its_pdf_and_number(
    sworn: PacketAction,
) -> None:
    paper = kept(sworn.packet, "dj otec.pdf")
    place(paper, otecs(sworn, "500-2026"))
    made = Declaration.objects.get(action=sworn.action, enrolment=None)
    assert (made.state, made.number) == (DeclarationState.ISSUED, "500-2026")
    assert made.source == Source.PDF
    document = DeclarationDocument.objects.get()
    assert bytes(document.content) == papers.content_of(paper)
    assert (document.name, document.sha256) == ("dj otec.pdf", paper.sha256)
    (sheet,) = contents_of(sworn.packet)[0].of(DocumentKind.OTEC_DECLARATION)
    assert sheet.declaration == document.pk
    assert paper.placements.filter(until=None).count() == 1


def test_photo_of_a_declaration_is_recorded_as_a_pdf_page(sworn: PacketAction) -> None:
    """D5: rotated right, without its camera's notes."""
    paper = kept(sworn.packet, "dj otec.jpg", with_location())
    place(paper, otecs(sworn))
    document = DeclarationDocument.objects.get()
    assert (document.name, document.pages) == ("dj otec.pdf", 1)
    with pikepdf.open(BytesIO(bytes(document.content))) as made:
        assert len(made.pages) == 1
    assert b"Exif" not in bytes(document.content)


def test_participants_declaration_waits_for_the_otecs(sworn: PacketAction) -> None:
    """E10: refused in the words of the declarations, and the paper waits on."""
    ana = person(sworn)
    paper = kept(sworn.packet)
    mine = Place(DocumentKind.DECLARATION, sworn.action, ana)
    assert refusal(place, paper, mine) == "otec_first"
    assert not Placement.objects.exists()
    place(kept(sworn.packet, "otec.pdf"), otecs(sworn))
    place(paper, mine)
    assert Declaration.objects.get(enrolment=ana).state == DeclarationState.ISSUED


def test_recorded_declaration_is_not_taken_out_unless_it_is_corrected(
    sworn: PacketAction, somebody: User
) -> None:
    paper = kept(sworn.packet)
    place(paper, otecs(sworn))
    given = {"by": somebody, "at": NOW}
    assert refusal(placing.take_out, paper, **given) == "recorded"
    Declaration.objects.update(state=DeclarationState.PENDING, number="")
    placing.take_out(paper, **given)
    assert not paper.placements.filter(until=None).exists()


def test_newer_version_of_a_declaration_counts_and_the_old_one_stays(
    sworn: PacketAction, somebody: User
) -> None:
    old, new = kept(sworn.packet, "a.pdf"), kept(sworn.packet, "b.pdf")
    place(old, otecs(sworn, "500-2026"))
    placing.replace(old, new, by=somebody, at=NOW)
    assert DeclarationDocument.objects.count() == 2
    (sheet,) = contents_of(sworn.packet)[0].of(DocumentKind.OTEC_DECLARATION)
    assert sheet.sha256 == new.sha256
    assert Declaration.objects.get().number == "500-2026"
