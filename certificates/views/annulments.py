"""Annulments as the training body sees them: requested, followed, answered on paper."""

import uuid
from datetime import date, datetime
from typing import Final

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certificates.annulment_forms import EVIDENCE, PetitionForm, RecordForm, refuse
from certificates.annulment_mail import reaches_the_office
from certificates.annulment_rules import (
    Situation,
    against_request,
    time_left,
    too_late_to_reissue,
)
from certificates.inbox import requests_of
from certificates.models import AnnulmentRequest, Certificate, CertificateFile
from certificates.selectors import situation_of
from certificates.services import annulment as services
from certificates.services.annulment import AnnulmentRefused
from certificates.snapshot import read
from courses.terms import ANSWER, LAST, Window
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

CONFIRMED, CORRECTED = "confirmar", "corregir"  # the buttons of the confirmation
WRONG: Final = 422


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def annul(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for the annulment of a certificate; what it may cost is said before."""
    now = timezone.now()
    one = _certificate(request, public_id)
    situation = _situation(one, today=timezone.localdate(now))
    if request.method != "POST":
        return _form_page(request, one, situation, PetitionForm(situation=situation))
    form = PetitionForm(request.POST, request.FILES, situation=situation)
    if form.is_valid() and (made := _sent(request, one, form, now)):
        _tell_where_it_went(request, made)
        return redirect("certificates:annulment", made.public_id)
    situation = _situation(one, today=timezone.localdate(now))
    return _form_page(request, one, situation, form, status=WRONG)


def _tell_where_it_went(request: OperatorRequest, made: AnnulmentRequest) -> None:
    action = made.certificate.certification.action
    if reaches_the_office(action, released_by=made.by):
        messages.success(
            request,
            "La solicitud fue enviada. La Dirección Regional tiene hasta el "
            f"{made.due_on:%d-%m-%Y} para responder.",
        )
    else:
        messages.warning(
            request,
            "La solicitud quedó registrada, y ninguna cuenta de la Dirección Regional "
            "la recibió: envíala tú.",
        )


def _certificate(request: OperatorRequest, public_id: uuid.UUID) -> Certificate:
    mine = Certificate.objects.visible_to(request.membership).select_related(
        "training_body", "certification__action__course__training_body"
    )
    return get_object_or_404(mine, public_id=public_id)


def _situation(one: Certificate, *, today: date) -> Situation:
    return situation_of(one, action=one.certification.action, today=today)


def _sent(
    request: OperatorRequest, one: Certificate, form: PetitionForm, now: datetime
) -> AnnulmentRequest | None:
    chosen = form.cleaned_data["evidence"]
    try:
        return services.request_annulment(
            one,
            petition=form.petition,
            evidence=chosen.document,
            filename=chosen.name,
            by=request.user,
            at=now,
        )
    except AnnulmentRefused as refused:
        refuse(form, refused)
        return None


def _form_page(
    request: OperatorRequest,
    one: Certificate,
    situation: Situation,
    form: PetitionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "certificate": one,
        "certified": read(one.snapshot),
        "action": one.certification.action,
        "form": form,
        "why_not": against_request(situation),
        "caution": too_late_to_reissue(situation),
        "download_url": _download_url(request, one),
        "due_on": situation.due_on,
        "answer_days": ANSWER,
        "reached": reaches_the_office(
            one.certification.action, released_by=request.user
        ),
    }
    return render(request, "certificates/annulment/ask.html", context, status=status)


def _download_url(request: OperatorRequest, one: Certificate) -> str:
    """Return where the PDF of `one` is had; "" while it is made, and for who may not.

    Who asks to annul a certificate looks at it first (seeds/004).
    """
    if not allowed(request.membership, Permission.EXPORT_PERSONAL_DATA):
        return ""
    if not CertificateFile.objects.filter(certificate=one).exists():
        return ""
    return reverse("certificates:download", args=[one.public_id])


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def annulment(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request, where it stands, and its answer."""
    today = timezone.localdate()
    one = get_object_or_404(requests_of(request.membership), public_id=public_id)
    situation = _situation(one.certificate, today=today)
    context = {
        "asked": one,
        "certified": read(one.certificate.snapshot),
        "action": one.certificate.certification.action,
        "state": situation.state,
        "replaced_by": situation.replaced_by,
        "terms": situation.terms,
        "window": situation.terms.window(today),
        "over_words": f"El último día era el {LAST} después del término del curso.",
        "reached": reaches_the_office(
            one.certificate.certification.action, released_by=one.by
        ),
        "time_left": time_left(one.due_on, today=today),
        "overdue": today > one.due_on,
        "download_url": _download_url(request, one.certificate),
        **_documents(request, one),
    }
    return render(request, "certificates/annulment/annulment.html", context)


def _documents(request: OperatorRequest, one: AnnulmentRequest) -> dict[str, object]:
    """Return where the documents are opened: "" for who only looks."""
    may = allowed(request.membership, Permission.EMIT_CERTIFICATES)
    ways = {"evidence_url": "", "answer_url": ""}
    if may:
        ways["evidence_url"] = reverse(
            "certificates:evidence", args=[one.evidence.public_id]
        )
    if may and hasattr(one, "decision") and one.decision.recorded:
        ways["answer_url"] = reverse(
            "certificates:decision_evidence", args=[one.decision.evidence.public_id]
        )
    return {**ways, "may_act": may}


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def record_decision(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record what the office answered on paper, confirmed with that paper."""
    now = timezone.now()
    one = get_object_or_404(requests_of(request.membership), public_id=public_id)
    form = _record_form(request, one, today=timezone.localdate(now))
    if not form.is_bound:
        return _record_page(request, one, form)
    if form.is_valid() and CORRECTED not in request.POST:
        if CONFIRMED not in request.POST:
            asking = _record_form(None, one, today=timezone.localdate(now))
            return _confirm_page(request, one, form, asking[EVIDENCE])
        if _recorded(request, one, form, now):
            messages.success(request, "La respuesta quedó registrada con su documento.")
            return redirect("certificates:annulment", public_id)
    if form.lacks_only_its_paper:
        return _confirm_page(request, one, form, form[EVIDENCE])
    form.begin_again()
    return _record_page(request, one, form)


def _record_form(
    request: OperatorRequest | None, one: AnnulmentRequest, *, today: date
) -> RecordForm:
    """Return the form as `request` fills it; without one, as it asks for the paper."""
    posted = request is not None and request.method == "POST"
    sent = (request.POST, request.FILES) if request and posted else ()
    return RecordForm(
        *sent,
        confirming=request is None or CONFIRMED in request.POST,
        requested_on=timezone.localdate(one.at),
        today=today,
        terms=one.certificate.certification.action.terms(),
    )


def _record_page(
    request: OperatorRequest, one: AnnulmentRequest, form: RecordForm
) -> HttpResponse:
    action = one.certificate.certification.action
    context = {
        "asked": one,
        "action": action,
        "form": form,
        "decided": hasattr(one, "decision"),
        "reached": reaches_the_office(action, released_by=request.user),
    }
    status = WRONG if form.errors else 200
    return render(request, "certificates/annulment/record.html", context, status=status)


def _confirm_page(
    request: OperatorRequest, one: AnnulmentRequest, form: RecordForm, paper: BoundField
) -> HttpResponse:
    """Show what is about to be recorded, for good, and ask for its document."""
    action = one.certificate.certification.action
    terms = action.terms()
    context = {
        "asked": one,
        "action": action,
        "form": form,
        "answer": form.answer,
        "paper": paper,
        "reached": reaches_the_office(action, released_by=request.user),
        "over": terms.window(form.today) == Window.OVER,
        "over_since": f"{terms.last_date:%d-%m-%Y}",
    }
    page = "certificates/annulment/confirm.html"
    return render(request, page, context, status=WRONG if form.errors else 200)


def _recorded(
    request: OperatorRequest, one: AnnulmentRequest, form: RecordForm, now: datetime
) -> bool:
    chosen = form.cleaned_data["evidence"]
    try:
        services.decide(
            one,
            answer=form.answer,
            evidence=chosen.document,
            filename=chosen.name,
            by=request.user,
            at=now,
        )
    except AnnulmentRefused as refused:
        refuse(form, refused)
        return False
    return True
