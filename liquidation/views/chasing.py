"""Reminding those who are missing: chosen, with the very mail before their eyes."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.views.closed import closed_page
from courses.models import TrainingAction
from courses.views.base import action_of
from liquidation.forms import CHOSEN, RemindForm
from liquidation.selectors import MISSING, of_action
from liquidation.services.chasing import Chased, can_issue, letter, remind, subject
from liquidation.views.declarations import NAME, REMINDED, ROWS, RUN
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator

FOR_WHOM: Final = "para"  # in the address: whose mail is shown
NAMED: Final = 5  # of those who have no address
COLUMNS: Final = [
    NAME,
    RUN,
    Column("Correo", "correo", ("participant__email",)),
    REMINDED,
]


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.TRACK_DECLARATIONS)
def remind_missing(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Whom to remind, and the mail they get; one press queues it."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    form = RemindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = list(given["chosen"]) if given["to"] == CHOSEN else None
        _tell(request, remind(action, chosen, by=request.user, at=timezone.now()))
        return redirect("liquidation:declarations", public_id)
    return _page(request, action, form, status=422 if form.is_bound else 200)


def _page(
    request: OperatorRequest, action: TrainingAction, form: RemindForm, *, status: int
) -> HttpResponse:
    # in one action all who are missing can issue, or none: the reasons are its own
    rows = of_action(action).filter(MISSING)
    able = can_issue(action, list(rows[:1]), at=timezone.now())
    listed: Listing[Any] = Listing(
        rows if able else rows.none(),
        asked=request.GET,
        columns=COLUMNS,
        sort="nombre",
        size=ROWS,
    )
    asked = request.GET.get(FOR_WHOM, "")
    people = list(listed.page)
    shown = next((one for one in people if str(one.public_id) == asked), None)
    shown = shown or next(iter(people), None)
    context = {
        "action": action,
        "form": form,
        "list": listed,
        "shown": shown,
        "subject": subject(action),
        "letter": letter(shown, action) if shown else "",
        "chosen": form.cleaned_data.get("chosen") or () if form.is_bound else (),
    }
    return render(request, "liquidation/remind.html", context, status=status)


def _tell(request: OperatorRequest, chased: Chased) -> None:
    if chased.queued:
        told = (
            "El recordatorio sale"
            if chased.queued == 1
            else f"Los {chased.queued} recordatorios salen"
        )
        messages.success(request, f"{told} en los próximos minutos.")
    if chased.repeated:
        messages.info(request, f"A {chased.repeated} ya se les recordó hoy.")
    if chased.without_address:
        people = [one.participant.full_name for one in chased.without_address]
        rest = len(people) - NAMED
        more = f" y {rest} más" if rest > 0 else ""
        told = ", ".join(people[:NAMED])
        messages.warning(request, f"Sin correo registrado: {told}{more}.")
    if chased.blocked:
        messages.warning(
            request,
            f"A {chased.blocked} no se les escribió: no pueden emitir ahora.",
        )
    if not any(
        (chased.queued, chased.repeated, chased.without_address, chased.blocked)
    ):
        messages.info(request, "No falta nadie: no se envió nada.")
