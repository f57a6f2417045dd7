"""The desk of packets: all of them, making one, and the page of one."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.forms.base import WordsForm
from courses.models import TrainingAction
from courses.models.actions import code_with
from courses.standing import ladders_of
from liquidation.completeness import missing_of
from liquidation.contents import contents_of
from liquidation.desk import Row, makeable, narrow, packets_for, rows_of
from liquidation.lateness import due_from
from liquidation.models import PaperState
from liquidation.packet_forms import ChooseForm, PacketFilter
from liquidation.packet_history import SHOWN, history_of
from liquidation.packet_page import of_no_action, parts_of, turns_of
from liquidation.packet_states import words_of
from liquidation.services.packets import make_packet
from otec_portal.core.errors import DomainError
from otec_portal.core.folding import fold
from otec_portal.core.forms import refuse
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    operator,
)
from otec_portal.core.regions import REGIONS

COLUMNS: Final = [
    Column("Empresa", "empresa", ("company__words_folded",)),
    Column("Región", "region", ("region",)),
    Column("Acciones"),
    Column("Estado", "estado", ("state",)),
    Column("Día 60", "plazo", ("day_zero",)),
    Column("En juego", "monto", ("money",), numeric=True),
    Column("Falta", numeric=True),
]
ACTION: Final = "accion"  # in the address of a new packet
ROWS: Final = 50
_GROUPED: Final = ("company__words_folded", "company", "region", "day_zero", "pk")


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def packets(request: OperatorRequest) -> HttpResponse:
    """All packets, narrowed and sorted, each with what it lacks and until when."""
    today = timezone.localdate()
    filters = PacketFilter(request.GET, by=request.membership)
    asked = filters.asked
    listed: Listing[Any] = Listing(
        narrow(packets_for(request.membership), request.membership, **asked),
        asked=request.GET,
        columns=COLUMNS,
        sort="plazo",
    )
    context = {
        "filter": filters,
        "narrowed": any(asked.values()),
        "list": listed,
        "rows": rows_of(list(listed.page), today=today),
    }
    return render(request, "liquidation/packets.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def new_packet(request: OperatorRequest) -> HttpResponse:
    """Choose actions of one company and region, and make their packet."""
    actions = makeable(request.membership, today=timezone.localdate())
    form = ChooseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = actions.filter(public_id__in=form.cleaned_data["chosen"])
        try:
            made = make_packet(list(chosen), by=request.user, at=timezone.now())
        except DomainError as refused:
            refuse(form, refused)
        else:
            messages.success(request, "El expediente quedó creado.")
            return redirect("liquidation:packet", made.public_id)
    return _choice(request, actions, form)


def _choice(
    request: OperatorRequest, actions: QuerySet[TrainingAction], form: ChooseForm
) -> HttpResponse:
    search = WordsForm(request.GET)
    preset = _preset(request, actions)
    if preset:
        actions = actions.filter(company=preset.company_id, region=preset.region)
    elif search.words:
        named = Q(company__words_folded__contains=fold(search.words))
        actions = actions.filter(code_with(search.words) | named)
    listed: Listing[TrainingAction] = Listing(
        actions.order_by(*_GROUPED), asked=request.GET, in_order=True, size=ROWS
    )
    ticked = form.cleaned_data.get("chosen", set()) if form.is_bound else set()
    context = {
        "form": form,
        "search": search,
        "preset": preset,
        "list": listed,
        "ticked": ticked or {preset.public_id} if preset else ticked,
        "ladders": ladders_of(list(listed.page), today=timezone.localdate()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "liquidation/new_packet.html", context, status=status)


def _preset(
    request: OperatorRequest, actions: QuerySet[TrainingAction]
) -> TrainingAction | None:
    """Return the action from which one came, None without."""
    wanted = request.GET.get(ACTION)
    if not wanted:
        return None
    try:
        return get_object_or_404(actions, public_id=uuid.UUID(wanted))
    except ValueError:
        raise Http404 from None


def packet_of(request: OperatorRequest, public_id: uuid.UUID) -> Any:
    """Return the packet, if who asks may know of it. Raises Http404."""
    return get_object_or_404(packets_for(request.membership), public_id=public_id)


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def packet(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One packet: its state, per action what is there and what lacks, its history."""
    one = packet_of(request, public_id)
    return render(request, "liquidation/packet.html", _page(one))


def _page(one: Any) -> dict[str, object]:
    today = timezone.localdate()
    contents = contents_of(one)
    missing = missing_of(
        one,
        contents,
        unplaced=one.papers.filter(state=PaperState.UNPLACED).count(),
        today=today,
    )
    history = history_of(one)
    return {
        "packet": one,
        "row": Row(one, contents, missing, due_from(one.day_zero, today)),
        "state": words_of(one.state),
        "office": REGIONS[one.region],
        "parts": parts_of(contents, missing),
        "of_packet": of_no_action(missing),
        "turns": turns_of(missing),
        "ladders": ladders_of([held.action for held in contents], today=today),
        "latest": history[:SHOWN],
        "earlier": history[SHOWN:],
    }
