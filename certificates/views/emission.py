"""The flow of an emission: the certificate's page, the data, the summary, the PDF."""

import uuid
from dataclasses import asdict
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from attendance.after_liquidation import detail_is_closed
from attendance.standing import Rules, with_standing
from certificates.dossier import Dossier, certification_of, dossier_of
from certificates.facts import digest_of, facts_of
from certificates.forms import OrderForm, order_of
from certificates.models import Certificate, CertificateFile, CertificateState
from certificates.rules import (
    Order,
    against,
    against_order,
    cautions,
    needs_justification,
)
from certificates.selectors import proposed_reference
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from certificates.states import WORDS
from certificates.ways import advise
from courses.models import Enrolment, TrainingAction
from courses.selectors import actions_for
from otec_portal.core import audit, downloads
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

PARTICIPANTS: Final = [
    Column("Rut Participante", "rut", ("participant__run",)),
    Column(
        "Nombre Participante",
        "nombre",
        ("participant__last_names", "participant__first_names"),
    ),
    Column("Porcentaje Asistencia", "porcentaje", ("per_cent",)),
]
ROWS: Final = 10  # as on the source's screens


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def certificate(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the certificate of an action stands, its participants, its history."""
    today = timezone.localdate()
    action = _action(request, public_id)
    state = CertificateState(certification_of(action).state)
    dossier = dossier_of(action)
    emittable = state in {CertificateState.PENDING, CertificateState.REISSUE_APPROVED}
    hindrances = against(facts_of(action, today=today)) if emittable else []
    return render(
        request,
        "certificates/certificate.html",
        {
            "action": action,
            "state": WORDS[state],
            "dossier": dossier,
            "hindrances": advise(hindrances, action=action, acting=request.membership),
            "may_generate": emittable
            and not hindrances
            and allowed(request.membership, Permission.EMIT_CERTIFICATES),
            "may_export": allowed(request.membership, Permission.EXPORT_PERSONAL_DATA),
            **_annulment(dossier, state, request.membership),
            **_participants(request, action),
        },
    )


def _annulment(
    dossier: Dossier, state: CertificateState, acting: Membership
) -> dict[str, str]:
    """Return where an annulment is requested, followed and answered; "" where not."""
    may = allowed(acting, Permission.EMIT_CERTIFICATES)
    latest, asked = dossier.latest, dossier.request
    ways = {"annul_url": "", "annulment_url": "", "answer_url": ""}
    if latest and may and state == CertificateState.ISSUED:
        ways["annul_url"] = reverse("certificates:annul", args=[latest.public_id])
    if asked:
        ways["annulment_url"] = reverse(
            "certificates:annulment", args=[asked.public_id]
        )
    if asked and may and state == CertificateState.ANNULMENT_REQUESTED:
        ways["answer_url"] = reverse(
            "certificates:record_decision", args=[asked.public_id]
        )
    return ways


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def prepare(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Generar Certificado": check the data, type the invoice or order number."""
    today = timezone.localdate()
    action = _action(request, public_id)
    facts = facts_of(action, today=today)
    hindrances = against(facts)
    form = OrderForm(
        request.POST or None,
        action=action,
        justify=needs_justification(facts),
        initial=asdict(_kept(request, action) or _proposed(action)),
    )
    if request.method == "POST" and form.is_valid() and not hindrances:
        order = form.order
        typed = facts_of(action, today=today, real_ends_on=order.real_ends_on)
        for name, notice in against_order(typed, order).items():
            form.add_error(name, notice.message)
        for notice in against(typed):
            form.add_error("real_ends_on", notice.message)
        if form.is_valid():
            _keep(request, action, order)
            return redirect("certificates:summary", public_id)
    return render(
        request,
        "certificates/prepare.html",
        {
            "action": action,
            "form": form,
            "hindrances": advise(hindrances, action=action, acting=request.membership),
            **_participants(request, action),
        },
        status=422 if form.is_bound else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def summary(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Acepta el certificado de asistencia que se emitirá": look, then do it."""
    action = _action(request, public_id)
    order = _kept(request, action)
    if order is None:
        return redirect("certificates:prepare", public_id)
    refused: list[str] = []
    if request.method == "POST":
        try:
            made = emit(
                action,
                order=order,
                seen=request.POST.get("seen", ""),
                by=request.user,
                at=timezone.now(),
            )
        except SummaryChanged as changed:
            messages.warning(request, changed.message)
            return redirect("certificates:summary", public_id)
        except EmissionRefused as refusal:
            notices = [*refusal.notices, *refusal.fields.values()]
            refused = [notice.message for notice in notices]
        else:
            del request.session[_key(action)]
            return redirect("certificates:issued", made.public_id)
    today = timezone.localdate()
    facts = facts_of(action, today=today, real_ends_on=order.real_ends_on)
    return render(
        request,
        "certificates/summary.html",
        {
            "action": action,
            "order": order,
            "people": facts.people,
            "seen": digest_of(facts),
            "refused": refused,
            "hindrances": advise(
                against(facts), action=action, acting=request.membership
            ),
            "cautions": advise(
                cautions(facts), action=action, acting=request.membership
            ),
            "emitter": request.user,
        },
        status=409 if refused else 200,
    )


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def issued(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One certificate: while the worker makes its PDF, then where to get it."""
    one = _certificate(request, public_id)
    made = CertificateFile.objects.filter(certificate=one).defer("content").first()
    context = {
        "certificate": one,
        "action": one.certification.action,
        "file": made,
        "may_export": allowed(request.membership, Permission.EXPORT_PERSONAL_DATA),
    }
    name = "parts/file" if request.headers.get("HX-Request") == "true" else "issued"
    return render(request, f"certificates/{name}.html", context)


@never_cache
@require_GET
@operator(Permission.EXPORT_PERSONAL_DATA)
def download(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The PDF; who took it is written down."""
    one = _certificate(request, public_id)
    made = get_object_or_404(CertificateFile, certificate=one)
    audit.record(
        "certificates.downloaded",
        at=timezone.now(),
        by=request.user,
        training_body=one.training_body,
        target=one.certification.action,
        number=one.number,
        sha256=made.sha256,
    )
    return downloads.download(
        bytes(made.content), filename=one.filename, content_type="application/pdf"
    )


def _action(request: OperatorRequest, public_id: uuid.UUID) -> TrainingAction:
    mine = actions_for(request.membership)
    return get_object_or_404(mine, public_id=public_id)


def _certificate(request: OperatorRequest, public_id: uuid.UUID) -> Certificate:
    mine = Certificate.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("training_body", "certification__action__course"),
        public_id=public_id,
    )


def _participants(request: HttpRequest, action: TrainingAction) -> dict[str, Any]:
    """Those who are certified; after liquidation nobody is listed (question 132)."""
    everybody = Enrolment.objects.filter(action=action, exempt=False)
    if detail_is_closed(action):
        everybody = everybody.none()
    shown: Listing[Enrolment] = Listing(
        with_standing(everybody.select_related("participant")),
        asked=request.GET,
        columns=PARTICIPANTS,
        sort="nombre",
        size=ROWS,
    )
    return {
        "list": shown,
        "rules": Rules.of(action),
        "detail_is_closed": detail_is_closed(action),
    }


def _key(action: TrainingAction) -> str:
    return f"certificate_order_{action.pk}"


def _keep(request: OperatorRequest, action: TrainingAction, order: Order) -> None:
    """Keep what was typed until it is accepted: a way back loses nothing."""
    told = asdict(order)
    request.session[_key(action)] = {
        name: str(value) if value else "" for name, value in told.items()
    }


def _kept(request: OperatorRequest, action: TrainingAction) -> Order | None:
    told = request.session.get(_key(action))
    return order_of(told) if told else None


def _proposed(action: TrainingAction) -> Order:
    return Order(
        billing_reference=proposed_reference(action) or action.billing_reference,
        real_starts_on=action.real_starts_on,
        real_ends_on=action.real_ends_on,
    )
