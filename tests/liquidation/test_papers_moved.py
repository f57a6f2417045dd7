"""Papers replaced, taken out, put aside and brought back; nothing is ever lost."""

from typing import Any

import pytest

from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import (
    PacketAction,
    PaperState,
    Placement,
)
from liquidation.places import Place
from liquidation.services import papers, placing
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.workflow import TransitionLog
from tests.factories import NOW
from tests.liquidation.packing import packet_of
from tests.liquidation.uploading import deeds, invoice, kept, place, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private")]


@pytest.fixture
def held(our_body: TrainingBody) -> PacketAction:
    """A packet with one action of an ordinary course."""
    return packet_of(our_body)


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
    given: Any = {"by": somebody, "at": NOW}
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
