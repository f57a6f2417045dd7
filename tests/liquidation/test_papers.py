"""Papers: taken in once, given their places, replaced; nothing is ever lost."""

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from courses.models import Modality
from liquidation.contents import contents_of
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import (
    Packet,
    PacketAction,
    PacketState,
    Paper,
    PaperState,
    Placement,
)
from liquidation.places import Place
from liquidation.receiving import KEPT, KNOWN, Outcome, receive
from liquidation.services import papers, placing
from otec_portal.core.models import TrainingBody, User
from tests.core.documents import pdf, picture
from tests.factories import NOW
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.packets import PacketLinkFactory
from tests.liquidation.packing import packet_of, paid, person, placed
from tests.liquidation.uploading import deeds, invoice, kept, place, refusal, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private")]


@pytest.fixture
def held(our_body: TrainingBody) -> PacketAction:
    """A packet with one action of an ordinary course."""
    return packet_of(our_body)


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
    given: Any = {"by": somebody, "at": NOW}
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
