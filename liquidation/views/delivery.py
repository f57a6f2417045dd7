"""How a packet leaves: the mail, the company's link, the answer that came."""

import uuid
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from liquidation.deliveries import dispatches_of, downloads_of, links_of
from liquidation.delivery_forms import BESIDE, ContactForm, RecordForm, SendForm
from liquidation.links import holds
from liquidation.models import AnswerEvidence, Packet, PacketLink
from liquidation.sending import Sending, preview_of, sending_of
from liquidation.services import answers, dispatch
from liquidation.services import links as link_services
from otec_portal.core import audit
from otec_portal.core.document_field import say_what_is_lost
from otec_portal.core.downloads import kept_document
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.permissions import OperatorRequest, Permission, operator

CONFIRMED, CORRECTED = "confirmar", "corregir"  # the buttons of the preview
WRONG: Final = 422
SHOWN: Final = 20  # downloads on the page


def _packet(request: OperatorRequest, public_id: uuid.UUID) -> Packet:
    mine = Packet.objects.visible_to(request.membership)
    rows = mine.select_related("company", "training_body")
    return get_object_or_404(rows, public_id=public_id)


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def delivery(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where a packet is on its way: what left, who has it, what they answered."""
    packet, now = _packet(request, public_id), timezone.now()
    context = {
        "sending": sending_of(packet, at=now),
        "packet": packet,
        "dispatches": dispatches_of(packet),
        "links": [(one, holds(one, at=now)) for one in links_of(packet)],
        "downloads": downloads_of(packet)[:SHOWN],
    }
    return render(request, "liquidation/delivery/delivery.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def send_packet(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The very mail; one press sends it."""
    packet, now = _packet(request, public_id), timezone.now()
    sending = sending_of(packet, at=now)
    posted = request.POST if request.method == "POST" else None
    form = SendForm(posted, late=sending.late, initial=_initial(sending))
    if posted is not None and form.is_valid() and CORRECTED not in posted:
        if CONFIRMED not in posted and sending.build and sending.can_be_sent:
            return _preview(request, sending, form, now)
        if _sent(request, sending, form, now):
            messages.success(request, "El expediente va en camino.")
            return redirect("liquidation:delivery", public_id)
    context = {"sending": sending, "packet": packet, "form": form}
    status = WRONG if form.errors else 200
    return render(request, "liquidation/delivery/send.html", context, status=status)


def _initial(sending: Sending) -> dict[str, object]:
    """Return what the form begins with: the company's contact, what is on the page."""
    company, last = sending.packet.company, sending.last
    return {
        "contact_name": company.contact_name,
        "contact_email": company.contact_email or (last.copy_to if last else ""),
        "build": sending.build.public_id if sending.build else None,
        "after": last.public_id if last else None,
    }


def _preview(
    request: OperatorRequest, sending: Sending, form: SendForm, now: datetime
) -> HttpResponse:
    order = form.order(sending.build)
    if order.build is None:
        form.add_error(None, "El expediente se armó de nuevo: revisa el correo.")
        context = {"sending": sending, "packet": sending.packet, "form": form}
        return render(request, "liquidation/delivery/send.html", context, status=WRONG)
    preview = preview_of(
        sending, order.build, order.contact, late_reason=order.late_reason, at=now
    )
    context = {
        "sending": sending,
        "packet": sending.packet,
        "form": form,
        "preview": preview,
    }
    return render(request, "liquidation/delivery/preview.html", context)


def _sent(
    request: OperatorRequest, sending: Sending, form: SendForm, now: datetime
) -> bool:
    order = form.order(sending.build)
    try:
        dispatch.send(sending.packet, order=order, by=request.user, at=now)
    except DomainError as refused:
        _refuse(form, refused)
        return False
    return True


def _refuse(form: ContactForm | RecordForm, refused: DomainError) -> None:
    beside = BESIDE.get(refused.code)
    refuse(form, refused, beside if beside in form.fields else None)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def hand_over(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the company's contact a link to the packet."""
    packet, now = _packet(request, public_id), timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = ContactForm(posted, initial=_initial(sending_of(packet, at=now)))
    if posted is not None and form.is_valid():
        try:
            link_services.hand_over(
                packet, contact=form.contact, by=request.user, at=now
            )
        except DomainError as refused:
            _refuse(form, refused)
        else:
            messages.success(request, "El enlace va en camino a la empresa.")
            return redirect("liquidation:delivery", public_id)
    context = {"packet": packet, "form": form}
    status = WRONG if form.errors else 200
    return render(
        request, "liquidation/delivery/hand_over.html", context, status=status
    )


@require_POST
@operator(Permission.LIQUIDATE)
def revoke_link(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a link."""
    mine = PacketLink.objects.visible_to(request.membership)
    link = get_object_or_404(
        mine.select_related("packet__training_body"), public_id=public_id
    )
    link_services.revoke(link, by=request.user, at=timezone.now())
    messages.success(request, "El enlace ya no abre nada.")
    return redirect("liquidation:delivery", link.packet.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.LIQUIDATE)
def record_answer(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record what the office answered to the training body."""
    packet, now = _packet(request, public_id), timezone.now()
    sending = sending_of(packet, at=now)
    if request.method == "GET" and not sending.waits:
        messages.info(request, "El expediente no espera una respuesta.")
        return redirect("liquidation:delivery", public_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordForm(*sent)
    if sent and form.is_valid() and _recorded(request, packet, form, now):
        messages.success(request, "La respuesta quedó registrada.")
        return redirect("liquidation:delivery", public_id)
    say_what_is_lost(form, "evidence")
    context = {"packet": packet, "sending": sending, "form": form}
    status = WRONG if form.errors else 200
    return render(request, "liquidation/delivery/record.html", context, status=status)


def _recorded(
    request: OperatorRequest, packet: Packet, form: RecordForm, now: datetime
) -> bool:
    kept = form.cleaned_data["evidence"]
    try:
        answers.record_answer(
            packet,
            form.answer(who="", today=timezone.localdate(now)),
            evidence=kept.document,
            filename=kept.name,
            by=request.user,
            at=now,
        )
    except DomainError as refused:
        _refuse(form, refused)
        return False
    return True


@never_cache
@require_GET
@operator(Permission.LIQUIDATE)
def answer_evidence(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document of a recorded answer; who opened it is written down."""
    mine = AnswerEvidence.objects.visible_to(request.membership)
    rows = mine.select_related("answer__dispatch__build__packet__training_body")
    one = get_object_or_404(rows, public_id=public_id)
    packet = one.answer.dispatch.build.packet
    audit.record(
        "liquidation.answer_evidence_opened",
        at=timezone.now(),
        by=request.user,
        training_body=packet.training_body,
        target=packet,
        sha256=one.sha256,
    )
    return kept_document(one)
