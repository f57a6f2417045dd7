"""The flow of an emission: the certificate's page, the data, the summary, the PDF."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
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
from certificates.contents import digest_of
from certificates.dossier import Dossier, certification_of, dossier_of
from certificates.facts import facts_of
from certificates.forms import OrderForm, order_of
from certificates.models import Certificate, CertificateFile, CertificateState
from certificates.rules import (
    Facts,
    Notice,
    Order,
    against,
    against_order,
    cautions,
    needs_justification,
    suggested,
)
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from certificates.states import WORDS, mark_of
from certificates.verification import Standing, standing_of
from certificates.ways import advise
from courses.models import Enrolment, TrainingAction
from courses.selectors import actions_for
from otec_portal.core import audit, downloads
from otec_portal.core.health import is_alive
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership, PulseOf
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
        ("participant__listed_folded",),
    ),
    Column("Porcentaje Asistencia", "porcentaje", ("per_cent",)),
]
SLOW: Final = timedelta(minutes=1)  # a PDF that is not there by then is late
ROWS: Final = 10  # as on the source's screens


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def certificate(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the certificate of an action stands, its participants, its history."""
    today = timezone.localdate()
    action = _action(request, public_id)
    state = CertificateState(certification_of(action).state)
    dossier = dossier_of(action, state=state)
    emittable = state in {CertificateState.PENDING, CertificateState.REISSUE_APPROVED}
    facts = facts_of(action, today=today)
    hindrances = against(facts) if emittable else []
    return render(
        request,
        "certificates/certificate.html",
        {
            "action": action,
            "state": WORDS[state],
            "dossier": dossier,
            "hindrances": advise(hindrances, action=action, acting=request.membership),
            "levels": facts.levels,
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
        initial=asdict(_kept(request, facts) or suggested(facts)),
    )
    if request.method == "POST" and form.is_valid() and not hindrances:
        order = form.order
        typed = facts_of(action, today=today, real_ends_on=order.real_ends_on)
        _tell(form, against(typed), against_order(typed, order))
        if form.is_valid():
            _keep(request, typed, order)
            return redirect("certificates:summary", public_id)
    return render(
        request,
        "certificates/prepare.html",
        {
            "action": action,
            "form": form,
            "hindrances": advise(hindrances, action=action, acting=request.membership),
            "levels": facts.levels,
            **_participants(request, action),
        },
        status=422 if form.is_bound else 200,
    )


def _tell(form: OrderForm, notices: list[Notice], beside: dict[str, Notice]) -> None:
    """Show what the typed order meets; above all fields what none of them stands for.

    Of a partial action the date decides; on another one something may have begun since
    the page looked.
    """
    for name, notice in beside.items():
        form.add_error(name if name in form.fields else None, notice.message)
    field = "real_ends_on" if "real_ends_on" in form.fields else None
    for notice in notices:
        form.add_error(field, notice.message)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def summary(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Acepta el certificado de asistencia que se emitirá": look, then do it."""
    action = _action(request, public_id)
    facts = facts_of(action, today=timezone.localdate())
    order = _kept(request, facts)
    if order is None:
        return redirect("certificates:prepare", public_id)
    if request.method != "POST":
        return _summary_page(request, action, order)
    try:
        made = _emitted(request, action, order)
    except SummaryChanged as changed:
        messages.warning(request, changed.message)
        return redirect("certificates:summary", public_id)
    except EmissionRefused as refusal:
        refused = [notice.message for notice in refusal.everything]
        return _summary_page(request, action, order, refused=refused)
    return redirect("certificates:issued", made.public_id)


def _emitted(
    request: OperatorRequest, action: TrainingAction, order: Order
) -> Certificate:
    """Emit what was accepted; what was typed for it is kept no longer."""
    made = emit(
        action,
        order=order,
        seen=request.POST.get("seen", ""),
        by=request.user,
        at=timezone.now(),
    )
    del request.session[_key(action)]
    return made


def _summary_page(
    request: OperatorRequest,
    action: TrainingAction,
    order: Order,
    *,
    refused: Sequence[str] = (),
) -> HttpResponse:
    today, acting = timezone.localdate(), request.membership
    facts = facts_of(action, today=today, real_ends_on=order.real_ends_on)
    context = {
        "action": action,
        "order": order,
        "people": facts.people,
        "rules": Rules.of(action),
        "levels": facts.levels,
        "seen": digest_of(facts, order),
        "refused": refused,
        "hindrances": advise(against(facts), action=action, acting=acting),
        "cautions": advise(cautions(facts, order), action=action, acting=acting),
        "emitter": request.user,
    }
    status = 409 if refused else 200
    return render(request, "certificates/summary.html", context, status=status)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def issued(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One certificate: while the worker makes its PDF, then where to get it."""
    one = _certificate(request, public_id)
    made = CertificateFile.objects.filter(certificate=one).defer("content").first()
    state = CertificateState(one.certification.state)
    later = getattr(one, "replaced_by", None)
    context = {
        "mark": mark_of(state, replaced_by=later.number if later else ""),
        "later": later,
        "valid": standing_of(state, replaced=bool(later)) == Standing.IN_FORCE,
        "certificate": one,
        "action": one.certification.action,
        "file": made,
        "slow": timezone.now() - one.issued_at > SLOW,
        "worker_away": made is None
        and not is_alive(PulseOf.WORKER, now=timezone.now()),
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
        mine.select_related(
            "training_body", "certification__action__course", "replaced_by"
        ).defer("replaced_by__snapshot"),
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


def _keep(request: OperatorRequest, facts: Facts, order: Order) -> None:
    """Keep what was typed until it is accepted: a way back loses nothing."""
    told = asdict(order) | {"of": _emission(facts)}
    request.session[_key(facts.action)] = {
        name: str(value) if value else "" for name, value in told.items()
    }


def _kept(request: OperatorRequest, facts: Facts) -> Order | None:
    """Return what was typed for this very emission, not for one before it."""
    told = request.session.get(_key(facts.action))
    return order_of(told) if told and told.get("of") == _emission(facts) else None


def _emission(facts: Facts) -> str:
    """Return what tells one emission of an action from the next: what it replaces."""
    return f"{facts.state}:{facts.annulled.number if facts.annulled else ''}"
