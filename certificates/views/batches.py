"""Emitting many certificates: choose, see the summary, accept, follow, take away."""

import uuid
from typing import Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates.archive import archive_of
from certificates.bulk import (
    AT_ONCE,
    Candidate,
    candidates,
    emittable,
    expired,
    seen_of,
)
from certificates.forms import CHOSEN, AcceptForm, ChoiceForm
from certificates.models import (
    BatchItem,
    BatchState,
    CertificateFile,
    EmissionBatch,
    ItemState,
)
from certificates.services import batches as services
from certificates.ways import advise
from courses.models import TrainingAction
from courses.standing import ladders_of
from courses.terms import LAST
from otec_portal.core import audit
from otec_portal.core.downloads import download
from otec_portal.core.forms import refuse
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    Denied,
    OperatorRequest,
    Permission,
    operator,
)
from otec_portal.core.tenancy import TenantQuerySet
from otec_portal.core.workflow import TransitionRefused

WAITING: Final = [
    Column("Acción", "accion", ("action_code",)),
    Column("Curso", "curso", ("course__name",)),
    Column("Empresa", "empresa", ("company__name",)),
    Column("Término", "termino", ("ends_on",)),
    Column("Plazo", "plazo", ("day_zero",)),
    Column("Estado"),
    Column("N° de factura / Orden de Compra", "factura", ("reference",)),
]
ITEMS: Final = [
    Column("Acción", "accion", ("action__action_code",)),
    Column("Curso", "curso", ("action__course__name",)),
    Column("Resultado", "resultado", ("state",)),
    Column("Certificado"),
]
ROWS: Final = 25
LATEST: Final = 5  # batches to go back to
OVER: Final = 25  # actions whose term is over, named below the list


@never_cache
@require_GET
@operator(Permission.EMIT_CERTIFICATES)
def choose(request: OperatorRequest) -> HttpResponse:
    """The actions whose certificate is to be emitted: choose some, or all."""
    return _choice(request, ChoiceForm())


def _choice(request: OperatorRequest, form: ChoiceForm) -> HttpResponse:
    today = timezone.localdate()
    shown: Listing[TrainingAction] = Listing(
        emittable(request.membership, today=today),
        asked=request.GET,
        columns=WAITING,
        sort="plazo",
        size=ROWS,
    )
    over = expired(request.membership, today=today)
    return render(
        request,
        "certificates/choose.html",
        {
            "form": form,
            "list": shown,
            "ladders": ladders_of(list(shown.page), today=today),
            "expired": over[:OVER],
            "expired_count": over.count(),
            "last_day": LAST,
            "batches": _batches(request).order_by("-pk")[:LATEST],
        },
        status=422 if form.is_bound else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def review(request: OperatorRequest) -> HttpResponse:
    """Which of the chosen ones can be emitted, and why the others can't."""
    if request.method == "GET":
        return redirect("certificates:choose")
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _choice(request, form)
    given = form.cleaned_data
    chosen = given["chosen"] if given["which"] == CHOSEN else None
    return _summary(request, _candidates(request, chosen), None)


@require_POST
@operator(Permission.EMIT_CERTIFICATES)
def accept(request: OperatorRequest) -> HttpResponse:
    """ "Acepto emitir": what was shown, if it still is so."""
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return redirect("certificates:choose")
    body = request.membership.training_body
    chosen = form.cleaned_data["chosen"]
    found = _candidates(request, chosen)
    if before := _accepted_before(request, chosen, found):
        return before
    if body is None or seen_of(found) != form.cleaned_data["seen"]:
        messages.warning(
            request, "Algo cambió desde que viste el resumen. Revísalo otra vez."
        )
        return _summary(request, found, None)
    try:
        made = services.start_batch(
            found,
            body=body,
            justification=form.cleaned_data["justification"],
            by=request.user,
            at=timezone.now(),
        )
    except services.BatchRefused as refused:
        if before := _accepted_before(request, chosen, found):
            return before
        field = "justification" if refused.code == "no_justification" else None
        refuse(form, refused, field)
        return _summary(request, found, form)
    return redirect("certificates:batch", made.public_id)


def _accepted_before(
    request: OperatorRequest, chosen: set[uuid.UUID], found: list[Candidate]
) -> HttpResponse | None:
    """Lead to the batch in which chosen actions wait, None where there is none.

    Or to one's own that has emitted all of them already: its button was pressed twice.
    """
    meant = services.UNDER_WAY
    if not found:
        meant |= Q(state=ItemState.EMITTED, batch__by=request.user)
    mine = BatchItem.objects.visible_to(request.membership)
    items = mine.filter(meant, action__public_id__in=chosen)
    if (item := items.select_related("batch").order_by("-batch").first()) is None:
        return None
    messages.info(request, "Esta emisión ya se aceptó: aquí ves cómo avanza.")
    return redirect("certificates:batch", item.batch.public_id)


def _candidates(
    request: OperatorRequest, chosen: set[uuid.UUID] | None
) -> list[Candidate]:
    """Return those of the chosen actions that are still there; of None, all."""
    today = timezone.localdate()
    rows = emittable(request.membership, today=today)
    if chosen is not None:
        rows = rows.filter(public_id__in=chosen)
    return candidates(list(rows[:AT_ONCE]), today=today)


def _summary(
    request: OperatorRequest, found: list[Candidate], form: AcceptForm | None
) -> HttpResponse:
    able = [one for one in found if not one.hindrances]
    acting = request.membership
    return render(
        request,
        "certificates/review_batch.html",
        {
            "able": able,
            "unable": [
                (one.action, advise(one.hindrances, action=one.action, acting=acting))
                for one in found
                if one.hindrances
            ],
            "late": any(one.late for one in able),
            "everything": found,
            "ladders": ladders_of(
                [one.action for one in found], today=timezone.localdate()
            ),
            "seen": seen_of(found),
            "form": form or AcceptForm(),
            "emitter": request.user,
        },
        status=422 if form is not None else 200,
    )


@never_cache
@require_GET
@operator(Permission.EMIT_CERTIFICATES)
def batch(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it has come, by itself; then the results and the ZIP."""
    one = _batch(request, public_id)
    mine = _items(request, one)
    counts = mine.aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state=ItemState.WAITING)),
        emitted=Count("pk", filter=Q(state=ItemState.EMITTED)),
        refused=Count("pk", filter=Q(state=ItemState.REFUSED)),
        printed=Count("certificate__file"),
    )
    done = counts["total"] - counts["waiting"]
    shown: Listing[BatchItem] = Listing(
        mine.select_related("action__course", "certificate"),
        asked=request.GET,
        columns=ITEMS,
        sort="accion",
        size=ROWS,
    )
    context = {
        "batch": one,
        "list": shown,
        "counts": counts,
        "done": done,
        "words": f"{done} de {counts['total']}",
        "running": one.state == BatchState.RUNNING and counts["waiting"],
        "stopped": one.state == BatchState.STOPPED and counts["waiting"],
        "ready": counts["emitted"] and counts["printed"] == counts["emitted"],
        "live": counts["printed"] < counts["emitted"] + counts["waiting"]
        and one.state == BatchState.RUNNING,
        "may_move": _is_all_mine(request, one),
    }
    renewed = request.headers.get("HX-Request") == "true"
    name = "parts/batch" if renewed else "batch"
    return render(request, f"certificates/{name}.html", context)


@require_POST
@operator(Permission.EMIT_CERTIFICATES)
def stop(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Emit no more of it for now."""
    one = _batch_to_move(request, public_id)
    try:
        services.stop_batch(one, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.info(request, "La emisión ya estaba detenida.")
    return redirect("certificates:batch", public_id)


@require_POST
@operator(Permission.EMIT_CERTIFICATES)
def resume(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Go on with it."""
    one = _batch_to_move(request, public_id)
    try:
        services.resume_batch(one, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.info(request, "La emisión ya estaba en curso.")
    return redirect("certificates:batch", public_id)


@never_cache
@require_GET
@operator(Permission.EMIT_CERTIFICATES)
def archive(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """All PDFs of it in one ZIP; who took it is written down."""
    one = _batch(request, public_id)
    items = _items(request, one).filter(state=ItemState.EMITTED)
    files = CertificateFile.objects.filter(certificate__batch_item__in=items)
    if not items.exists() or files.count() != items.count():
        messages.info(request, "Los PDF todavía no están listos.")
        return redirect("certificates:batch", public_id)
    audit.record(
        "certificates.archive_downloaded",
        at=timezone.now(),
        by=request.user,
        training_body=one.training_body,
        target=one,
        certificates=items.count(),
    )
    made = archive_of(
        files.select_related("certificate").order_by("certificate").iterator(50)
    )
    name = f"certificados-{timezone.localdate(one.at)}.zip"
    return download(made, filename=name, content_type="application/zip")


def _batches(request: OperatorRequest) -> TenantQuerySet[EmissionBatch]:
    """Return the batches that have an action within reach."""
    mine = EmissionBatch.objects.visible_to(request.membership)
    within = BatchItem.objects.visible_to(request.membership)
    rows = mine.filter(pk__in=within.values("batch"))
    return rows.select_related("training_body", "by")


def _batch(request: OperatorRequest, public_id: uuid.UUID) -> EmissionBatch:
    """Return the batch, if it is one of those. Raises Http404."""
    return get_object_or_404(_batches(request), public_id=public_id)


def _batch_to_move(request: OperatorRequest, public_id: uuid.UUID) -> EmissionBatch:
    """Return the batch, all of which is within reach. Raises Http404, Denied."""
    one = _batch(request, public_id)
    if not _is_all_mine(request, one):
        raise Denied(
            "Esta emisión tiene acciones de otras regiones: la detiene o la continúa "
            "quien actúa en todas ellas."
        )
    return one


def _is_all_mine(request: OperatorRequest, one: EmissionBatch) -> bool:
    return _items(request, one).count() == one.items.count()


def _items(request: OperatorRequest, one: EmissionBatch) -> TenantQuerySet[BatchItem]:
    return BatchItem.objects.visible_to(request.membership).filter(batch=one)
