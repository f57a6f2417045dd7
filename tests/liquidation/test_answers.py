"""Answers of the office: by link, by account, recorded; the first one is the last."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from courses.models import ActionState, TrainingAction
from liquidation.kinds import DocumentKind
from liquidation.models import AnswerEvidence, Dispatch, PacketAnswer, PacketState
from liquidation.services.answers import (
    Answer,
    AnswerRefused,
    answer_by_link,
    answer_by_office,
    record_answer,
)
from liquidation.services.dispatch import send
from liquidation.services.links import revoke
from liquidation.services.packets import keep_state
from otec_portal.core.models import AuditEntry, OutgoingEmail, Role, TrainingBody
from otec_portal.core.uploads import Document, FileKind
from tests.at_once import at_once
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import MembershipFactory, UserFactory
from tests.liquidation.packing import placed
from tests.liquidation.sending import ROSA, built_of, order, sent

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
YES = Answer(liquidated=True, remarks="", who="Luis Rojas", answered_on=TODAY)
NO = Answer(
    liquidated=False,
    remarks="Falta el timbre en la factura.",
    who="Luis Rojas",
    answered_on=TODAY,
)
PAPER = Document(FileKind.PDF, b"%PDF-1.7", 1)


def _by_link(body: TrainingBody, settings: Settings) -> Dispatch:
    settings.MAIL_LIMIT = 1024
    return sent(body)


def test_liquidated_by_link_closes_the_actions(
    our_body: TrainingBody, settings: Settings
) -> None:
    dispatch = _by_link(our_body, settings)
    assert dispatch.office_link
    made = answer_by_link(dispatch.office_link, YES, at=NOW)
    action = TrainingAction.objects.get()
    assert action.decision == ActionState.LIQUIDATED
    assert (made.by, made.link, made.who) == (None, dispatch.office_link, "Luis Rojas")
    dispatch.build.packet.refresh_from_db()
    assert dispatch.build.packet.state == PacketState.LIQUIDATED
    deeds = AuditEntry.objects.values_list("action", flat=True)
    assert "courses.action_liquidated" in deeds
    assert "liquidation.packet_answered" in deeds


def test_liquidated_is_told_to_the_company_and_the_people(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    dispatch = sent(our_body, by=admin.membership.user)
    other = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    record_answer(
        dispatch.build.packet,
        YES,
        evidence=PAPER,
        filename="respuesta.pdf",
        by=admin.membership.user,
        at=NOW,
    )
    told = OutgoingEmail.objects.filter(dedup_key__startswith="packet_answered")
    addresses = set(told.values_list("to", flat=True))
    assert {ROSA.email, admin.membership.user.email} <= addresses
    assert other.user.email not in addresses
    company = told.get(to=ROSA.email)
    assert "Liquidado" in company.subject
    assert "Ver en el portal" not in company.text


def test_observed_brings_the_packet_back_with_its_remarks(
    our_body: TrainingBody,
) -> None:
    dispatch = sent(our_body)
    by = UserFactory()
    made = answer_by_office(dispatch, NO, by=by, at=NOW)
    packet = dispatch.build.packet
    packet.refresh_from_db()
    assert (packet.state, made.remarks) == (PacketState.OBSERVED, NO.remarks)
    assert TrainingAction.objects.get().decision == ""
    keep_state(packet, by=by, at=NOW)
    assert packet.state == PacketState.READY


def test_observed_packet_is_sent_again_once_it_is_mended(
    our_body: TrainingBody,
) -> None:
    first = sent(our_body)
    packet = first.build.packet
    answer_by_office(first, NO, by=UserFactory(), at=NOW)
    placed(packet.packet_actions.get(), DocumentKind.INVOICE)
    again = built_of(packet)
    told = order(again, after=first.public_id)
    made = send(packet, order=told, by=UserFactory(), at=NOW + timedelta(hours=2))
    packet.refresh_from_db()
    assert (packet.state, made.build) == (PacketState.SENT, again)


def test_answer_is_recorded_with_its_evidence(our_body: TrainingBody) -> None:
    dispatch = sent(our_body)
    made = record_answer(
        dispatch.build.packet,
        NO,
        evidence=PAPER,
        filename="carta.pdf",
        by=UserFactory(),
        at=NOW,
    )
    kept = AnswerEvidence.objects.get(answer=made)
    assert (kept.name, bytes(kept.content)) == ("carta.pdf", PAPER.content)
    assert made.recorded
    assert AuditEntry.objects.filter(action="liquidation.answer_recorded").exists()


def _refused(dispatch: Dispatch, **facts: object) -> str:
    told = {"liquidated": True, "remarks": "", "who": "Luis", "answered_on": TODAY}
    with pytest.raises(AnswerRefused) as refused:
        answer_by_office(
            dispatch,
            Answer(**{**told, **facts}),  # type: ignore[arg-type]
            by=UserFactory(),
            at=NOW,
        )
    return refused.value.code


def test_answer_that_can_not_be_is_refused(our_body: TrainingBody) -> None:
    dispatch = sent(our_body)
    assert _refused(dispatch, liquidated=False) == "remarks"
    assert _refused(dispatch, answered_on=TODAY + timedelta(days=1)) == "future"
    before = TODAY - timedelta(days=1)
    assert _refused(dispatch, answered_on=before) == "before_sending"
    assert not PacketAnswer.objects.exists()
    TrainingAction.objects.update(decision=ActionState.ANNULLED)
    assert _refused(dispatch) == "annulled"
    assert not PacketAnswer.objects.exists()


def test_second_answer_is_refused(our_body: TrainingBody) -> None:
    dispatch = sent(our_body)
    answer_by_office(dispatch, NO, by=UserFactory(), at=NOW)
    assert _refused(dispatch) == "answered"
    assert PacketAnswer.objects.get().liquidated is False


def test_link_that_is_over_answers_nothing(
    our_body: TrainingBody, settings: Settings
) -> None:
    dispatch = _by_link(our_body, settings)
    assert dispatch.office_link
    revoke(dispatch.office_link, by=UserFactory(), at=NOW)
    with pytest.raises(AnswerRefused) as refused:
        answer_by_link(dispatch.office_link, YES, at=NOW)
    assert refused.value.code == "link_over"


def test_link_of_an_earlier_build_answers_nothing(
    our_body: TrainingBody, settings: Settings
) -> None:
    """What the office looked at is not what the packet says by now."""
    first = _by_link(our_body, settings)
    packet = first.build.packet
    answer_by_office(first, NO, by=UserFactory(), at=NOW)
    placed(packet.packet_actions.get(), DocumentKind.INVOICE)
    again = built_of(packet)
    told = order(again, after=first.public_id)
    send(packet, order=told, by=UserFactory(), at=NOW)
    assert first.office_link
    with pytest.raises(AnswerRefused) as refused:
        answer_by_link(first.office_link, YES, at=NOW)
    assert refused.value.code == "superseded"


def test_link_revoked_before_its_mail_left_never_leaves(
    our_body: TrainingBody, settings: Settings
) -> None:
    dispatch = _by_link(our_body, settings)
    assert dispatch.office_link
    assert dispatch.mail
    revoke(dispatch.office_link, by=UserFactory(), at=NOW)
    dispatch.mail.refresh_from_db()
    assert dispatch.mail.state == "withdrawn"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a race needs rows locks")
def test_two_answers_at_once_leave_one(
    our_body: TrainingBody, settings: Settings
) -> None:
    dispatch = _by_link(our_body, settings)
    by = UserFactory()
    assert dispatch.office_link
    link = dispatch.office_link

    def office() -> str:
        try:
            answer_by_office(dispatch, NO, by=by, at=NOW)
        except AnswerRefused as refused:
            return refused.code
        return "taken"

    def bearer() -> str:
        try:
            answer_by_link(link, YES, at=NOW)
        except AnswerRefused as refused:
            return refused.code
        return "taken"

    assert sorted(at_once(office, bearer)) == ["answered", "taken"]
    answer = PacketAnswer.objects.get()
    closed = TrainingAction.objects.get().decision == ActionState.LIQUIDATED
    assert closed == answer.liquidated
