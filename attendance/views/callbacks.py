"""The four callback addresses: posted cross-site by the participant's browser."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from attendance.models import CallbackKind, SenceSession
from attendance.sence.incoming import Incoming, fields_to_repeat
from attendance.services import callbacks, returns
from attendance.services.decisions import decide
from otec_portal.core.client_address import client_address, network_of
from otec_portal.core.content_type import content_type_of
from otec_portal.core.database import DATABASE_AWAY, RETRY_AFTER
from otec_portal.core.rate_limit import over_limit, too_many

# what goes beyond these is answered 429 and not kept (docs/adr/0008); per minute:
STRANGERS_OF_A_NETWORK = 60
STRANGERS_IN_ALL = 600
ANSWERS_OF_A_SESSION = 120
TOO_MANY = "attendance/callback/too_many.html"
SMALL = 16 * 2**10  # bytes; SENCE's own answers have less than a thousand
BYTES_OF_A_SESSION = 4 * 2**20  # of what is not small
BIG = 64 * 2**10  # bytes: from here on a body is counted before it is read
BIG_BYTES_OF_A_NETWORK = 16 * 2**20
UNREADABLE: Final[dict[type[Exception], tuple[str, int]]] = {
    RequestDataTooBig: ("too_big", 413),
    UnreadablePostError: ("cut_off", 400),
    callbacks.Unusable: ("unusable", 400),
}


class SeeOther(HttpResponse):
    """303: the browser goes on with a GET, which carries the cookie again."""

    status_code = 303

    def __init__(self, url: str) -> None:
        super().__init__(headers={"Location": url})


@csrf_exempt
@login_not_required
def callback(request: HttpRequest, kind: CallbackKind) -> HttpResponse:
    """Store what came, decide, send the browser on to a page of ours.

    Neither session nor CSRF cookie is touched here: the request came without ours,
    and a new one would sign the person out.
    """
    if request.method != "POST":
        page = _page(request, "not_a_page", status=405)
        page["Allow"] = "POST"
        return page
    try:
        envelope = _envelope(request, kind)
        if _too_big_too_often(envelope):
            return too_many(request, TOO_MANY)
        incoming = callbacks.read(envelope)
    except tuple(UNREADABLE) as fault:
        why, status = UNREADABLE[type(fault)]
        return _page(request, why, status=status)
    try:
        return _take(request, envelope, incoming)
    except DATABASE_AWAY:
        return _try_again(request, incoming)


def _too_big_too_often(envelope: callbacks.Envelope) -> bool:
    """Count a big body before the work of reading it; a class's answers are small."""
    size = len(envelope.body)
    who = network_of(envelope.remote_address)
    limit = BIG_BYTES_OF_A_NETWORK
    return size > BIG and over_limit(
        "big", who, limit=limit, now=timezone.now(), amount=size
    )


def _take(
    request: HttpRequest, envelope: callbacks.Envelope, incoming: Incoming
) -> HttpResponse:
    now = timezone.now()
    session = callbacks.find_session(incoming.nonce)
    if _too_much(envelope, session, now=now):
        return too_many(request, TOO_MANY)
    receipt = callbacks.store(envelope, nonce=incoming.nonce, session=session, at=now)
    if session is None:
        return _page(request, "unknown", status=404)
    decide(receipt=receipt, incoming=incoming, session=session, now=now)
    return SeeOther(reverse("attendance:returned", args=[returns.ticket(receipt)]))


def _too_much(
    envelope: callbacks.Envelope, session: SenceSession | None, *, now: datetime
) -> bool:
    """Count it; say whether its session, or strangers, sent too much this minute.

    Small answers have a count of their own: whatever else was posted for the session
    uses up nothing of what SENCE's own answer needs.
    """
    if session is None:
        who = network_of(envelope.remote_address)
        limit = STRANGERS_OF_A_NETWORK
        # who is over the limit of their own uses up nobody else's
        return over_limit("stranger", who, limit=limit, now=now) or over_limit(
            "strangers", "all", limit=STRANGERS_IN_ALL, now=now
        )
    key, size = str(session.pk), len(envelope.body)
    if size <= SMALL:
        return over_limit("session", key, limit=ANSWERS_OF_A_SESSION, now=now)
    return over_limit("bytes", key, limit=BYTES_OF_A_SESSION, now=now, amount=size)


def _envelope(request: HttpRequest, kind: CallbackKind) -> callbacks.Envelope:
    return callbacks.Envelope(
        kind=kind,
        body=_body(request),
        content_type=content_type_of(request),
        remote_address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        origin=request.headers.get("origin", ""),
    )


def _body(request: HttpRequest) -> bytes:
    """Return what was posted. Django by itself reads nothing that comes in chunks.

    Raises RequestDataTooBig, and UnreadablePostError for what breaks off.
    """
    if not request.META.get("wsgi.input_terminated") or request.headers.get(
        "content-length"
    ):
        return request.body
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body: bytes = request.META["wsgi.input"].read(most + 1)
    except Exception as broken:  # each server has errors of its own
        raise UnreadablePostError(*broken.args) from broken
    if len(body) > most:
        raise RequestDataTooBig
    return body


def _page(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    return render(request, f"attendance/callback/{why}.html", status=status)


def _try_again(request: HttpRequest, incoming: Incoming) -> HttpResponse:
    """503, with a button that sends the same answer of SENCE once more (A26).

    Whether the answer was stored before the database went away, nobody can tell here;
    sent twice it counts once.
    """
    page = render(
        request,
        "attendance/callback/try_again.html",
        {"fields": fields_to_repeat(incoming)},
        status=503,
    )
    page["Retry-After"] = RETRY_AFTER
    page["Cache-Control"] = "no-store"
    return page
