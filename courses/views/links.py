"""Personal links: who has theirs, sent by mail, printed, replaced."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.access import personal_link
from courses.forms.links import LinksForm
from courses.links import (
    Audience,
    Sent,
    Unmailed,
    audience,
    count_unmailed,
    print_links,
    send_links,
    with_deliveries,
    withheld,
)
from courses.models import Enrolment, TrainingAction
from courses.selectors import roster_of
from courses.services import regenerate_link as replace_link
from courses.views.base import NAMED, action_of, enrolment_of
from courses.views.roster import COLUMNS, ROWS
from otec_portal.core.errors import DomainError
from otec_portal.core.listing import Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.qr import qr_code

UNMAILED: Final = {
    Unmailed.NO_ADDRESS: "Sin correo registrado",
    Unmailed.OF_SENCE: "El portal no escribe a las direcciones de SENCE",
}


@never_cache
@require_GET
@operator(Permission.SEND_LINKS)
def links(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who has a link that works, since when; the links themselves stay unseen."""
    action = action_of(request, public_id)
    return _page(request, action, _empty(), status=200)


def _empty() -> LinksForm:
    now = timezone.now()
    initial = {"to": Audience.NOT_YET.value, "shown_at": now.isoformat()}
    return LinksForm(initial=initial, now=now)


def _page(
    request: OperatorRequest, action: TrainingAction, form: LinksForm, *, status: int
) -> HttpResponse:
    roster = roster_of(action)
    unmailed = count_unmailed(roster)
    shown = Listing(
        with_deliveries(roster),
        asked=request.GET,
        columns=[COLUMNS[1], COLUMNS[0], COLUMNS[2], COLUMNS[4]],
        sort="nombre",
        size=ROWS,
    )
    return render(
        request,
        "courses/roster/links.html",
        {
            "action": action,
            "form": form,
            "withheld": withheld(action),
            "list": shown,
            "not_yet": audience(action, Audience.NOT_YET).count(),
            "without_address": unmailed[Unmailed.NO_ADDRESS],
            "of_sence": unmailed[Unmailed.OF_SENCE],
            "chosen": form.cleaned_data.get("chosen") or () if form.is_bound else (),
        },
        status=status,
    )


@never_cache
@require_POST
@operator(Permission.SEND_LINKS)
def send(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Queue the mails."""
    action = action_of(request, public_id)
    now = timezone.now()
    form = LinksForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, action, form, status=422)
    try:
        sent = send_links(
            action,
            form.people(action),
            shown_at=form.cleaned_data["shown_at"],
            by=request.user,
            at=now,
        )
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        _tell(request, sent)
    return redirect("courses:links", public_id)


def _tell(request: OperatorRequest, sent: Sent) -> None:
    if sent.queued:
        told = (
            "El correo sale" if sent.queued == 1 else f"Los {sent.queued} correos salen"
        )
        messages.success(request, f"{told} en los próximos minutos.")
    if sent.repeated:
        messages.info(
            request,
            f"A {sent.repeated} ya se les había enviado recién: no se repitió.",
        )
    for why, words in UNMAILED.items():
        if left_out := sent.unmailed.get(why):
            told = f"{words}: {_named(left_out)}. "
            messages.warning(request, told + "Entrégales su enlace en una hoja con QR.")
    if not (sent.queued or sent.repeated or sent.unmailed):
        messages.info(request, "Todos tienen su enlace vigente: no se envió nada.")


def _named(enrolments: list[Enrolment]) -> str:
    people = [one.participant.full_name for one in enrolments]
    rest = len(people) - NAMED
    return ", ".join(people[:NAMED]) + (f" y {rest} más" if rest > 0 else "")


@never_cache
@require_POST
@operator(Permission.SEND_LINKS)
def sheet(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The links as cards to print and cut; the answer is never stored."""
    action = action_of(request, public_id)
    now = timezone.now()
    form = LinksForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, action, form, status=422)
    try:
        printed = print_links(
            action,
            form.people(action),
            after=form.cleaned_data["after"],
            by=request.user,
            at=now,
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("courses:links", public_id)
    return render(
        request,
        "courses/roster/sheet.html",
        {
            "action": action,
            "cards": [_card(one) for one in printed.enrolments],
            "left": printed.left,
            "last": printed.enrolments[-1].public_id if printed.left else None,
            "form": form,
        },
    )


def _card(enrolment: Enrolment) -> dict[str, object]:
    link = personal_link(enrolment)
    return {"enrolment": enrolment, "link": link, "code": qr_code(link)}


def _withdrawn(mails: int) -> str:
    if mails == 1:
        return "El correo con ese enlace que estaba en cola se retiró."
    return f"Los {mails} correos con ese enlace que estaban en cola se retiraron."


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.SEND_LINKS)
def regenerate_link(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a link that leaked, after asking; the new one is sent when asked for."""
    enrolment = enrolment_of(request, public_id)
    if request.method == "POST":
        person, now = enrolment.participant, timezone.now()
        withdrawn = replace_link(person, by=request.user, at=now)
        messages.success(
            request,
            f"El enlace anterior de {person.full_name} ya no sirve. "
            "Márcalo en la lista para entregarle el nuevo.",
        )
        if withdrawn:
            messages.info(request, _withdrawn(withdrawn))
        return redirect("courses:links", enrolment.action.public_id)
    return render(
        request,
        "courses/roster/regenerate.html",
        {"enrolment": enrolment, "action": enrolment.action},
    )
