"""Adjustments of one participant's attendance, and the documents behind them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from attendance.book_forms import AdjustmentForm
from attendance.models import AdjustmentEvidence
from attendance.services import adjustments as services
from attendance.standing import Rules, with_standing
from attendance.views.closed import closed_page
from courses.models import Enrolment
from courses.views.base import enrolment_of
from otec_portal.core import audit
from otec_portal.core.downloads import kept_document
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import OperatorRequest, Permission, operator


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.ADJUST_ATTENDANCE)
def adjust(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add time to a participant's attendance or take it away, with its evidence."""
    now = timezone.now()
    enrolment = enrolment_of(request, public_id)
    if closed := closed_page(request, enrolment.action):
        return closed
    sent = request.method == "POST"
    form = AdjustmentForm(request.POST, request.FILES) if sent else AdjustmentForm()
    if sent and form.is_valid():
        try:
            services.adjust(
                enrolment,
                seconds=form.seconds,
                reason=form.cleaned_data["reason"],
                evidence=form.cleaned_data["evidence"].document,
                filename=form.cleaned_data["evidence"].name,
                by=request.user,
                now=now,
                unusual_accepted=form.cleaned_data["unusual"],
            )
        except DomainError as refused:
            refuse(form, refused, "unusual" if refused.code == "unusual" else None)
        else:
            messages.success(request, "El ajuste quedó registrado con su respaldo.")
            return redirect("attendance:detail", public_id)
    return _page(request, enrolment, form)


def _page(
    request: OperatorRequest, enrolment: Enrolment, form: AdjustmentForm
) -> HttpResponse:
    action = enrolment.action
    rules = Rules.of(action)
    no_effect = "" if rules.adjustable else services.NO_EFFECT
    closed = action.closed_because
    return render(
        request,
        "attendance/adjust.html",
        {
            "action": action,
            "enrolment": enrolment,
            "standing": with_standing(Enrolment.objects.filter(pk=enrolment.pk)).get(),
            "rules": rules,
            "form": form,
            "why_not": closed or no_effect,
        },
    )


@never_cache
@require_GET
@operator(Permission.ADJUST_ATTENDANCE)
def evidence(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document behind an adjustment; who opened it is written down."""
    mine = AdjustmentEvidence.objects.visible_to(request.membership)
    one = get_object_or_404(
        mine.select_related("adjustment__enrolment__action__course__training_body"),
        public_id=public_id,
    )
    enrolment = one.adjustment.enrolment
    action = enrolment.action
    if closed := closed_page(request, action, download=True):
        return closed
    audit.record(
        "attendance.evidence_opened",
        at=timezone.now(),
        by=request.user,
        training_body=action.course.training_body,
        target=enrolment,
        sha256=one.sha256,
    )
    return kept_document(one)
