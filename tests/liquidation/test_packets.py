"""Making packets: one company, one region, each action once; their state follows."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import Modality, TrainingAction
from liquidation.kinds import DocumentKind
from liquidation.models import (
    DeclarationState,
    Packet,
    PacketState,
    Paper,
    PaperState,
    Source,
)
from liquidation.recording import Learned
from liquidation.services.declarations import record
from liquidation.services.packets import (
    PacketRefused,
    add_action,
    keep_state,
    make_packet,
    remove_action,
)
from otec_portal.core.models import TrainingBody
from otec_portal.core.uploads import Document, FileKind
from otec_portal.core.workflow import TransitionLog
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import CompanyFactory, TrainingActionFactory
from tests.factories.packets import PacketActionFactory
from tests.liquidation.packing import declared, packet_of, paid, person, placed

pytestmark = pytest.mark.django_db


def _action(company: object, **facts: object) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(
        production=True,
        company=company,
        course__training_body=company.training_body,  # type: ignore[attr-defined]
        ends_on=NOW.date() - timedelta(days=1),
        **facts,
    )
    return made


def _refusal(*actions: TrainingAction) -> str:
    with pytest.raises(PacketRefused) as refused:
        make_packet(actions, by=UserFactory(), at=NOW)
    assert not Packet.objects.exists()
    return refused.value.code


def test_packet_is_of_the_company_and_region_of_its_actions(
    our_body: TrainingBody,
) -> None:
    company = CompanyFactory(training_body=our_body)
    actions = [_action(company, region="AR") for _ in range(2)]
    made = make_packet(actions, by=UserFactory(), at=NOW)
    assert (made.company, made.region, made.state) == (company, "AR", PacketState.DRAFT)
    assert set(made.actions.all()) == set(actions)
    assert made.training_body == our_body


def test_actions_of_two_companies_make_no_packet(our_body: TrainingBody) -> None:
    first, second = CompanyFactory.create_batch(2, training_body=our_body)
    assert _refusal(_action(first), _action(second)) == "several_companies"


def test_actions_of_two_regions_make_no_packet(our_body: TrainingBody) -> None:
    company = CompanyFactory(training_body=our_body)
    mixed = _action(company, region="ML"), _action(company, region="MA")
    assert _refusal(*mixed) == "several_regions"


def test_action_without_company_makes_no_packet(our_body: TrainingBody) -> None:
    action = TrainingActionFactory(course__training_body=our_body, company=None)
    assert _refusal(action) == "no_company"


def test_action_is_in_one_packet_alone(our_body: TrainingBody) -> None:
    held = packet_of(our_body)
    with pytest.raises(PacketRefused) as refused:
        make_packet([held.action], by=UserFactory(), at=NOW)
    assert refused.value.code == "taken"


@pytest.mark.parametrize(
    ("region", "same_company", "code"),
    [("MA", True, "other_region"), ("ML", False, "other_company")],
)
def test_action_that_does_not_belong_is_not_added(
    our_body: TrainingBody, region: str, same_company: bool, code: str
) -> None:
    held = packet_of(our_body)
    other = CompanyFactory(training_body=our_body)
    company = held.packet.company if same_company else other
    with pytest.raises(PacketRefused) as refused:
        add_action(
            held.packet, _action(company, region=region), by=UserFactory(), at=NOW
        )
    assert refused.value.code == code


def test_complete_packet_is_ready_and_an_action_more_makes_it_a_draft_again(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body)
    paid(held)
    by = UserFactory()
    assert keep_state(held.packet, by=by, at=NOW) == []
    assert held.packet.state == PacketState.READY

    add_action(held.packet, _action(held.packet.company), by=by, at=NOW)
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.DRAFT
    moves = TransitionLog.objects.order_by("pk").values_list("transition", flat=True)
    assert list(moves) == ["complete", "reopen"]


def test_papers_of_an_action_that_leaves_wait_for_a_place_and_are_not_lost(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body)
    placement = placed(held, DocumentKind.INVOICE)
    shared = PacketActionFactory(packet=held.packet)
    both = placed(shared, DocumentKind.INVOICE)
    both.paper.placements.create(
        kind=DocumentKind.PAYMENT, proof="transfer", action=held.action, at=NOW
    )

    remove_action(held.packet, held.action, by=UserFactory(), at=NOW)

    placement.refresh_from_db()
    assert placement.until == NOW
    states = dict(Paper.objects.values_list("pk", "state"))
    assert states[placement.paper_id] == PaperState.UNPLACED
    assert states[both.paper_id] == PaperState.PLACED, "it has another place"


@pytest.mark.parametrize("state", [PacketState.SENT, PacketState.LIQUIDATED])
def test_packet_that_left_keeps_its_actions(
    our_body: TrainingBody, state: PacketState
) -> None:
    held = packet_of(our_body, state=state)
    for deed in (add_action, remove_action):
        with pytest.raises(PacketRefused) as refused:
            deed(held.packet, held.action, by=UserFactory(), at=NOW)
        assert refused.value.code == "not_open"


def test_observed_packet_that_is_corrected_is_a_draft_again(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, state=PacketState.OBSERVED)
    add_action(held.packet, _action(held.packet.company), by=UserFactory(), at=NOW)
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.DRAFT


def test_last_declaration_that_is_recorded_makes_its_packet_ready(
    our_body: TrainingBody,
) -> None:
    held = packet_of(our_body, Modality.E_LEARNING)
    paid(held)
    declared(held)
    enrolment = person(held)
    paper = Document(FileKind.PDF, b"%PDF-1.7", 1)

    def issue(**facts: Any) -> str:
        learned = Learned(DeclarationState.ISSUED, Source.PDF, **facts)
        record(held.action, enrolment, learned, by=UserFactory(), at=NOW)
        return Packet.objects.get().state

    assert issue(number="7-2026") == PacketState.DRAFT, "its PDF lacks"
    assert issue(number="7-2026", document=paper, filename="dj.pdf") == "ready"
    annulled = Learned(DeclarationState.ANNULLED, Source.BY_HAND)
    record(held.action, enrolment, annulled, by=UserFactory(), at=NOW)
    assert Packet.objects.get().state == PacketState.DRAFT


def test_packet_that_left_stays_whatever_is_recorded(our_body: TrainingBody) -> None:
    held = packet_of(our_body, Modality.E_LEARNING, state=PacketState.SENT)
    declared(held)
    learned = Learned(DeclarationState.ISSUED, Source.BY_HAND, number="7-2026")
    record(held.action, person(held), learned, by=UserFactory(), at=NOW)
    assert Packet.objects.get().state == PacketState.SENT
