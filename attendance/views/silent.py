"""The actions that run and into which nobody has come yet."""

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance import attention
from courses.views.waiting import Waiting, listed
from otec_portal.core.permissions import OperatorRequest, Permission, operator

SILENT: Final = Waiting(
    "Acciones en ejecución sin ninguna sesión",
    attention.SILENT_NEXT_STEP,
    "En todas las acciones en ejecución ya entró alguien.",
)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def without_sessions(request: OperatorRequest) -> HttpResponse:
    """Every action that began before today and nobody has entered."""
    today = timezone.localdate()
    silent = attention.without_sessions(request.membership, today=today)
    return listed(request, silent, SILENT)
