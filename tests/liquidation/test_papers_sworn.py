"""Papers that are sworn statements of SENCE's system: recorded as such, too."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest

from courses.models import Modality
from liquidation.contents import contents_of
from liquidation.kinds import DocumentKind
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationState,
    PacketAction,
    Placement,
    Source,
)
from liquidation.places import Place
from liquidation.services import papers, placing
from otec_portal.core.models import TrainingBody, User
from tests.core.documents import with_location
from tests.factories import NOW
from tests.liquidation.packing import packet_of, person
from tests.liquidation.uploading import kept, place, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private")]


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


def test_number_said_later_is_recorded_beside_the_same_document(
    sworn: PacketAction,
) -> None:
    paper = kept(sworn.packet)
    place(paper, otecs(sworn))
    place(paper, otecs(sworn, "500-2026"))
    assert Declaration.objects.get().number == "500-2026"
    assert paper.placements.count() == 1
    (sheet,) = contents_of(sworn.packet)[0].of(DocumentKind.OTEC_DECLARATION)
    assert sheet.sha256 == paper.sha256


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
    given: Any = {"by": somebody, "at": NOW}
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
