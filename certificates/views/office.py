"""What SENCE's regional office sees: the annulments requested in its regions."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certificates.annulment_forms import DecisionForm, refuse
from certificates.annulment_rules import time_left
from certificates.inbox import ACTION, narrow, requests_for
from certificates.models import AnnulmentRequest
from certificates.services import annulment as services
from certificates.services.annulment import AnnulmentRefused
from certificates.snapshot import read
from courses.terms import Window
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator

CONFIRMED, CORRECTED = "confirmar", "corregir"  # the buttons of the confirmation
WRONG: Final = 422
ROWS: Final = 25
COLUMNS: Final = [
    Column(
        "Certificado", "certificado", ("certificate__year", "certificate__sequence")
    ),
    Column("OTEC", "otec", ("certificate__training_body__name",)),
    Column("Acción", "accion", (f"{ACTION}__action_code",)),
    Column("Región"),
    Column("Enviada", "enviada", ("at",)),
    Column("Plazo", "plazo", ("due_on",)),
    Column("Estado", "estado", ("decided", "decision__approved")),
]


class InboxSearch(forms.Form):
    """Narrows the inbox; what can't be understood narrows nothing."""

    q = forms.CharField(label="Buscar solicitud", required=False, max_length=100)

    @property
    def words(self) -> str:
        return self.cleaned_data["q"].strip() if self.is_valid() else ""


@dataclass(frozen=True)
class Row:
    """A request, and how much of its term is left."""

    asked: Any
    time_left: str
    overdue: bool


@never_cache
@require_GET
@operator(Permission.DECIDE_ANNULMENTS)
def inbox(request: OperatorRequest) -> HttpResponse:
    """What was requested: the open ones first, by due date."""
    search = InboxSearch(request.GET)
    found = narrow(requests_for(request.membership), search.words)
    listed: Listing[Any] = Listing(
        found.defer("certificate__snapshot"),
        asked=request.GET,
        columns=COLUMNS,
        size=ROWS,
    )
    today = timezone.localdate()
    context = {
        "list": listed,
        "rows": [_row(one, today) for one in listed.page],
        "search": search,
    }
    return render(request, "certificates/office/inbox.html", context)


def _row(asked: Any, today: date) -> Row:
    left = time_left(asked.due_on, today=today)
    return Row(asked, left, overdue=today > asked.due_on)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.DECIDE_ANNULMENTS)
def request_page(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request with what it is about; its answer, confirmed before it counts."""
    now = timezone.now()
    one = get_object_or_404(requests_for(request.membership), public_id=public_id)
    sent = request.POST if request.method == "POST" else None
    form = DecisionForm(
        sent,
        requested_on=timezone.localdate(one.at),
        today=timezone.localdate(now),
        terms=one.certificate.certification.action.terms(),
    )
    if sent is not None and form.is_valid() and CORRECTED not in sent:
        if CONFIRMED not in sent:
            return _page(request, one, form, "certificates/office/confirm.html")
        if _decided(request, one, form, now):
            messages.success(request, "La respuesta quedó registrada.")
            return redirect("certificates:office_request", public_id)
    return _page(request, one, form, "certificates/office/request.html")


def _decided(
    request: OperatorRequest, one: AnnulmentRequest, form: DecisionForm, now: datetime
) -> bool:
    try:
        services.decide(one, answer=form.answer, by=request.user, at=now)
    except AnnulmentRefused as refused:
        refuse(form, refused)
        return False
    return True


def _paper(one: AnnulmentRequest) -> str:
    """Return where the document of a recorded answer is opened; "" without one."""
    if not (hasattr(one, "decision") and one.decision.recorded):
        return ""
    return reverse("certificates:office_answer", args=[one.decision.evidence.public_id])


def _page(
    request: OperatorRequest, one: AnnulmentRequest, form: DecisionForm, template: str
) -> HttpResponse:
    today = timezone.localdate()
    action = one.certificate.certification.action
    terms = action.terms()
    context = {
        "asked": one,
        "action": action,
        "certified": read(one.certificate.snapshot),
        "region": action.get_region_display(),
        "last_date": terms.last_date,
        "over": terms.window(today) == Window.OVER,
        "over_since": f"{terms.last_date:%d-%m-%Y}",
        "form": form,
        "time_left": time_left(one.due_on, today=today),
        "overdue": today > one.due_on,
        "decided": hasattr(one, "decision"),
        "answer_url": _paper(one),
    }
    return render(request, template, context, status=WRONG if form.errors else 200)
