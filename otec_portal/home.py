"""The operator's home: what needs me today?

Each room says what needs a person; here it is put together, the most urgent first.
A later part adds its room to ROOMS.
"""

from datetime import datetime
from types import ModuleType
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

import attendance.attention
import certificates.attention
import courses.attention
import liquidation.attention
from attendance import selectors
from courses.attention import lacks_of, starting
from courses.standing import ladders_of
from otec_portal.core import needs
from otec_portal.core.attention import Item, Step, first_of
from otec_portal.core.models import Membership
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

ROOMS: Final[tuple[ModuleType, ...]] = (
    attendance.attention,
    certificates.attention,
    liquidation.attention,
    courses.attention,
    needs,
)
SHOWN: Final = 10


@never_cache
@require_GET
@operator()
def home(request: OperatorRequest) -> HttpResponse:
    """What needs me, who is in, what SENCE refused today, what starts soon."""
    now = timezone.now()
    acting = request.membership
    steps = first_steps(acting)
    return render(
        request,
        "home.html",
        {
            "items": what_needs_me(acting, now=now),
            "steps": [] if all(step.done for step in steps) else steps,
            "errors": selectors.errors_of_today(acting, now=now),
            "may_probe": allowed(acting, Permission.PROBE_SENCE),
            **_starting(acting, now),
            **_running(acting, now),
        },
    )


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def live(request: OperatorRequest) -> HttpResponse:
    """Who is in right now: the part of the page that renews itself."""
    running = _running(request.membership, timezone.now())
    return render(request, "parts/live.html", running)


def what_needs_me(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what every room has for this person at `now`, the most urgent first."""
    found = [
        item
        for room in ROOMS
        for item in room.items(membership, now=now)
        if item.needs is None or allowed(membership, item.needs)
    ]
    return sorted(found, key=lambda item: item.urgency)


def first_steps(membership: Membership) -> list[Step]:
    """Return how a training body begins, from its token to its first roster.

    Of the steps only those that this person may take.
    """
    steps = [step for room in ROOMS for step in room.first_steps(membership)]
    return [step for step in steps if allowed(membership, step.needs)]


def _running(membership: Membership, now: datetime) -> dict[str, Any]:
    running = selectors.with_evidence(selectors.open_sessions(membership, now=now))
    first, count = first_of(running, shown=SHOWN)
    rows = [selectors.row_of(one, now) for one in first]
    return {"running": rows, "running_count": count}


def _starting(membership: Membership, now: datetime) -> dict[str, Any]:
    rows = starting(membership, today=timezone.localdate(now))
    first, count = first_of(rows, shown=SHOWN)
    shown = [(action, lacks_of(action)) for action in first]
    ladders = ladders_of(first, today=timezone.localdate(now))
    return {
        "starting": shown,
        "starting_count": count,
        "starting_ladders": ladders,
    }
