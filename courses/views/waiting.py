"""Lists of actions that wait for something: what the home page counts, all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses import attention
from courses.ladder import Ladder
from courses.models import TrainingAction
from courses.standing import ladders_of
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator

COLUMNS: Final = (
    Column("Código Curso", "codigo", ("action_code",)),
    Column("Curso", "curso", ("course__name",)),
    Column("Fecha Inicio", "inicio", ("starts_on",)),
    Column("Fecha Término", "termino", ("ends_on",)),
    Column("Plazo"),
    Column("Ambiente"),
)
NOT_READY_COLUMNS: Final = (
    *COLUMNS[:3],
    Column("Plazo"),
    Column("Participantes", "participantes", ("people",), numeric=True),
    Column("Preparación"),
)


@dataclass(frozen=True)
class Waiting:
    """What the actions of a list have in common, in Spanish."""

    title: str
    next_step: str
    none: str  # what is said where there is none


IN_TEST: Final = Waiting(
    "Acciones en ejecución en ambiente de prueba",
    attention.TEST_NEXT_STEP,
    "Todas las acciones en ejecución están en producción.",
)


def listed(
    request: OperatorRequest, actions: QuerySet[TrainingAction], what: Waiting
) -> HttpResponse:
    """Show `actions`, with their courses, those that end first before the others."""
    shown: Listing[TrainingAction] = Listing(
        actions, asked=request.GET, columns=COLUMNS, sort="termino"
    )
    context = {"list": shown, "what": what, "ladders": _ladders(shown)}
    return render(request, "courses/waiting.html", context)


def _ladders(shown: Listing[TrainingAction]) -> Mapping[int, Ladder]:
    return ladders_of(list(shown.page), today=timezone.localdate())


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def in_test(request: OperatorRequest) -> HttpResponse:
    """Every action that runs in SENCE's test environment today."""
    today: date = timezone.localdate()
    running = attention.running_in_test(request.membership, today=today)
    return listed(request, running, IN_TEST)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def not_ready(request: OperatorRequest) -> HttpResponse:
    """Every action that starts soon and lacks something, the next first."""
    shown: Listing[TrainingAction] = Listing(
        attention.not_ready(request.membership, today=timezone.localdate()),
        asked=request.GET,
        columns=NOT_READY_COLUMNS,
        sort="inicio",
    )
    context = {
        "list": shown,
        "rows": [(action, attention.lacks_of(action)) for action in shown.page],
        "ladders": _ladders(shown),
        "title": "Acciones que empiezan pronto y no están listas",
        "next_step": attention.NOT_READY_NEXT_STEP,
    }
    return render(request, "courses/not_ready.html", context)
