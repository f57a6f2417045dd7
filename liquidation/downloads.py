"""The files of a packet as they are handed out: streamed, and written down who to."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from liquidation.deliveries import BY_LINK, DOWNLOADED
from liquidation.models import PacketBuild, PacketLink
from liquidation.packet_mail import file_name
from otec_portal.core import audit, sealed
from otec_portal.core.downloads import download
from otec_portal.core.models import User

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


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
    key = build.zip_key if ending == "zip" else build.pdf_key
    try:
        with sealed.opened(key) as file:
            file.read(1)
    except (OSError, sealed.DamagedFile):
        return render(request, "liquidation/link/gone.html", status=503)
    size = build.zip_size if ending == "zip" else build.pdf_size
    packet = build.packet
    audit.record(
        BY_LINK if link else DOWNLOADED,
        at=at,
        by=by,
        training_body=packet.training_body,
        target=packet,
        who=link.name if link else "",
        file=ending.upper(),
        sha256=build.zip_sha256 if ending == "zip" else build.pdf_sha256,
        link=str(link.pk) if link else "",
    )
    answer = download(
        _pieces(key), filename=file_name(packet, ending), content_type=TYPES[ending]
    )
    answer.headers["Content-Length"] = str(size)
    return answer


def _pieces(key: str) -> Iterator[bytes]:
    """Yield the file `key`, which stands open only while somebody takes it."""
    with sealed.opened(key) as file:
        while piece := file.read(sealed.PIECE):
            yield piece
