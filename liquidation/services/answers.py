"""What the office answers to a packet: the first answer to a dispatch is the last.

Three hands give it: the office's link, the office's account, or the training body,
which records it with its evidence (domain.md, "Liquidation").
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from courses.models import TrainingAction
from courses.services import ActionClosed, liquidate
from liquidation import answer_mail, links
from liquidation.contents import actions_of
from liquidation.deliveries import last_dispatch
from liquidation.models import (
    AnswerEvidence,
    Dispatch,
    Packet,
    PacketAnswer,
    PacketLink,
    PacketState,
)
from liquidation.services.packets import hold
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.kept_documents import as_fields
from otec_portal.core.models import User
from otec_portal.core.uploads import Document

LIQUIDATED, OBSERVED = "packet_liquidated", "packet_observed"  # in the audit trail


class AnswerRefused(DomainError):
    """This answer can't be taken."""

    code = "answer_refused"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the office says; `who` is the person there who says it."""

    liquidated: bool
    remarks: str
    who: str
    answered_on: date


@dataclass(frozen=True, kw_only=True)
class Hand:
    """By whose hand an answer comes: an account's or a link's."""

    by: User | None = None
    link: PacketLink | None = None
    recorded: bool = False


@transaction.atomic
def answer_by_link(link: PacketLink, answer: Answer, *, at: datetime) -> PacketAnswer:
    """Take the answer that the office gives with its link. Raises AnswerRefused."""
    packet = hold(link.packet)
    if not links.still_holds(link, at=at):
        raise AnswerRefused("Este enlace ya no vale.", code="link_over")
    last = _waiting(packet)
    if last.build_id != link.build_id:
        raise AnswerRefused(
            "Este expediente se corrigió y se envió de nuevo: respondan con el último "
            "correo que recibieron.",
            code="superseded",
        )
    return _take(packet, last, answer, Hand(link=link), at=at)


@transaction.atomic
def answer_by_office(
    dispatch: Dispatch, answer: Answer, *, by: User, at: datetime
) -> PacketAnswer:
    """Take the answer of the office's account. Raises AnswerRefused."""
    packet = hold(dispatch.build.packet)
    last = _waiting(packet)
    if last.build_id != dispatch.build_id:
        raise AnswerRefused(
            "Este expediente se corrigió y se envió de nuevo: responde al último.",
            code="superseded",
        )
    return _take(packet, last, answer, Hand(by=by), at=at)


@transaction.atomic
def record_answer(
    packet: Packet,
    answer: Answer,
    *,
    evidence: Document,
    filename: str,
    by: User,
    at: datetime,
) -> PacketAnswer:
    """Record what the office answered to the training body, with its evidence.

    Raises AnswerRefused.
    """
    current = hold(packet)
    hand = Hand(by=by, recorded=True)
    made = _take(current, _waiting(current), answer, hand, at=at)
    AnswerEvidence.objects.create(answer=made, **as_fields(evidence, filename))
    return made


def _waiting(packet: Packet) -> Dispatch:
    """Return the dispatch that waits for its answer. Raises AnswerRefused."""
    last = last_dispatch(packet)
    if last is None:
        raise AnswerRefused("El expediente todavía no se envía.", code="not_sent")
    if hasattr(last, "answer"):
        told = f"{last.answer} el {last.answer.answered_on:%d-%m-%Y}"
        raise AnswerRefused(
            f"El expediente ya está respondido: {told}.", code="answered"
        )
    if packet.state != PacketState.SENT:
        raise AnswerRefused(
            "El expediente no espera una respuesta.", code="not_waiting"
        )
    return last


def _take(
    packet: Packet, dispatch: Dispatch, answer: Answer, hand: Hand, *, at: datetime
) -> PacketAnswer:
    """Raises AnswerRefused: remarks, future, before_sending, annulled."""
    _refuse(
        answer, sent_on=timezone.localdate(dispatch.at), today=timezone.localdate(at)
    )
    made = PacketAnswer.objects.create(
        dispatch=dispatch,
        liquidated=answer.liquidated,
        remarks=answer.remarks,
        answered_on=answer.answered_on,
        recorded=hand.recorded,
        who=answer.who,
        by=hand.by,
        link=hand.link,
        at=at,
    )
    packet.advance(
        "liquidate" if answer.liquidated else "observe", at=at, by=answer.who
    )
    if answer.liquidated:
        _close_actions(packet, made, by=hand.by, at=at)
    _record(made, packet, hand, at=at)
    answer_mail.tell(made, packet, at=at)
    return made


def _refuse(answer: Answer, *, sent_on: date, today: date) -> None:
    if not answer.liquidated and not answer.remarks:
        raise AnswerRefused("Escribe las observaciones.", code="remarks")
    if answer.answered_on > today:
        raise AnswerRefused("La fecha todavía no llega.", code="future")
    if answer.answered_on < sent_on:
        raise AnswerRefused(
            f"El expediente se envió el {sent_on:%d-%m-%Y}: la respuesta es de ese día "
            "o posterior.",
            code="before_sending",
        )


def _close_actions(
    packet: Packet, made: PacketAnswer, *, by: User | None, at: datetime
) -> None:
    held = (
        TrainingAction.objects.select_for_update(of=("self",))
        .filter(pk__in=[one.pk for one in actions_of(packet)])
        .select_related("course__training_body")
        .order_by("pk")
    )
    told = f"respuesta de {made.who} del {made.answered_on:%d-%m-%Y}"
    try:
        for one in held:
            liquidate(one, by=by, at=at, answer=told)
    except ActionClosed as closed:
        raise AnswerRefused(closed.message, code="annulled") from closed


def _record(made: PacketAnswer, packet: Packet, hand: Hand, *, at: datetime) -> None:
    audit.record(
        "liquidation.answer_recorded"
        if hand.recorded
        else "liquidation.packet_answered",
        at=at,
        by=hand.by,
        training_body=packet.training_body,
        target=packet,
        answer=LIQUIDATED if made.liquidated else OBSERVED,
        who=made.who,
        answered_on=f"{made.answered_on:%d-%m-%Y}",
        remarks=made.remarks,
        by_link=hand.link is not None,
    )
