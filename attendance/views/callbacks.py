"""The four callback addresses: posted cross-site by the participant's browser."""

import re
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_not_required
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
BIG_BYTES_OF_A_NETWORK = 16 * 2**20  # of what names no session of ours
UNREADABLE: Final[dict[type[Exception], tuple[str, int]]] = {
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
        owner = _known_owner(envelope)
        if _too_big_too_often(envelope, owner):
            return too_many(request, TOO_MANY)
        incoming = callbacks.read(envelope)
    except tuple(UNREADABLE) as fault:
        why, status = UNREADABLE[type(fault)]
        return _page(request, why, status=status)
    try:
        return _take(request, envelope, incoming, counted_for=owner)
    except DATABASE_AWAY:
        return _try_again(request, incoming)


def _known_owner(envelope: callbacks.Envelope) -> SenceSession | None:
    """Return the session that a big body names; None of any other body.

    Without a database it can't be told: the answer is 503 in the end.
    """
    if len(envelope.body) <= BIG:
        return None
    try:
        return callbacks.known_at_a_glance(envelope)
    except DATABASE_AWAY:
        return None


def _too_big_too_often(
    envelope: callbacks.Envelope, owner: SenceSession | None
) -> bool:
    """Count a big body before the work of reading it; a class's answers are small.

    One of a session of ours counts for that session alone: whatever junk came from its
    address, it is kept.
    """
    size, now = len(envelope.body), timezone.now()
    if size <= BIG:
        return False
    if owner is not None:
        return _bytes_over(owner, size, now=now)
    who = network_of(envelope.remote_address)
    return over_limit("big", who, limit=BIG_BYTES_OF_A_NETWORK, now=now, amount=size)


def _bytes_over(session: SenceSession, size: int, *, now: datetime) -> bool:
    limit = BYTES_OF_A_SESSION
    return over_limit("bytes", str(session.pk), limit=limit, now=now, amount=size)


def _take(
    request: HttpRequest,
    envelope: callbacks.Envelope,
    incoming: Incoming,
    *,
    counted_for: SenceSession | None,
) -> HttpResponse:
    now = timezone.now()
    session = callbacks.find_session(incoming.nonce)
    counted = session is not None and session == counted_for
    if not counted and _too_much(envelope, session, now=now):
        return too_many(request, TOO_MANY)
    receipt = callbacks.store(envelope, nonce=incoming.nonce, session=session, at=now)
    if session is None:
        return _page(request, "unknown", status=404)
    decide(receipt=receipt, session=session, now=now)
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
    size = len(envelope.body)
    if size > SMALL:
        return _bytes_over(session, size, now=now)
    limit = ANSWERS_OF_A_SESSION
    return over_limit("session", str(session.pk), limit=limit, now=now)


def _envelope(request: HttpRequest, kind: CallbackKind) -> callbacks.Envelope:
    return callbacks.Envelope(
        kind=kind,
        body=_body(request),
        content_type=content_type_of(request),
        remote_address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        origin=request.headers.get("origin", ""),
        declared=_declared(request),
    )


def _declared(request: HttpRequest) -> int:
    """Return the bytes that the headers tell of, 0 where they tell of none."""
    told = request.headers.get("content-length", "")
    return int(told) if re.fullmatch(r"[0-9]{1,15}", told) else 0


def _body(request: HttpRequest) -> bytes:
    """Return the first MOST_READ bytes of what was posted; the rest stays unread.

    Django by itself reads nothing that comes in chunks. Raises UnreadablePostError for
    what breaks off.
    """
    in_chunks = request.META.get("wsgi.input_terminated") and not request.headers.get(
        "content-length"
    )
    source = request.META["wsgi.input"] if in_chunks else request
    try:
        body: bytes = source.read(callbacks.MOST_READ)
    except UnreadablePostError:
        raise
    except Exception as broken:  # each server has errors of its own
        raise UnreadablePostError(*broken.args) from broken
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
