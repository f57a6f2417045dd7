"""Building a packet: what hinders it, how far the worker is, and the two files."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from liquidation.models import BuildState, Packet, PacketBuild
from liquidation.packet.names import plain
from liquidation.packet_page import turns_of
from liquidation.services import building
from liquidation.services.packets import PacketRefused, missing_in
from liquidation.views.packets import packet_of
from otec_portal.core import audit, sealed
from otec_portal.core.downloads import download
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    operator,
)

LISTED: Final = 20  # things missing that are named; the packet's page has all
MEDIA: Final = {"pdf": "application/pdf", "zip": "application/zip"}
UNDER_WAY: Final = {BuildState.WAITING, BuildState.BUILDING}


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def build(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have it built, follow it by itself, take the files away."""
    packet = packet_of(request, public_id)
    refusal = ""
    if request.method == "POST":
        try:
            building.ask(packet, by=request.user, at=timezone.now())
        except PacketRefused as refused:
            refusal = refused.message
            packet.refresh_from_db()
        else:
            return redirect("liquidation:build", public_id)
    context = {**_page(packet), "refusal": refusal}
    renewed = request.headers.get("HX-Request") == "true"
    name = "packet/build" if renewed else "build"
    status = 422 if refusal else 200
    return render(request, f"liquidation/{name}.html", context, status=status)


def _page(packet: Packet) -> dict[str, Any]:
    """What is shown of the build of what the packet holds, and of the one before."""
    now = timezone.now()
    missing = missing_in(packet, at=now) if packet.is_open else []
    before = packet.builds.filter(state=BuildState.BUILT).order_by("-built_at").first()
    one = building.present_build(packet, at=now) if packet.is_open else before
    under_way = one is not None and one.state in UNDER_WAY
    return {
        "packet": packet,
        "missing": missing[:LISTED],
        "unlisted": max(len(missing) - LISTED, 0),
        "turns": turns_of(missing),
        "build": one,
        "words": f"{one.done} de {one.total}" if one else "",
        "live": under_way,
        "may_ask": packet.is_open
        and not missing
        and (one is None or one.state == BuildState.FAILED),
        "before": before if before != one else None,
    }


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def build_file(
    request: OperatorRequest, public_id: uuid.UUID, *, which: str
) -> HttpResponseBase:
    """The PDF or the ZIP of a packet that was built; who took it is written down."""
    one = _built(request, public_id)
    try:
        file = sealed.opened(getattr(one, f"{which}_key"))
    except FileNotFoundError:
        messages.error(
            request, "El archivo no está donde se guardó. Avisa a quien administra."
        )
        return redirect("liquidation:build", one.packet.public_id)
    audit.record(
        "liquidation.packet_downloaded",
        at=timezone.now(),
        by=request.user,
        training_body=one.packet.training_body,
        target=one.packet,
        file=which.upper(),
        sha256=getattr(one, f"{which}_sha256"),
    )
    answer = download(file, filename=file_name(one, which), content_type=MEDIA[which])
    answer.headers["Content-Length"] = str(getattr(one, f"{which}_size"))
    return answer


def _built(request: OperatorRequest, public_id: uuid.UUID) -> PacketBuild:
    """Return the build, if it is there to be taken. Raises Http404."""
    mine = PacketBuild.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.filter(state=BuildState.BUILT).select_related(
            "packet__company", "packet__training_body"
        ),
        public_id=public_id,
    )


def file_name(build: PacketBuild, which: str) -> str:
    """Return the name under which a file of `build` is saved, by company and day."""
    company = plain(build.packet.company.name)
    return f"expediente-{company}-{timezone.localdate(build.at):%Y-%m-%d}.{which}"
