"""Recording what SENCE's system says: of one declaration, or from its list."""

import uuid
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.views.closed import closed_page
from courses.models import Enrolment, TrainingAction
from courses.views.base import action_of, enrolment_of
from liquidation.declarations import NONE_HERE, has_declarations
from liquidation.forms import ListForm, RecordForm
from liquidation.models import DeclarationReport, DeclarationState
from liquidation.plan import Outcome, Plan, make_plan
from liquidation.services.declarations import find, record
from liquidation.services.lists import ListRefused, import_list
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import OperatorRequest, Permission, operator

BESIDE: Final = {
    "other_number": "number",
    "number_taken": "number",
    "known_pdf": "pdf",
    "reason_missing": "reason",
}
APPLY: Final = "aplicar"
BADGES: Final = {
    Outcome.CHANGES: ("info", "refresh", "Cambia"),
    Outcome.EQUAL: ("neutral", "check", "Igual"),
    Outcome.BLOCKED: ("warning", "alert", "No se cambia"),
    Outcome.WRONG: ("danger", "alert", "Con error"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def record_otec(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record the state of the OTEC's own declaration."""
    return _record(request, action_of(request, public_id), None)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def record_participant(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record the state of a participant's declaration."""
    enrolment = enrolment_of(request, public_id)
    return _record(request, enrolment.action, enrolment)


def _record(
    request: OperatorRequest, action: TrainingAction, enrolment: Enrolment | None
) -> HttpResponse:
    if not has_declarations(action.course):
        context = {"action": action, "why": NONE_HERE}
        return render(request, "liquidation/none_here.html", context)
    if closed := closed_page(request, action):
        return closed
    now = timezone.now()
    declaration = find(action, enrolment)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordForm(
        *sent, state=declaration.state, action=action, today=timezone.localdate(now)
    )
    if sent and form.is_valid() and _done(request, action, enrolment, form, now):
        return redirect("liquidation:declarations", action.public_id)
    reports = DeclarationReport.objects.filter(declaration=declaration.pk)
    context = {
        "action": action,
        "enrolment": enrolment,
        "declaration": declaration,
        "state": DeclarationState(declaration.state),
        "form": form,
        "reports": reports.select_related("by", "document")
        .defer("document__content")
        .order_by("-at", "-pk"),
    }
    return render(request, "liquidation/record.html", context)


def _done(
    request: OperatorRequest,
    action: TrainingAction,
    enrolment: Enrolment | None,
    form: RecordForm,
    now: datetime,
) -> bool:
    try:
        new = record(action, enrolment, form.learned, by=request.user, at=now)
    except DomainError as refused:
        refuse(form, refused, BESIDE.get(refused.code))
        return False
    if new:
        messages.success(request, "La declaración quedó registrada.")
    else:
        messages.info(request, "Ya estaba registrada así: no cambió nada.")
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def import_gca_list(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a list of SENCE's system: first shown with what it changes, then done."""
    action = action_of(request, public_id)
    if not has_declarations(action.course):
        context = {"action": action, "why": NONE_HERE}
        return render(request, "liquidation/none_here.html", context)
    if closed := closed_page(request, action):
        return closed
    if request.method != "POST":
        return _list_page(request, action, ListForm())
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, action, form, status=422)
    if APPLY in request.POST and _applied(request, action, form):
        return redirect("liquidation:declarations", public_id)
    return _preview(request, action, form, make_plan(action, form.rows))


def _list_page(
    request: OperatorRequest, action: TrainingAction, form: ListForm, status: int = 200
) -> HttpResponse:
    context = {"action": action, "form": form}
    return render(request, "liquidation/import_list.html", context, status=status)


def _applied(request: OperatorRequest, action: TrainingAction, form: ListForm) -> bool:
    given = form.cleaned_data
    try:
        changed = import_list(
            action,
            given["text"],
            digest=given["digest"],
            by=request.user,
            at=timezone.now(),
        )
    except ListRefused as refused:
        messages.warning(request, refused.message)
        return False
    if changed:
        noun = "declaración" if changed == 1 else "declaraciones"
        messages.success(request, f"La lista cambió {changed} {noun}.")
    else:
        messages.info(request, "La lista no cambió nada.")
    return True


def _preview(
    request: OperatorRequest, action: TrainingAction, form: ListForm, plan: Plan
) -> HttpResponse:
    rows: list[Any] = [(one, *BADGES[one.outcome]) for one in plan.rows]
    context = {
        "action": action,
        "text": form.cleaned_data["text"],
        "plan": plan,
        "counts": {one.value: plan.counts[one] for one in Outcome},
        "rows": rows,
    }
    return render(request, "liquidation/preview_list.html", context)
