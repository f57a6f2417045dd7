"""Receipts that need a person: late ones, quarantined ones, those out of order."""

from datetime import datetime

from django.db import IntegrityError, transaction

from attendance.models import (
    CallbackKind,
    Outcome,
    Receipt,
    Review,
    SessionState,
    Verdict,
)
from attendance.models.receipts import TO_REVIEW
from attendance.sence.incoming import parse
from attendance.sence.times import read_mark
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User
from otec_portal.core.workflow import TransitionRefused


class ReviewRefused(DomainError):
    """This receipt can't get this verdict."""

    code = "review_refused"


def may_accept(receipt: Receipt) -> bool:
    """Say whether it is a close, confirmed late for a session that expired here.

    Without a close form handed out, SENCE can't have confirmed one.
    """
    return (
        receipt.kind == CallbackKind.CLOSE_CONFIRMED
        and receipt.decision.outcome == Outcome.LATE
        and not receipt.decision.codes
        and receipt.session.state == SessionState.EXPIRED
        and receipt.session.close_handed_at is not None
    )


@transaction.atomic
def review(
    receipt: Receipt, *, verdict: Verdict, note: str, by: User, at: datetime
) -> Review:
    """Give `verdict` on `receipt`, once, audited.

    Accepting closes the expired session with the time of this evidence; nothing else
    ever revives one. Raises ReviewRefused.
    """
    if receipt.decision.outcome not in TO_REVIEW:
        raise ReviewRefused(
            "Esta respuesta no necesita revisión.", code="nothing_to_review"
        )
    if verdict == Verdict.ACCEPTED and not may_accept(receipt):
        raise ReviewRefused(
            "Solo se puede aceptar un cierre tardío de una sesión vencida.",
            code="not_acceptable",
        )
    try:
        with transaction.atomic():
            written = Review.objects.create(
                receipt=receipt, verdict=verdict, note=note, by=by, at=at
            )
    except IntegrityError:
        raise ReviewRefused(
            "Otra persona ya revisó esta recepción.", code="reviewed"
        ) from None
    session = receipt.session
    if verdict == Verdict.ACCEPTED:
        incoming = parse(bytes(receipt.body), receipt.content_type)
        mark = read_mark(
            incoming, received_at=receipt.received_at, after=session.opened_at
        )
        try:
            session.advance(
                "accept_late_close",
                at=at,
                by=str(by),
                closed_at=mark.at,
                closed_clock=mark.clock,
            )
        except TransitionRefused:
            raise ReviewRefused("La sesión ya cambió.", code="moved") from None
    audit.record(
        "attendance.receipt_reviewed",
        at=at,
        by=by,
        training_body=session.enrolment.action.course.training_body,
        target=receipt,
        verdict=str(verdict),
        session=str(session.public_id),
    )
    return written
