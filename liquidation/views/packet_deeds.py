"""What changes a packet at the desk: its actions, their value, discarding it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.catalogue import set_value
from courses.standing import ladders_of
from liquidation.desk import makeable
from liquidation.models import PacketAction
from liquidation.packet_forms import ChooseForm, ValueForm
from liquidation.services.packets import (
    PacketRefused,
    add_actions,
    discard_packet,
    refuse_closed,
    refuse_discarding,
    remove_action,
)
from liquidation.views.packets import packet_of
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import OperatorRequest, Permission, operator


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def add(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose more actions of the packet's company and region."""
    packet, now = packet_of(request, public_id), timezone.now()
    today = timezone.localdate(now)
    actions = makeable(request.membership, today=today).filter(
        company=packet.company, region=packet.region
    )
    form = ChooseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = actions.filter(public_id__in=form.cleaned_data["chosen"])
        try:
            add_actions(packet, list(chosen), by=request.user, at=now)
        except DomainError as refused:
            refuse(form, refused)
        else:
            messages.success(request, "Las acciones quedaron en el expediente.")
            return redirect("liquidation:packet", public_id)
    found = list(actions.order_by("day_zero", "pk"))
    context = {
        "packet": packet,
        "form": form,
        "actions": found,
        "ladders": ladders_of(found, today=today),
    }
    status = 422 if form.is_bound else 200
    return render(request, "liquidation/add_to_packet.html", context, status=status)


def _held(request: OperatorRequest, public_id: uuid.UUID) -> PacketAction:
    """Return the action in its packet, by the action's id. Raises Http404."""
    mine = PacketAction.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("packet__company", "action__course__training_body"),
        action__public_id=public_id,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def remove(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an action out of its packet, once it is confirmed."""
    held = _held(request, public_id)
    why_not = ""
    try:
        if request.method == "POST":
            remove_action(held.packet, held.action, by=request.user, at=timezone.now())
            messages.success(request, "La acción quedó fuera del expediente.")
            return redirect("liquidation:packet", held.packet.public_id)
        refuse_closed(held.packet)
    except PacketRefused as refused:
        why_not = refused.message
    context = {"packet": held.packet, "action": held.action, "why_not": why_not}
    status = 422 if request.method == "POST" else 200
    return render(
        request, "liquidation/remove_from_packet.html", context, status=status
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def discard(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Discard a packet of which nothing is kept, once it is confirmed."""
    packet = packet_of(request, public_id)
    why_not = ""
    try:
        if request.method == "POST":
            discard_packet(packet, by=request.user, at=timezone.now())
            messages.success(
                request, "El expediente quedó descartado; sus acciones, libres."
            )
            return redirect("liquidation:packets")
        refuse_discarding(packet)
    except PacketRefused as refused:
        why_not = refused.message
    context = {"packet": packet, "why_not": why_not}
    status = 422 if request.method == "POST" else 200
    return render(request, "liquidation/discard_packet.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def action_value(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what an action of a packet is worth, also while it is frozen."""
    held = _held(request, public_id)
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = ValueForm(posted, initial={"value": held.action.value})
    if posted is not None and form.is_valid():
        value = form.cleaned_data["value"]
        try:
            set_value(held.action, value, by=request.membership, at=now)
        except DomainError as refused:
            refuse(form, refused, "value")
        else:
            messages.success(request, "El valor quedó guardado.")
            return redirect("liquidation:packet", held.packet.public_id)
    context = {"packet": held.packet, "action": held.action, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "liquidation/action_value.html", context, status=status)
