"""What SENCE's regional office sees: the packets that were sent to its regions."""

import uuid
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from liquidation.contents import actions_of
from liquidation.deliveries import last_dispatch, sent_to
from liquidation.delivery_forms import BESIDE, VerdictForm
from liquidation.downloads import hand_out
from liquidation.index import parts_of
from liquidation.models import Dispatch
from liquidation.services.answers import answer_by_office
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator

WRONG: Final = 422
ROWS: Final = 25
_PACKET: Final = "build__packet"
COLUMNS: Final = [
    Column("Empresa", "empresa", (f"{_PACKET}__company__name",)),
    Column("OTEC", "otec", (f"{_PACKET}__training_body__name",)),
    Column("Región"),
    Column("Recibido", "recibido", ("at",)),
    Column("Estado", "estado", ("answered", "answer__liquidated")),
]


@never_cache
@require_GET
@operator(Permission.REVIEW_PACKETS)
def inbox(request: OperatorRequest) -> HttpResponse:
    """What was sent: what waits for an answer first, the oldest on top."""
    listed: Listing[Any] = Listing(
        sent_to(request.membership), asked=request.GET, columns=COLUMNS, size=ROWS
    )
    return render(request, "liquidation/office/inbox.html", {"list": listed})


def _received(request: OperatorRequest, public_id: uuid.UUID) -> Dispatch:
    ours = Dispatch.objects.submitted_to(request.membership)
    rows = ours.select_related(
        "build__packet__training_body", "build__packet__company", "answer"
    )
    return get_object_or_404(rows, public_id=public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.REVIEW_PACKETS)
def packet_page(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One packet as it was sent: its index, its files, the answer."""
    received, now = _received(request, public_id), timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = VerdictForm(posted)
    if (
        posted is not None
        and form.is_valid()
        and _answered(request, received, form, now)
    ):
        messages.success(request, "La respuesta quedó registrada.")
        return redirect("liquidation:office_packet", public_id)
    packet = received.build.packet
    last = last_dispatch(packet)
    context = {
        "received": received,
        "packet": packet,
        "actions": actions_of(packet),
        "index": parts_of(received.build),
        "newer": last if last != received else None,
        "form": form,
    }
    status = WRONG if form.errors else 200
    return render(request, "liquidation/office/packet.html", context, status=status)


def _answered(
    request: OperatorRequest, received: Dispatch, form: VerdictForm, now: datetime
) -> bool:
    answer = form.answer(
        who=f"{request.user.full_name}, Dirección Regional",
        today=timezone.localdate(now),
    )
    try:
        answer_by_office(received, answer, by=request.user, at=now)
    except DomainError as refused:
        beside = BESIDE.get(refused.code)
        refuse(form, refused, beside if beside in form.fields else None)
        return False
    return True


@never_cache
@require_GET
@operator(Permission.REVIEW_PACKETS)
def packet_file(
    request: OperatorRequest, public_id: uuid.UUID, *, ending: str
) -> HttpResponseBase:
    """A file of what was sent; who downloads it is written down."""
    received = _received(request, public_id)
    now = timezone.now()
    return hand_out(request, received.build, ending, at=now, by=request.user)
