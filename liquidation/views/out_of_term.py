"""Issuing out of term: what was asked of SENCE for an action, and the answers."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import TrainingAction
from courses.views.base import action_of
from liquidation.declarations import last_day_of
from liquidation.models import OutOfTermAnswer, OutOfTermRequest
from liquidation.out_of_term import against_asking
from liquidation.out_of_term_forms import AnswerForm, RequestForm
from liquidation.selectors import pending_request, requests_of
from liquidation.services.out_of_term import record_answer, record_request
from otec_portal.core import audit
from otec_portal.core.downloads import kept_document
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)
from otec_portal.core.regions import REGIONS

BESIDE: Final = {
    "in_term": "requested_on",
    "future": "requested_on",
}
BESIDE_ANSWER: Final = {"future": "answered_on", "before_request": "answered_on"}


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def out_of_term(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was asked for, what SENCE answered, and where to write."""
    action = action_of(request, public_id)
    asked = list(requests_of(action))
    pending = next((one for one in asked if not hasattr(one, "answer")), None)
    context = {
        **_facts(action),
        "asked": asked,
        "pending": pending,
        "why_not": against_asking(action, pending=pending, today=timezone.localdate()),
        "may_track": allowed(request.membership, Permission.TRACK_DECLARATIONS),
    }
    return render(request, "liquidation/out_of_term.html", context)


def _facts(action: TrainingAction) -> dict[str, object]:
    """The mailbox is the one for rectifications: another than liquidation's."""
    region = REGIONS[action.region]
    return {
        "action": action,
        "region": region.name,
        "mailbox": region.rectification,
        "last_day": last_day_of(action),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def request_out_of_term(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record that SENCE was asked."""
    action = action_of(request, public_id)
    now = timezone.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RequestForm(*sent)
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            record_request(
                action,
                requested_on=given["requested_on"],
                reason=given["reason"],
                evidence=given["evidence"].document,
                filename=given["evidence"].name,
                by=request.user,
                at=now,
            )
        except DomainError as refused:
            refuse(form, refused, BESIDE.get(refused.code))
        else:
            messages.success(request, "La solicitud quedó registrada.")
            return redirect("liquidation:out_of_term", public_id)
    against = against_asking(
        action, pending=pending_request(action), today=timezone.localdate(now)
    )
    context = {**_facts(action), "form": form, "why_not": against}
    return render(request, "liquidation/request_out_of_term.html", context)


def _asked(request: OperatorRequest, public_id: uuid.UUID) -> OutOfTermRequest:
    mine = OutOfTermRequest.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("action__course__training_body", "answer").defer(
            "content", "answer__content"
        ),
        public_id=public_id,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def answer_out_of_term(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record what the regional office decided."""
    asked = _asked(request, public_id)
    if request.method == "GET" and hasattr(asked, "answer"):
        messages.info(request, "Esta solicitud ya tiene su respuesta.")
        return redirect("liquidation:out_of_term", asked.action.public_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AnswerForm(*sent)
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            record_answer(
                asked,
                accepted=form.accepted,
                answered_on=given["answered_on"],
                evidence=given["evidence"].document,
                filename=given["evidence"].name,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refused:
            refuse(form, refused, BESIDE_ANSWER.get(refused.code))
        else:
            messages.success(request, "La respuesta quedó registrada.")
            return redirect("liquidation:out_of_term", asked.action.public_id)
    context = {**_facts(asked.action), "asked": asked, "form": form}
    return render(request, "liquidation/answer_out_of_term.html", context)


@never_cache
@require_GET
@operator(Permission.TRACK_DECLARATIONS)
def out_of_term_document(
    request: OperatorRequest, public_id: uuid.UUID, *, of_answer: bool
) -> HttpResponse:
    """The document behind a request or its answer; who opened it is written down."""
    asked = _asked(request, public_id)
    kept: OutOfTermRequest | OutOfTermAnswer = asked
    if of_answer:
        if not hasattr(asked, "answer"):
            raise Http404
        kept = asked.answer
    audit.record(
        "liquidation.out_of_term_document_opened",
        at=timezone.now(),
        by=request.user,
        training_body=asked.action.course.training_body,
        target=asked.action,
        sha256=kept.sha256,
    )
    return kept_document(kept)
