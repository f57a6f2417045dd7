"""The operator's pages: sessions with their evidence, what to review, alerts."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance import evidence, exchange, selectors
from attendance.after_liquidation import detail_is_closed
from attendance.forms import ReviewForm, SessionFilter
from attendance.models import LIVE, OperatorAlert, Receipt, SenceSession
from attendance.sence.probe import probe_sence
from attendance.sence_report import sence_report
from attendance.services import alerts as alert_services
from attendance.services import reviews
from attendance.views.closed import closed_page
from courses.services import ActionClosed
from otec_portal.core import audit
from otec_portal.core.downloads import download
from otec_portal.core.listing import Bound, Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)
from otec_portal.core.rate_limit import over_limit, too_many

ROWS = 25
MOST: Final = 10_000  # sessions of one list: more are told of, and not counted
SESSIONS: Final = [
    Column(
        "Participante",
        "participante",
        ("enrolment__participant__listed_folded",),
        costly=True,
    ),
    Column("RUN", "run", ("run",), costly=True),
    Column("Acción", "accion", ("action_code",), costly=True),
    Column("Solicitada", "solicitada", ("started_at",)),
    Column("Estado", "estado", ("state_order",), costly=True),
    Column("Le queda", "queda", ("leaves_at",), costly=True),
    Column("Nivel"),
    Column("Advertencias"),
]
PROBES_OF_USER = 4  # in a minute
PROBES_OF_BODY = 10


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def sessions(request: OperatorRequest) -> HttpResponse:
    """The sessions of the training body, newest first, narrowed by the filter."""
    now, acting = timezone.now(), request.membership
    narrow = SessionFilter(request.GET)
    mine = selectors.shown_sessions(acting)
    found = narrow.find(mine, now=now, of=acting.training_body_id)
    shown = Listing(
        selectors.to_list(found.few, now),
        asked=request.GET,
        columns=SESSIONS,
        sort="-solicitada",
        size=ROWS,
        bound=Bound(MOST, many=selectors.to_list(found.many, now), some=found.some),
    )
    rows = [selectors.row_of(session, now) for session in shown.page]
    renewed = request.headers.get("HX-Request") == "true"
    name = "parts/live_sessions" if renewed else "sessions"
    return render(
        request,
        f"attendance/{name}.html",
        {
            "filter": narrow,
            "list": shown,
            "rows": rows,
            "running": sum(row.state in LIVE for row in rows),
        },
    )


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def session(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One session live: its state, level, flags and every message exchanged."""
    now = timezone.now()
    one = _session(request, public_id)
    if closed := closed_page(request, one.enrolment.action):
        return closed
    return render(
        request,
        "attendance/session.html",
        {
            "row": selectors.row_of(one, now),
            "session": one,
            "exchange": exchange.shown(one),
            "transitions": evidence.moves_of(one),
            "may_review": allowed(request.membership, Permission.REVIEW_RECEIPTS),
            "now": now,
        },
    )


def _session(request: OperatorRequest, public_id: uuid.UUID) -> SenceSession:
    mine = selectors.sessions_for(request.membership)
    return get_object_or_404(selectors.with_evidence(mine), public_id=public_id)


@never_cache
@require_GET
@operator(Permission.REVIEW_RECEIPTS)
def whole_answer(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """All that came in one answer, as it came; who took it is written down."""
    receipt = get_object_or_404(
        Receipt.objects.visible_to(request.membership).select_related(
            "session__training_body", "session__enrolment__action"
        ),
        public_id=public_id,
    )
    session = receipt.session
    if closed := closed_page(request, session.enrolment.action, download=True):
        return closed
    audit.record(
        "attendance.answer_downloaded",
        at=timezone.now(),
        by=request.user,
        training_body=session.training_body,
        target=receipt,
        session=str(session.public_id),
    )
    return download(
        evidence.whole_body(receipt),
        filename=f"respuesta-{receipt.pk}.bin",
        content_type="application/octet-stream",
    )


@never_cache
@require_GET
@operator(Permission.REVIEW_RECEIPTS)
def report(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The ready text for SENCE's help desk, the token blanked out."""
    mine = selectors.sessions_for(request.membership).select_related("training_body")
    one = get_object_or_404(mine, public_id=public_id)
    if closed := closed_page(request, one.enrolment.action, download=True):
        return closed
    now = timezone.now()
    audit.record(
        "attendance.report_downloaded",
        at=now,
        by=request.user,
        training_body=one.training_body,
        target=one,
    )
    return download(
        sence_report(one, now=now),
        filename=f"sence-{one.pk}.txt",
        content_type="text/plain; charset=utf-8",
    )


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def receipts(request: OperatorRequest) -> HttpResponse:
    """What waits for a person: late, quarantined and out-of-order receipts."""
    waiting = selectors.receipts_to_review(request.membership)
    shown = Listing(waiting, asked=request.GET, size=ROWS)
    rows = [(one, detail_is_closed(one.session.enrolment.action)) for one in shown.page]
    return render(
        request, "attendance/receipts.html", {"list": shown, "receipts": rows}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.REVIEW_RECEIPTS)
def review(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Look at one receipt and give a verdict on it."""
    receipt = get_object_or_404(
        Receipt.objects.visible_to(request.membership)
        .with_head()
        .select_related(
            "decision",
            "session__enrolment__participant",
            "session__enrolment__action__course__training_body",
        ),
        public_id=public_id,
        decision__isnull=False,
    )
    liquidated = detail_is_closed(receipt.session.enrolment.action)
    acceptable = reviews.may_accept(receipt) and not liquidated
    form = ReviewForm(request.POST or None, acceptable=acceptable)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.review(
                receipt, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (reviews.ReviewRefused, ActionClosed) as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "Tu revisión quedó registrada.")
        if liquidated:
            return redirect("attendance:receipts")
        return redirect("attendance:session", receipt.session.public_id)
    context = {
        "receipt": receipt,
        "message": evidence.message_of(receipt),
        "form": form,
        "liquidated": liquidated,
    }
    return render(request, "attendance/review.html", context)


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def alerts(request: OperatorRequest) -> HttpResponse:
    """The alerts that nobody has resolved."""
    unresolved = selectors.open_alerts(request.membership)
    shown = Listing(unresolved, asked=request.GET, size=ROWS)
    return render(
        request,
        "attendance/alerts.html",
        {
            "list": shown,
            "may_resolve": allowed(request.membership, Permission.ACKNOWLEDGE_ALERTS),
            "may_tokens": allowed(request.membership, Permission.MANAGE_TOKENS),
        },
    )


@require_POST
@operator(Permission.ACKNOWLEDGE_ALERTS)
def resolve(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mark an alert as put right."""
    alert = get_object_or_404(
        OperatorAlert.objects.visible_to(request.membership), public_id=public_id
    )
    alert_services.resolve_alert(alert, by=request.user, at=timezone.now())
    messages.success(request, "La alerta quedó resuelta.")
    return redirect("attendance:alerts")


def _probes_too_often(request: OperatorRequest) -> bool:
    """Count this one, for the person and for the training body."""
    now = timezone.now()
    body = str(request.membership.training_body_id)
    per_user = over_limit(
        "probe_user", str(request.user.pk), limit=PROBES_OF_USER, now=now
    )
    per_body = over_limit("probe_body", body, limit=PROBES_OF_BODY, now=now)
    return per_user or per_body


@never_cache
@require_POST
@operator(Permission.PROBE_SENCE)
def probe(request: OperatorRequest) -> HttpResponse:
    """ "Probar conexión": whether SENCE's addresses answer from this server."""
    if _probes_too_often(request):
        way_out = {"way_out_url": reverse("home"), "way_out_label": "Ir al inicio"}
        return too_many(request, **way_out)
    return render(request, "attendance/probe.html", {"probes": probe_sence()})
