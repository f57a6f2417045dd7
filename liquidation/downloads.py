"""The files of a packet as they are handed out: streamed, and written down who to."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from liquidation.deliveries import DOWNLOADED
from liquidation.models import PacketBuild, PacketLink
from liquidation.packet_mail import file_name
from otec_portal.core import audit, sealed
from otec_portal.core.downloads import download
from otec_portal.core.models import User

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}
NAMES = {"pdf": "el PDF", "zip": "el ZIP"}


def hand_out(
    request: HttpRequest,
    build: PacketBuild,
    ending: str,
    *,
    at: datetime,
    by: User | None = None,
    link: PacketLink | None = None,
) -> HttpResponseBase:
    """Return a file of `build`: "pdf" or "zip"; where it is gone, a page that says so.

    By the hand of `by`, or with `link`.
    """
    try:
        file = sealed.opened(build.zip_key if ending == "zip" else build.pdf_key)
    except (OSError, sealed.DamagedFile):
        return render(request, "liquidation/link/gone.html", status=503)
    size = build.zip_size if ending == "zip" else build.pdf_size
    packet = build.packet
    audit.record(
        DOWNLOADED,
        at=at,
        by=by,
        training_body=packet.training_body,
        target=packet,
        who=link.name if link else by.full_name if by else "",
        file=NAMES[ending],
        sha256=build.zip_sha256 if ending == "zip" else build.pdf_sha256,
        link=str(link.pk) if link else "",
    )
    answer = download(
        file, filename=file_name(packet, ending), content_type=TYPES[ending]
    )
    answer.headers["Content-Length"] = str(size)
    return answer
