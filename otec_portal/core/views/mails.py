"""The mail of the training body: what left, what did not, and what to do about it."""

import uuid
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from otec_portal.core.errors import DomainError
from otec_portal.core.listing import Bound, Column, Listing
from otec_portal.core.mail_filter import MailFilter
from otec_portal.core.models import MailState, OutgoingEmail
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.selectors import mails_for
from otec_portal.core.services import mails as services
from otec_portal.core.workflow import TransitionLog

COLUMNS: Final = (
    Column("Asunto"),
    Column("Para", "para", ("to",), costly=True),
    Column("Creado", "creado", ("created_at",)),
    Column("Estado", "estado", ("state",), costly=True),
    Column("Próximo intento"),
    Column("Qué pasó"),
)
ROWS: Final = 25
MOST: Final = 10_000  # mails of one list: more are told of, and not counted


@never_cache
@require_GET
@operator(Permission.MANAGE_MAIL)
def mails(request: OperatorRequest) -> HttpResponse:
    """Every mail that left in the name of the training body, newest first."""
    narrow = MailFilter(request.GET)
    shown: Listing[OutgoingEmail] = Listing(
        narrow.apply(mails_for(request.membership)),
        asked=request.GET,
        columns=COLUMNS,
        sort="-creado",
        size=ROWS,
        bound=Bound(MOST),
    )
    return render(request, "core/mails/list.html", {"list": shown, "filter": narrow})


def _mine(request: OperatorRequest, public_id: uuid.UUID) -> OutgoingEmail:
    return get_object_or_404(mails_for(request.membership), public_id=public_id)


@never_cache
@require_GET
@operator(Permission.MANAGE_MAIL)
def mail(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mail: what was sent, how it went, what a person may decide."""
    found = get_object_or_404(
        mails_for(request.membership).select_related(
            "decided_by", "released_by", "resend_of", "resent_as"
        ),
        public_id=public_id,
    )
    moves = TransitionLog.objects.filter(
        target_type=found._meta.label, target_id=found.pk
    )
    return render(
        request,
        "core/mails/mail.html",
        {
            "mail": found,
            "attachments": found.attachments.order_by("pk"),
            "moves": [
                (one, MailState(one.state).label) for one in moves.order_by("pk")
            ],
            "resent_as": getattr(found, "resent_as", None),
            "why_not_resent": services.why_not_resent(found),
        },
    )


def _decide(
    request: OperatorRequest,
    public_id: uuid.UUID,
    decision: Callable[..., object],
    done: str,
) -> HttpResponse:
    """Make `decision` about a mail within reach and say `done`, or why not."""
    found = _mine(request, public_id)
    try:
        decision(found.public_id, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("mail", public_id)


@require_POST
@operator(Permission.MANAGE_MAIL)
def resend(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send it once more, as a mail of its own."""
    return _decide(
        request, public_id, services.resend, "Lo reenviamos: saldrá en unos segundos."
    )


@require_POST
@operator(Permission.MANAGE_MAIL)
def take_as_sent(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """An uncertain one arrived, as far as we know."""
    return _decide(request, public_id, services.take_as_sent, "Lo dimos por enviado.")


@require_POST
@operator(Permission.MANAGE_MAIL)
def not_arrived(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """An uncertain one of a day reached nobody: what it told is told again."""
    return _decide(request, public_id, services.not_arrived, "Anotamos que no llegó.")


@require_POST
@operator(Permission.MANAGE_MAIL)
def dismiss(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """A refused one was dealt with."""
    return _decide(request, public_id, services.dismiss, "Lo dimos por resuelto.")
