"""Sworn statements: of one action, and who is missing over all of them."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance.after_liquidation import CLOSED, detail_is_closed
from courses.models import TrainingAction
from courses.standing import ladders_of
from courses.views.base import action_of
from liquidation import selectors
from liquidation.declarations import (
    NONE_HERE,
    Exceptional,
    Standing,
    has_declarations,
    last_day_of,
    of_otec,
)
from liquidation.executed import complementary_proposal, partial_proposal
from liquidation.models import DeclarationDocument, DeclarationState
from otec_portal.core import audit
from otec_portal.core.downloads import download
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

SHOW: Final = "ver"  # in the address
ROWS: Final = 25
NAME: Final = Column("Nombre", "nombre", ("participant__listed_folded",))
RUN: Final = Column("RUN", "run", ("participant__run",))
SESSIONS: Final = Column("Sesiones", "sesiones", ("sessions",), numeric=True)
REMINDED: Final = Column("Último recordatorio", "recordatorio", ("reminded_at",))
COLUMNS: Final = [
    NAME,
    RUN,
    SESSIONS,
    Column("Declaración", "estado", ("declaration_state",)),
    Column("¿Puede emitirla?"),
    REMINDED,
]
EVERYWHERE: Final = [
    NAME,
    RUN,
    Column("Acción", "accion", ("action__action_code",)),
    Column("Término", "termino", ("action__ends_on",)),
    Column("Plazo"),
    SESSIONS,
    Column("¿Puede emitirla?"),
    REMINDED,
]
TABS: Final = (
    ("", "Todos", "todas"),
    ("emitidas", "Emitidas", "emitidas"),
    ("faltan", "Faltan", "faltan"),
    ("sin-sesion", "Sin sesiones", "sin_sesion"),
    ("en-sence", "En manos de SENCE", "en_sence"),
)
OF_SESSIONS: Final = {"sin-sesion"}  # what tells of sessions closes with their detail


@dataclass(frozen=True)
class Tab:
    """A group of participants that can be looked at alone."""

    name: str
    word: str
    count: int


@dataclass(frozen=True)
class Row:
    """A participant, and where their declaration stands."""

    enrolment: Any
    standing: Standing


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def declarations(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who has issued, who can, who can't and why: the OTEC and each participant."""
    action = action_of(request, public_id)
    closed = detail_is_closed(action)
    may = allowed(request.membership, Permission.TRACK_DECLARATIONS) and not closed
    if not has_declarations(action.course):
        context = {"action": action, "why": NONE_HERE}
        return render(request, "liquidation/none_here.html", context)
    return render(
        request,
        "liquidation/declarations.html",
        {
            "action": action,
            "may_track": may,
            "closed": CLOSED if closed else "",
            **_otec(action, today=timezone.localdate()),
            **_participants(request, action, today=timezone.localdate()),
            "partial": partial_proposal(action),
            "complementary": complementary_proposal(action),
        },
    )


def _otec(action: TrainingAction, *, today: date) -> dict[str, object]:
    own = selectors.otec_declaration(action)
    state = own.state if own else DeclarationState.PENDING
    exceptional = selectors.exceptional_of(action)
    standing = of_otec(action, state=state, today=today, exceptional=exceptional)
    asked = exceptional != Exceptional.NOT_ASKED
    return {
        "otec": own,
        "otec_standing": standing,
        "shows_out_of_term": asked or today > last_day_of(action),
    }


def _participants(
    request: OperatorRequest, action: TrainingAction, *, today: date
) -> dict[str, object]:
    everybody = selectors.of_action(action)
    counts = selectors.counts(everybody)
    closed = detail_is_closed(action)
    shows = request.GET.get(SHOW, "")
    if closed and shows in OF_SESSIONS:
        shows = ""
    group = selectors.GROUPS.get(shows)
    listed: Listing[Any] = Listing(
        everybody if group is None else everybody.filter(group),
        asked=request.GET,
        columns=[one for one in COLUMNS if not (closed and one is SESSIONS)],
        sort="nombre",
        size=ROWS,
    )
    tabs = [
        Tab(name, word, counts[key])
        for name, word, key in TABS
        if not (closed and name in OF_SESSIONS)
    ]
    return {
        "list": listed,
        "rows": [
            Row(one, selectors.standing_of(one, today=today, action=action))
            for one in listed.page
        ],
        "counts": counts,
        "tabs": [one for one in tabs if one.count or one.name in {"", shows}],
        "shows": shows,
    }


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def missing(request: OperatorRequest) -> HttpResponse:
    """Who has a session and has not issued, over all actions that are over."""
    today = timezone.localdate()
    listed: Listing[Any] = Listing(
        selectors.missing_everywhere(request.membership, today=today),
        asked=request.GET,
        columns=EVERYWHERE,
        sort="termino",
        size=ROWS,
    )
    rows = [
        Row(one, selectors.standing_of(one, today=today, action=one.action))
        for one in listed.page
    ]
    context = {
        "list": listed,
        "rows": rows,
        "ladders": ladders_of({row.enrolment.action for row in rows}, today=today),
        "may_track": allowed(request.membership, Permission.TRACK_DECLARATIONS),
    }
    return render(request, "liquidation/missing.html", context)


@never_cache
@require_GET
@operator(Permission.TRACK_DECLARATIONS)
def document(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The PDF of a declaration; who opened it is written down."""
    mine = DeclarationDocument.objects.visible_to(request.membership)
    one = get_object_or_404(
        mine.select_related("report__declaration__action__course__training_body"),
        public_id=public_id,
    )
    declaration = one.report.declaration
    audit.record(
        "liquidation.document_opened",
        at=timezone.now(),
        by=request.user,
        training_body=declaration.action.course.training_body,
        target=declaration,
        sha256=one.sha256,
    )
    return download(
        bytes(one.content),
        filename=f"{one.name.removesuffix('.pdf')}.pdf",
        content_type="application/pdf",
    )
