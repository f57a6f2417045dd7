"""The papers of a packet: uploaded, and confirmed many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liquidation.confirming import Refused, confirm, propose
from liquidation.contents import contents_of
from liquidation.models import Packet, Paper, PaperState, Placement
from liquidation.models.papers import KEPT_OUT
from liquidation.paper_forms import AT_ONCE, UploadForm
from liquidation.receiving import REFUSED, Outcome, receive
from otec_portal.core import uploads
from otec_portal.core.attention import how_many
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator

SHOW: Final = "ver"  # in the address
ROWS: Final = 25
TABS: Final = (
    ("", "Por confirmar", (PaperState.UNPLACED,)),
    ("confirmados", "Confirmados", (PaperState.PLACED,)),
    ("fuera", "Reemplazados y descartados", KEPT_OUT),
)
NAME: Final = Column("Archivo", "archivo", ("name",))
AT: Final = Column("Subido", "subido", ("at",))
COLUMNS: Final = {
    "": [NAME, Column("Parece ser"), AT],
    "confirmados": [NAME, Column("Qué es"), AT],
    "fuera": [NAME, Column("Por qué"), AT],
}


@dataclass(frozen=True)
class Tab:
    """The papers of some states."""

    name: str
    word: str
    count: int


def packet_of(request: OperatorRequest, public_id: uuid.UUID) -> Packet:
    """Return the packet, if who asks may know of it. Raises Http404."""
    mine = Packet.objects.visible_to(request.membership)
    rows = mine.select_related("company", "training_body")
    return get_object_or_404(rows, public_id=public_id)


def with_places(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Add to `papers` what they are, and who uploaded them."""
    live = Placement.objects.filter(until=None).select_related(
        "action", "enrolment__participant"
    )
    return papers.select_related("by", "link", "replaced_by").prefetch_related(
        Prefetch("placements", queryset=live.order_by("pk"), to_attr="live")
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def papers(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The papers of a packet; POST takes in more of them, each by itself (H5)."""
    packet = packet_of(request, public_id)
    if request.method != "POST":
        return _page(request, packet, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    files = request.FILES.getlist("documents")
    now = timezone.now()
    outcomes = [
        receive(packet, one, by=request.user, at=now) for one in files[:AT_ONCE]
    ]
    if "application/json" in request.headers.get("Accept", ""):
        return _for_script(outcomes)
    outcomes += [_not_now(one.name or "") for one in files[AT_ONCE:]]
    if outcomes and not any(one.refused for one in outcomes):
        _tell(request, outcomes)
        return redirect("liquidation:papers", public_id)
    form.is_valid()
    return _page(request, packet, form, outcomes=outcomes, status=422)


def _not_now(name: str) -> Outcome:
    words = f"No se subió: elige hasta {AT_ONCE} archivos por vez."
    return Outcome(name, REFUSED, "too_many_at_once", words)


def _for_script(outcomes: Sequence[Outcome]) -> HttpResponse:
    """Answer static/js/upload.js, which sends one file at a time."""
    told = [
        {
            "result": one.result,
            "words": one.words,
            "url": one.paper
            and reverse("liquidation:paper", args=[one.paper.public_id]),
        }
        for one in outcomes
    ]
    refused = not told or any(one.refused for one in outcomes)
    return JsonResponse({"files": told}, status=422 if refused else 200)


def _tell(request: OperatorRequest, outcomes: Sequence[Outcome]) -> None:
    kept = sum(1 for one in outcomes if one.result == "kept")
    known = len(outcomes) - kept
    if kept:
        told = how_many(kept, "archivo guardado", "archivos guardados")
        messages.success(request, f"{told}.")
    if known:
        told = how_many(known, "archivo ya estaba", "archivos ya estaban")
        messages.info(request, f"{told}.")


@never_cache
@require_POST
@operator(Permission.LIQUIDATE)
def confirm_papers(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Place the papers that were ticked where the list said they seem to belong."""
    packet = packet_of(request, public_id)
    ticked = _ticked(request.POST.getlist("paper"))
    if not ticked:
        messages.error(request, "Marca al menos un archivo para confirmarlo.")
        return redirect("liquidation:papers", public_id)
    placed, refused = confirm(
        packet,
        ticked,
        both_sides=set(_ticked(request.POST.getlist("both_sides"))),
        by=request.user,
        at=timezone.now(),
    )
    if placed:
        told = how_many(placed, "archivo confirmado", "archivos confirmados")
        messages.success(request, f"{told}.")
    if not refused:
        return redirect("liquidation:papers", public_id)
    return _page(request, packet, UploadForm(), refused=refused, status=422)


def _ticked(values: Sequence[str]) -> dict[uuid.UUID, str]:
    """Return the digest of each paper; what no page sends counts for nothing."""
    found = {}
    for value in values:
        name, _, digest = value.partition(":")
        try:
            found[uuid.UUID(name)] = digest
        except ValueError:
            continue
    return found


def _page(
    request: OperatorRequest,
    packet: Packet,
    form: UploadForm,
    *,
    outcomes: Sequence[Outcome] = (),
    refused: Sequence[Refused] = (),
    status: int = 200,
) -> HttpResponse:
    shows = request.GET.get(SHOW, "")
    states = next((held for name, _, held in TABS if name == shows), None)
    if states is None:
        shows, states = "", (PaperState.UNPLACED,)
    counts = dict(packet.papers.order_by().values_list("state").annotate(Count("pk")))
    listed: Listing[Any] = Listing(
        with_places(packet.papers.filter(state__in=states)),
        asked=request.GET,
        columns=COLUMNS[shows],
        sort="archivo",
        size=ROWS,
    )
    contents = contents_of(packet) if shows == "" and packet.is_open else []
    context = {
        "packet": packet,
        "form": form,
        "outcomes": outcomes,
        "refused": {one.paper.pk: one.words for one in refused},
        "list": listed,
        "rows": propose(listed.page, contents),
        "tabs": [
            Tab(n, word, sum(counts.get(s, 0) for s in s_)) for n, word, s_ in TABS
        ],
        "shows": shows,
        "largest": uploads.MAX_BYTES,
    }
    return render(request, "liquidation/papers.html", context, status=status)
