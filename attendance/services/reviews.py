"""Receipts that need a person: late ones, quarantined ones, those out of order."""

from datetime import datetime

from django.db import IntegrityError, transaction

from attendance.models import (
    CallbackKind,
    Outcome,
    Receipt,
    Review,
    SenceSession,
    SessionState,
    Verdict,
)
from attendance.models.receipts import TO_REVIEW
from attendance.sence.incoming import parse
from attendance.services.marks import mark_of_late_close
from attendance.services.totals import recount
from courses.models import TrainingAction
from courses.services import refuse_change
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
        and receipt.outcome == Outcome.LATE
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
    ever revives one. Raises ReviewRefused, and ActionClosed where accepting would
    change the attendance of a closed action.
    """
    _refuse_impossible(receipt, verdict)
    if verdict == Verdict.ACCEPTED:
        _hold_action(receipt.session)
    written = _write(receipt, verdict=verdict, note=note, by=by, at=at)
    session = receipt.session
    if verdict == Verdict.ACCEPTED:
        _close(session, receipt, by=by, at=at)
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


def _refuse_impossible(receipt: Receipt, verdict: Verdict) -> None:
    if receipt.outcome not in TO_REVIEW:
        raise ReviewRefused(
            "Esta respuesta no necesita revisión.", code="nothing_to_review"
        )
    if verdict == Verdict.ACCEPTED and not may_accept(receipt):
        raise ReviewRefused(
            "Solo se puede aceptar un cierre tardío de una sesión vencida.",
            code="not_acceptable",
        )


def _hold_action(session: SenceSession) -> None:
    rows = TrainingAction.objects.select_for_update(no_key=True)
    refuse_change(rows.get(pk=session.enrolment.action_id))


def _write(
    receipt: Receipt, *, verdict: Verdict, note: str, by: User, at: datetime
) -> Review:
    """Keep the verdict, unless somebody gave one already."""
    try:
        with transaction.atomic():
            return Review.objects.create(
                receipt=receipt, verdict=verdict, note=note, by=by, at=at
            )
    except IntegrityError:
        raise ReviewRefused(
            "Esta respuesta ya fue revisada.", code="reviewed"
        ) from None


def _close(session: SenceSession, receipt: Receipt, *, by: User, at: datetime) -> None:
    """Close the expired session with the mark of `receipt`, at its maximum at most."""
    incoming = parse(bytes(receipt.body), receipt.content_type)
    mark = mark_of_late_close(
        incoming, received_at=receipt.received_at, session=session
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
        raise ReviewRefused(
            "La sesión cambió mientras la revisabas.", code="moved"
        ) from None
    recount(session.enrolment)
