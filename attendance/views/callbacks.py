"""The four callback addresses: posted cross-site by the participant's browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from attendance.models import CallbackKind
from attendance.sence.incoming import parse
from attendance.services import callbacks, returns
from attendance.services.decisions import decide
from otec_portal.core.client_address import client_address
from otec_portal.core.rate_limit import over_limit

UNKNOWN_PER_MINUTE = 60  # of one address
PER_SESSION_AND_MINUTE = 120
RETRY_AFTER = "15"  # seconds


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
        return _take(request, kind)
    except (OperationalError, InterfaceError):
        return _try_again(request)


def _take(request: HttpRequest, kind: CallbackKind) -> HttpResponse:
    now = timezone.now()
    try:
        envelope = _envelope(request, kind)
        incoming = callbacks.read(envelope)
    except (RequestDataTooBig, UnreadablePostError):
        return _page(request, "too_big", status=413)
    except callbacks.Unusable:
        return _page(request, "unusable", status=400)
    session = callbacks.find_session(incoming.nonce)
    if session is None:
        who = envelope.remote_address
        if over_limit("unknown", who, limit=UNKNOWN_PER_MINUTE, now=now):
            return _too_many(request)
    elif over_limit("session", str(session.pk), limit=PER_SESSION_AND_MINUTE, now=now):
        return _too_many(request)
    receipt = callbacks.store(envelope, nonce=incoming.nonce, session=session, at=now)
    if session is None:
        return _page(request, "unknown", status=404)
    decide(receipt, incoming, session)
    return SeeOther(reverse("attendance:returned", args=[returns.ticket(receipt)]))


def _envelope(request: HttpRequest, kind: CallbackKind) -> callbacks.Envelope:
    return callbacks.Envelope(
        kind=kind,
        body=_body(request),
        content_type=request.headers.get("content-type", ""),
        remote_address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        origin=request.headers.get("origin", ""),
    )


def _body(request: HttpRequest) -> bytes:
    """Return what was posted. Django by itself reads nothing that comes in chunks."""
    if not request.META.get("wsgi.input_terminated") or request.headers.get(
        "content-length"
    ):
        return request.body
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = request.META["wsgi.input"].read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    return body


def _page(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    return render(request, f"attendance/callback/{why}.html", status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    page = _page(request, "too_many", status=429)
    page["Retry-After"] = str(60)
    return page


def _try_again(request: HttpRequest) -> HttpResponse:
    """503, with a button that sends the same answer of SENCE once more (A26)."""
    incoming = parse(request.body, request.headers.get("content-type", ""))
    page = render(
        request,
        "attendance/callback/try_again.html",
        {"fields": incoming.pairs[:40]},
        status=503,
    )
    page["Retry-After"] = RETRY_AFTER
    return page
