"""One paper of a packet: looked at, given its place, replaced, put aside."""

import uuid
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Final

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liquidation.confirming import propose
from liquidation.contents import contents_of
from liquidation.models import Paper, PaperState
from liquidation.paper_forms import PlaceForm, ReplaceForm
from liquidation.services import papers, placing
from liquidation.views.papers import with_places
from otec_portal.core.downloads import download
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.uploads import FileKind

BESIDE: Final = {
    "not_asked": "actions",
    "not_there": "actions",
    "whose": "people",
    "other_action": "people",
    "otec_first": "people",
    "proof": "proof",
    "other_number": "number",
    "number_taken": "number",
}


def paper_of(request: OperatorRequest, public_id: uuid.UUID) -> Paper:
    """Return the paper, if who asks may know of it. Raises Http404."""
    mine = with_places(Paper.objects.visible_to(request.membership))
    rows = mine.select_related("packet__company", "packet__training_body")
    return get_object_or_404(rows, public_id=public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def paper(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """A paper beside the form that says what it is: proposed, for a person to say."""
    one, now = paper_of(request, public_id), timezone.now()
    contents = contents_of(one.packet)
    (proposed,) = propose([one], contents)
    form = PlaceForm(
        *([request.POST] if request.method == "POST" else []),
        contents=contents,
        proposal=proposed.proposal,
        pages=one.pages,
        today=timezone.localdate(now),
    )
    if form.is_bound and form.is_valid():
        try:
            placing.place(one, form.places, by=request.user, at=now)
        except DomainError as refused:
            beside = BESIDE.get(refused.code)
            refuse(form, refused, beside if beside in form.fields else None)
        else:
            messages.success(request, f"«{one.name}» quedó confirmado.")
            return _to_next(one)
    return _page(request, one, form=form, proposal=proposed.proposal)


def _to_next(done: Paper) -> HttpResponse:
    """Go on with the next one that waits, in the order of the list."""
    waiting = done.packet.papers.filter(state=PaperState.UNPLACED)
    following = waiting.order_by("name", "pk").first()
    if following is None:
        return redirect("liquidation:papers", done.packet.public_id)
    return redirect("liquidation:paper", following.public_id)


def _page(request: OperatorRequest, one: Paper, **more: Any) -> HttpResponse:
    placed = one.packet.papers.filter(state=PaperState.PLACED).exclude(pk=one.pk)
    context = {
        "paper": one,
        "packet": one.packet,
        "is_picture": one.kind != FileKind.PDF,
        "replacing": more.pop("replacing", None)
        or ReplaceForm(papers=list(placed.order_by("name"))),
        "can_replace": one.state == PaperState.UNPLACED and placed.exists(),
        **more,
    }
    invalid = more["form"].errors or context["replacing"].errors
    status = 422 if invalid else 200
    return render(request, "liquidation/paper.html", context, status=status)


@never_cache
@require_POST
@operator(Permission.LIQUIDATE)
def take_out_paper(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a paper out of its places."""
    done = "El archivo espera otra vez que digas qué es."
    return _do(request, public_id, placing.take_out, done)


@never_cache
@require_POST
@operator(Permission.LIQUIDATE)
def discard_paper(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a paper aside."""
    return _do(request, public_id, papers.discard, "El archivo quedó descartado.")


@never_cache
@require_POST
@operator(Permission.LIQUIDATE)
def bring_back_paper(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a paper that was put aside wait again."""
    return _do(request, public_id, papers.bring_back, "El archivo está por confirmar.")


def _do(
    request: OperatorRequest, public_id: uuid.UUID, deed: Callable[..., None], done: str
) -> HttpResponse:
    one = paper_of(request, public_id)
    try:
        deed(one, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("liquidation:paper", public_id)


@never_cache
@require_POST
@operator(Permission.LIQUIDATE)
def replace_paper(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let this paper be what another one was."""
    one = paper_of(request, public_id)
    placed = one.packet.papers.filter(state=PaperState.PLACED).exclude(pk=one.pk)
    form = ReplaceForm(request.POST, papers=list(placed))
    if not form.is_valid():
        messages.error(request, "Elige el archivo al que reemplaza.")
        return redirect("liquidation:paper", public_id)
    try:
        placing.replace(form.paper, one, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("liquidation:paper", public_id)
    messages.success(request, f"«{one.name}» reemplazó a «{form.paper.name}».")
    return _to_next(one)


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def paper_document(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file, to save; who opened it is written down (C14)."""
    one = paper_of(request, public_id)
    try:
        content = papers.open_paper(one, by=request.user, at=timezone.now())
    except papers.PaperRefused as refused:
        return _gone(request, one, refused)
    return download(content, filename=_filename(one), content_type=one.kind)


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def paper_preview(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file as the paper's page shows it; who opened it is written down (C14)."""
    one = paper_of(request, public_id)
    try:
        content = papers.open_paper(one, by=request.user, at=timezone.now())
    except papers.PaperRefused as refused:
        return _framed(request, _gone(request, one, refused))
    answer = HttpResponse(content, content_type=one.kind)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=False, filename=_filename(one)) or ""
    )
    answer.headers["Cache-Control"] = "no-store"
    return _framed(request, answer)


def _framed(request: OperatorRequest, answer: HttpResponse) -> HttpResponse:
    """Let the portal's own pages, and no others, show `answer` within themselves.

    A browser's viewer of PDFs is an object embedded in it.
    """
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    widened = {"frame-ancestors": [SELF], "object-src": [SELF]}
    csp_replace(widened)(lambda _request: answer)(request)
    return answer


def _gone(
    request: OperatorRequest, one: Paper, refused: papers.PaperRefused
) -> HttpResponse:
    context = {"paper": one, "packet": one.packet, "why": refused.message}
    return render(request, "liquidation/paper_gone.html", context, status=500)


def _filename(one: Paper) -> str:
    return f"{PurePath(one.name).stem}.{FileKind(one.kind).extension}"
