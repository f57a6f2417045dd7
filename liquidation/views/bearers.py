"""Pages for who holds a link to a packet: the regional office, or the company.

No account: the signed address is what lets in, up to its end or until it is revoked.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from liquidation import links
from liquidation.contents import actions_of
from liquidation.deliveries import dispatches_of
from liquidation.delivery_forms import BESIDE, BearerForm
from liquidation.downloads import hand_out
from liquidation.handed_over import Desk, SentForm, desk_of
from liquidation.index import parts_of
from liquidation.models import Audience, PacketLink
from liquidation.paper_forms import AT_ONCE, UploadForm
from liquidation.receiving import Outcome, receive
from liquidation.services.answers import answer_by_link
from liquidation.services.dispatch import sent_by_company
from otec_portal.core import audit
from otec_portal.core.client_address import client_address, network_of
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.rate_limit import first_within, over_limit, too_many

PAGES: Final = "liquidation/link"
MISSES_OF_A_NETWORK: Final = 30  # addresses that are no link, per minute
USES_OF_A_LINK: Final = 120  # per minute
WRONG: Final = 422
GONE: Final = 410
LinkView = Callable[..., HttpResponseBase]


def bearer(view: LinkView) -> LinkView:
    """Let in who holds a link that is in force; no machine keeps what they saw."""

    @login_not_required
    @never_cache
    @wraps(view)
    def let_in(request: HttpRequest, signed: str, **values: str) -> HttpResponseBase:
        answer = _let_in(request, signed, **values)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def _let_in(request: HttpRequest, signed: str, **values: str) -> HttpResponseBase:
        now = timezone.now()
        if _misses(request, 0, now):
            return too_many(request, f"{PAGES}/too_many.html")
        link = links.read(signed)
        if link is None:
            _misses(request, 1, now)
            return render(request, f"{PAGES}/unknown.html", status=404)
        if over_limit("packet-link", str(link.pk), limit=USES_OF_A_LINK, now=now):
            return too_many(request, f"{PAGES}/too_many.html")
        if not links.holds(link, at=now):
            return render(request, f"{PAGES}/over.html", {"link": link}, status=GONE)
        return view(request, link, **values)

    return let_in


def _misses(request: HttpRequest, amount: int, now: datetime) -> bool:
    """Count `amount`; say whether there were too many from where this comes."""
    return over_limit(
        "packet-link-miss",
        network_of(client_address(request)),
        limit=MISSES_OF_A_NETWORK,
        now=now,
        amount=amount,
    )


@bearer
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, link: PacketLink) -> HttpResponse:
    """What the link is for; the office answers here."""
    now = timezone.now()
    _note_opening(link, now)
    if link.audience == Audience.COMPANY:
        if request.method == "POST":
            raise Http404
        desk = desk_of(link, at=now)
        return _company(request, link, desk, SentForm(late=desk.sending.late))
    return _office(request, link, now)


def _note_opening(link: PacketLink, now: datetime) -> None:
    """Write down that it was opened, once a day."""
    if first_within(timedelta(days=1), "packet-link-opened", str(link.pk)):
        audit.record(
            "liquidation.link_opened",
            at=now,
            by=None,
            training_body=link.packet.training_body,
            target=link.packet,
            who=link.name,
        )


def _office(request: HttpRequest, link: PacketLink, now: datetime) -> HttpResponse:
    form = BearerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _answered(link, form, now):
        return redirect("liquidation:link", links.signed(link))
    dispatches = list(dispatches_of(link.packet))
    mine = [one for one in dispatches if one.build_id == link.build_id]
    context = {
        "link": link,
        "signed": links.signed(link),
        "packet": link.packet,
        "actions": actions_of(link.packet),
        "index": parts_of(link.build) if link.build else [],
        "answer": next((one.answer for one in mine if hasattr(one, "answer")), None),
        "superseded": bool(dispatches) and dispatches[0].build_id != link.build_id,
        "form": form,
    }
    status = WRONG if form.errors else 200
    return render(request, f"{PAGES}/office.html", context, status=status)


def _answered(link: PacketLink, form: BearerForm, now: datetime) -> bool:
    try:
        answer_by_link(link, form.answer(who="", today=timezone.localdate(now)), at=now)
    except DomainError as refused:
        beside = BESIDE.get(refused.code)
        refuse(form, refused, beside if beside in form.fields else None)
        return False
    return True


def _company(
    request: HttpRequest,
    link: PacketLink,
    desk: Desk,
    form: SentForm,
    *,
    upload: UploadForm | None = None,
    outcomes: Sequence[Outcome] = (),
) -> HttpResponse:
    context = {
        "link": link,
        "signed": links.signed(link),
        "packet": link.packet,
        "desk": desk,
        "form": form,
        "upload": upload or UploadForm(),
        "outcomes": outcomes,
        "brought": link.papers.order_by("-at", "-pk"),
    }
    wrong = form.errors or upload is not None
    status = WRONG if wrong else 200
    return render(request, f"{PAGES}/company.html", context, status=status)


@bearer
@require_GET
def file(request: HttpRequest, link: PacketLink, *, ending: str) -> HttpResponseBase:
    """A file of the packet: what the office was sent, what the company can send."""
    now = timezone.now()
    build = link.build or desk_of(link, at=now).build
    if build is None:
        raise Http404
    return hand_out(request, build, ending, at=now, link=link)


@bearer
@require_POST
def sent(request: HttpRequest, link: PacketLink) -> HttpResponse:
    """The company says that it sent the packet from its own mail."""
    if link.audience != Audience.COMPANY:
        raise Http404
    now = timezone.now()
    desk = desk_of(link, at=now)
    form = SentForm(request.POST, late=desk.sending.late)
    if form.is_valid():
        try:
            sent_by_company(link, order=form.order(desk, link), at=now)
        except DomainError as refused:
            beside = BESIDE.get(refused.code)
            refuse(form, refused, beside if beside in form.fields else None)
        else:
            return redirect("liquidation:link", links.signed(link))
    return _company(request, link, desk, form)


@bearer
@require_POST
def papers(request: HttpRequest, link: PacketLink) -> HttpResponse:
    """The company brings its documents: each is kept or refused by itself (H5)."""
    if link.audience != Audience.COMPANY:
        raise Http404
    now = timezone.now()
    upload = UploadForm(request.POST, request.FILES)
    files = request.FILES.getlist("documents")
    outcomes = [receive(link.packet, one, link=link, at=now) for one in files[:AT_ONCE]]
    if files[AT_ONCE:]:
        upload.add_error("documents", f"Elige hasta {AT_ONCE} archivos por vez.")
    wrong = not upload.is_valid() or any(one.refused for one in outcomes)
    if not wrong:
        return redirect("liquidation:link", links.signed(link))
    link.packet.refresh_from_db()
    desk = desk_of(link, at=now)
    form = SentForm(late=desk.sending.late)
    return _company(request, link, desk, form, upload=upload, outcomes=outcomes)
