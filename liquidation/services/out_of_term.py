"""Recording requests to issue out of term, and their answers.

Nothing recorded is edited: who erred records the request again; the latest counts.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from courses.models import TrainingAction
from liquidation.models import OutOfTermAnswer, OutOfTermRequest
from liquidation.out_of_term import against_answer, against_request
from liquidation.selectors import pending_request
from liquidation.services.declarations import hold
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.kept_documents import as_fields
from otec_portal.core.models import User
from otec_portal.core.uploads import Document


class OutOfTermRefused(DomainError):
    """This request, or this answer, can't be recorded."""

    code = "out_of_term_refused"


@transaction.atomic
def record_request(
    action: TrainingAction,
    *,
    requested_on: date,
    reason: str,
    evidence: Document,
    filename: str,
    by: User,
    at: datetime,
) -> OutOfTermRequest:
    """Record that the training body asked SENCE on that day, and why.

    Raises OutOfTermRefused: see out_of_term.against_request.
    """
    current = hold(action)
    against = against_request(
        current,
        requested_on=requested_on,
        pending=pending_request(current),
        today=timezone.localdate(at),
    )
    if against:
        raise OutOfTermRefused(against.message, code=against.code)
    made = OutOfTermRequest.objects.create(
        action=current,
        requested_on=requested_on,
        reason=reason,
        **as_fields(evidence, filename),
        by=by,
        at=at,
    )
    _record("out_of_term_requested", made, by=by, at=at, day=f"{requested_on:%d-%m-%Y}")
    return made


@transaction.atomic
def record_answer(
    request: OutOfTermRequest,
    *,
    accepted: bool,
    answered_on: date,
    evidence: Document,
    filename: str,
    by: User,
    at: datetime,
) -> OutOfTermAnswer:
    """Record what the regional office decided.

    Raises OutOfTermRefused: see out_of_term.against_answer.
    """
    hold(request.action)
    against = against_answer(
        request,
        answered_on=answered_on,
        answered=OutOfTermAnswer.objects.filter(request=request).exists(),
        today=timezone.localdate(at),
    )
    if against:
        raise OutOfTermRefused(against.message, code=against.code)
    made = OutOfTermAnswer.objects.create(
        request=request,
        accepted=accepted,
        answered_on=answered_on,
        **as_fields(evidence, filename),
        by=by,
        at=at,
    )
    _record("out_of_term_answered", request, by=by, at=at, answer=str(made))
    return made


def _record(
    deed: str, request: OutOfTermRequest, *, by: User, at: datetime, **data: object
) -> None:
    audit.record(
        f"liquidation.{deed}",
        at=at,
        by=by,
        training_body=request.action.course.training_body,
        target=request.action,
        request=str(request.public_id),
        **data,
    )
