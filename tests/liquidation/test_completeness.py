"""What a packet lacks, in words, and whose the next step is (F16, G9; seed 000)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import ActionState, Environment, Modality
from liquidation.completeness import Missing
from liquidation.kinds import DocumentKind, Whose, asked_for
from liquidation.models import DeclarationState, PacketAction
from liquidation.services.packets import missing_in
from otec_portal.core.models import TrainingBody
from tests.factories import NOW
from tests.factories.courses import CompanyFactory
from tests.factories.liquidation import DeclarationFactory, DeclarationReportFactory
from tests.factories.packets import PacketFactory, PaperFactory
from tests.liquidation.packing import declared, packet_of, paid, person, placed

pytestmark = pytest.mark.django_db
E_LEARNING, SELF = Modality.E_LEARNING, Modality.SELF_INSTRUCTION


def _missing(held: PacketAction) -> list[Missing]:
    return missing_in(held.packet, at=NOW)


def _codes(held: PacketAction) -> list[str]:
    return [str(one.code) for one in _missing(held)]


@pytest.mark.parametrize("modality", Modality)
def test_invoice_and_proof_of_payment_are_asked_for_in_every_course(
    our_body: TrainingBody, modality: Modality
) -> None:
    held = packet_of(our_body, modality)
    found = {str(one.code): one.whose for one in _missing(held)}
    assert (found["invoice"], found["payment"]) == (Whose.OTEC, Whose.COMPANY)


def test_packet_with_all_its_documents_lacks_nothing(our_body: TrainingBody) -> None:
    held = packet_of(our_body)
    paid(held)
    assert _missing(held) == []


def test_e_learning_asks_for_the_declarations_of_the_otec_and_of_who_took_part(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, E_LEARNING)
    paid(held)
    ana, _absent = person(held, "Ana"), person(held, "Berta", sessions=0)
    assert _codes(held) == ["otec_declaration_pending", "declaration_pending"]
    hers = _missing(held)[1]
    assert (hers.enrolment, hers.whose) == (ana, Whose.OTEC), "the OTEC comes first"

    declared(held)
    hers = _missing(held)[0]
    assert (hers.code, hers.whose) == ("declaration_pending", Whose.PARTICIPANT)

    declared(held, ana)
    assert _missing(held) == []


def test_declaration_that_is_issued_without_its_pdf_lacks_the_pdf(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, E_LEARNING)
    paid(held)
    DeclarationFactory(action=held.action, enrolment=None, number="7-2026")
    (lacks,) = _missing(held)
    assert lacks.code == "otec_declaration"
    assert "N° 7-2026" in lacks.words


def test_pdf_of_a_declaration_that_was_annulled_since_is_no_document(
    our_body: TrainingBody,
) -> None:
    """Issued again under another number: the old paper is not that of the new one."""
    held = packet_of(our_body, E_LEARNING)
    paid(held)
    own = declared(held)
    DeclarationReportFactory(declaration=own, state=DeclarationState.ANNULLED)
    DeclarationReportFactory(declaration=own, number="8-2026")
    assert _codes(held) == ["otec_declaration"]


@pytest.mark.parametrize(
    "state", sorted(set(DeclarationState) - {DeclarationState.ISSUED})
)
def test_declaration_in_every_other_state_is_missing_with_its_next_step(
    our_body: TrainingBody, state: DeclarationState
) -> None:
    held = packet_of(our_body, E_LEARNING)
    paid(held)
    declared(held)
    DeclarationFactory(
        action=held.action, enrolment=person(held), state=state, number=""
    )
    (lacks,) = _missing(held)
    assert lacks.code == f"declaration_{state}"
    assert lacks.words
    assert lacks.next_step


def test_self_instruction_asks_for_a_signed_declaration_and_both_sides_of_the_card(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, SELF)
    paid(held)
    ana, _absent = person(held, "Ana"), person(held, "Berta", sessions=0)
    assert _codes(held) == ["signed_declaration", "identity_card"]
    placed(held, DocumentKind.SIGNED_DECLARATION, ana)
    placed(held, DocumentKind.IDENTITY_CARD, ana)
    assert _codes(held) == ["other_side"]
    placed(held, DocumentKind.IDENTITY_CARD, ana)
    assert _missing(held) == []


@pytest.mark.parametrize(("pages", "both_sides"), [(2, False), (1, True)])
def test_one_file_may_show_both_sides(
    our_body: TrainingBody, pages: int, both_sides: bool
) -> None:
    held = packet_of(our_body, SELF)
    paid(held)
    ana = person(held)
    placed(held, DocumentKind.SIGNED_DECLARATION, ana)
    card = DocumentKind.IDENTITY_CARD
    placed(held, card, ana, pages=pages, both_sides=both_sides)
    assert _missing(held) == []


@pytest.mark.parametrize("modality", sorted(set(Modality) - {SELF}))
def test_identity_card_is_never_asked_for_in_an_ordinary_course(
    modality: Modality,
) -> None:
    """G9."""
    assert DocumentKind.IDENTITY_CARD not in asked_for(modality)


def test_paper_that_was_taken_out_of_its_place_fills_it_no_more(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body)
    paid(held)
    placement = placed(held, DocumentKind.INVOICE)
    held.packet.papers.exclude(pk=placement.paper_id).update(state="placed")
    held.action.placements.filter(kind=DocumentKind.INVOICE).update(until=NOW)
    assert _codes(held) == ["invoice"]


def test_paper_that_nobody_confirmed_holds_the_packet_back(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body)
    paid(held)
    PaperFactory(packet=held.packet)
    (lacks,) = _missing(held)
    assert (lacks.code, lacks.words) == ("unplaced", "Hay 1 archivo por confirmar.")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"decision": ActionState.ANNULLED}, "annulled"),
        ({"decision": ActionState.LIQUIDATED}, "liquidated"),
        ({"environment": Environment.TEST}, "test"),
        ({"region": "MA"}, "other_region"),
        ({"ends_on": NOW.date()}, "not_over"),
        ({"ends_on": NOW.date() - timedelta(days=1)}, None),
    ],
)
def test_action_that_can_not_be_liquidated_says_why(
    our_body: TrainingBody, facts: dict[str, Any], code: str | None
) -> None:
    held = packet_of(our_body)
    paid(held)
    for name, value in facts.items():
        setattr(held.action, name, value)
    held.action.save()
    assert _codes(held) == ([code] if code else [])


def test_action_that_became_another_companys_says_so(our_body: TrainingBody) -> None:
    held = packet_of(our_body)
    paid(held)
    held.action.company = CompanyFactory(training_body=our_body)
    held.action.save()
    assert _codes(held) == ["other_company"]


def test_packet_without_actions_says_what_to_do(our_body: TrainingBody) -> None:
    packet = PacketFactory(company__training_body=our_body)
    assert [one.code for one in missing_in(packet, at=NOW)] == ["no_actions"]


def test_queries_do_not_grow_with_actions_and_people(our_body: TrainingBody) -> None:
    held = packet_of(our_body, E_LEARNING)
    declared(held, person(held))
    with CaptureQueriesContext(connection) as before:
        _missing(held)
    for number in range(3):
        declared(held, person(held, f"Persona {number}"))
        paid(held)
    with CaptureQueriesContext(connection) as after:
        _missing(held)
    assert len(after) == len(before) == 7
