"""Where papers seem to belong: proposed with reasons, never beyond what is asked for."""

import pytest

from courses.models import Modality
from liquidation.contents import contents_of
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.matching import Proposal, offered, propose
from liquidation.models import PacketAction
from liquidation.reading import read
from otec_portal.core.models import TrainingBody
from otec_portal.core.rut import display
from tests.factories.courses import EnrolmentFactory
from tests.factories.packets import PacketActionFactory
from tests.liquidation.packing import declared, packet_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(our_body: TrainingBody) -> PacketAction:
    """An e-learning action, alone in its packet."""
    return packet_of(our_body, Modality.E_LEARNING)


def seen(held: PacketAction, name: str = "x.pdf", text: str = "") -> Proposal:
    return propose(read(name, text), contents_of(held.packet))


def also(held: PacketAction, modality: Modality) -> PacketAction:
    """One action more in the same packet."""
    made: PacketAction = PacketActionFactory(
        packet=held.packet, action__course__modality=modality
    )
    return made


def test_declaration_with_a_run_is_that_persons(held: PacketAction) -> None:
    ana, _ = person(held, "Ana"), person(held, "Rosa")
    run = display(ana.participant.run)
    found = seen(held, f"DJ {run}.pdf")
    assert found.kind == DocumentKind.DECLARATION
    assert found.enrolments == (ana,)
    assert found.sure
    assert found.reasons == (
        "El nombre del archivo dice «dj».",
        f"El nombre del archivo trae el RUN o el número de Ana Soto ({run}).".replace(
            "Ana Soto", ana.participant.full_name
        ),
    )


def test_declaration_of_one_person_is_known_by_its_number(held: PacketAction) -> None:
    ana, _ = person(held, "Ana"), person(held, "Rosa")
    declared(held)
    declared(held, ana, number="501-2026")
    found = seen(held, text="Declaración jurada folio 501-2026")
    assert (found.kind, found.enrolments) == (DocumentKind.DECLARATION, (ana,))
    assert (found.sure, found.number) == (True, "501-2026")


def test_declaration_that_lists_many_is_the_otecs(held: PacketAction) -> None:
    runs = [person(held, name).participant.run for name in ("Ana", "Rosa")]
    found = seen(held, text=f"Declaración jurada {' '.join(runs)}")
    assert found.kind == DocumentKind.OTEC_DECLARATION
    assert found.actions == (held.action,)
    assert found.sure
    assert found.enrolments == ()


def test_declaration_with_the_otecs_number_is_the_otecs(held: PacketAction) -> None:
    ana = person(held)
    declared(held, number="500-2026")
    found = seen(held, text=f"Declaración jurada 500-2026 de {ana.participant.run}")
    assert (found.kind, found.sure) == (DocumentKind.OTEC_DECLARATION, True)
    assert "El texto trae el número de la declaración de la OTEC." in found.reasons


def test_where_one_person_takes_part_a_run_alone_is_not_sure(
    held: PacketAction,
) -> None:
    """The OTEC's declaration lists that one person, too."""
    ana = person(held)
    found = seen(held, text=f"Declaración jurada {ana.participant.run}")
    assert found.kind == DocumentKind.DECLARATION
    assert not found.sure


def test_in_self_instruction_a_declaration_is_the_signed_one(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, Modality.SELF_INSTRUCTION)
    ana = person(held)
    found = seen(held, f"declaracion jurada {ana.participant.run}.pdf")
    assert found.kind == DocumentKind.SIGNED_DECLARATION
    assert found.sure
    assert found.number == ""


@pytest.mark.parametrize("modality", [Modality.CLASSROOM, Modality.E_LEARNING])
def test_card_of_an_ordinary_course_is_never_proposed(
    our_body: TrainingBody, modality: Modality
) -> None:
    """G9."""
    held = packet_of(our_body, modality)
    ana = person(held)
    found = seen(held, f"cedula {ana.participant.run}.jpg")
    assert found.kind is None
    assert not found.sure
    assert DocumentKind.IDENTITY_CARD not in offered(contents_of(held.packet))


def test_card_is_of_the_action_that_asks_for_it(our_body: TrainingBody) -> None:
    """G9: not of the ordinary course in the same packet."""
    held = packet_of(our_body, Modality.SELF_INSTRUCTION)
    ordinary = also(held, Modality.CLASSROOM)
    ana = person(held)
    EnrolmentFactory(action=ordinary.action, participant=ana.participant)
    found = seen(held, f"cedula {ana.participant.run}.jpg")
    assert found.enrolments == (ana,)
    assert found.sure


def test_person_of_two_actions_is_told_apart_by_the_code(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, Modality.SELF_INSTRUCTION)
    other = also(held, Modality.SELF_INSTRUCTION)
    ana = person(held)
    there = EnrolmentFactory(action=other.action, participant=ana.participant)
    run, code = ana.participant.run, other.action.action_code
    unsure = seen(held, f"cedula {run}.jpg")
    assert set(unsure.enrolments) == {ana, there}
    assert not unsure.sure
    found = seen(held, f"cedula {run} {code}.jpg")
    assert (found.enrolments, found.sure) == ((there,), True)


@pytest.mark.parametrize(
    ("name", "kind", "proof", "sure"),
    [
        ("factura.pdf", DocumentKind.INVOICE, "", True),
        ("transferencia.pdf", DocumentKind.PAYMENT, PaymentProof.TRANSFER, True),
        ("deposito.pdf", DocumentKind.PAYMENT, PaymentProof.DEPOSIT, True),
        (
            "factura pagada.pdf",
            DocumentKind.PAYMENT,
            PaymentProof.STAMPED_INVOICE,
            True,
        ),
        ("comprobante de pago.pdf", DocumentKind.PAYMENT, "", False),
        ("escaneo.pdf", None, "", False),
    ],
)
def test_papers_of_an_action_are_told_by_their_words(
    held: PacketAction,
    name: str,
    kind: DocumentKind | None,
    proof: str,
    sure: bool,
) -> None:
    found = seen(held, name)
    assert (found.kind, found.proof, found.sure) == (kind, proof, sure)
    assert found.actions == ((held.action,) if kind else ())


def test_invoice_is_of_the_actions_whose_codes_it_gives(held: PacketAction) -> None:
    second, third = (also(held, Modality.CLASSROOM) for _ in range(2))
    codes = [one.action.action_code for one in (held, third)]
    assert not seen(held, "factura.pdf").sure
    found = seen(held, "factura.pdf", text=" y ".join(codes))
    assert set(found.actions) == {held.action, third.action}
    assert second.action not in found.actions
    assert found.sure


def test_name_counts_for_more_than_the_text(held: PacketAction) -> None:
    ana, rosa = person(held, "Ana"), person(held, "Rosa")
    found = seen(
        held,
        f"dj {ana.participant.run}.pdf",
        f"Factura de {rosa.participant.run}",
    )
    assert (found.kind, found.enrolments) == (DocumentKind.DECLARATION, (ana,))


def test_run_of_a_stranger_proposes_nobody(held: PacketAction) -> None:
    person(held)
    found = seen(held, "dj 12.345.678-5.pdf")
    assert found.enrolments == ()
