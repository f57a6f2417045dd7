"""Attendance to look at: an action's days, one person's day, percentages, who is in."""

import uuid
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance.day_page import day_page
from attendance.distribution_page import distribution_page
from attendance.grid_page import grid_page
from attendance.online import online
from attendance.pictures.grid import DEPTH_WORDS
from attendance.plausible import is_plausible
from attendance.standing import Rules
from attendance.views.closed import closed_page
from courses.models import Enrolment, TrainingAction
from courses.views.base import action_of
from otec_portal.core.permissions import OperatorRequest, Permission, operator


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def days(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """An action as a grid: participants and days."""
    one = action_of(request, public_id)
    if closed := closed_page(request, one):
        return closed
    page = grid_page(one, asked=request.GET, now=timezone.now())
    context = {
        "action": one,
        "page": page,
        "why_none": Rules.of(one).why_none,
        "depths": DEPTH_WORDS,
    }
    return render(request, "attendance/days.html", context)


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def day(
    request: OperatorRequest, public_id: uuid.UUID, enrolment: uuid.UUID, day: str
) -> HttpResponse:
    """One participant's day: class, marks, credit."""
    one = action_of(request, public_id)
    enrolled = get_object_or_404(
        Enrolment.objects.filter(action=one).select_related("participant"),
        public_id=enrolment,
    )
    enrolled.action = one
    if closed := closed_page(request, one):
        return closed
    page = day_page(enrolled, _date(day), now=timezone.now())
    return render(request, "attendance/day.html", {"action": one, "page": page})


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def distribution(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """How the percentages of an action lie against the threshold."""
    one = action_of(request, public_id)
    if closed := closed_page(request, one):
        return closed
    context = {
        "action": one,
        "page": distribution_page(one),
        "why_none": Rules.of(one).why_none,
    }
    return render(request, "attendance/distribution.html", context)


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def online_of_action(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who of an action is in right now."""
    one = action_of(request, public_id)
    if closed := closed_page(request, one):
        return closed
    return _online(request, one)


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def online_of_body(request: OperatorRequest) -> HttpResponse:
    """Who is in right now, in all that this profile may see."""
    return _online(request, None)


def _online(request: OperatorRequest, one: TrainingAction | None) -> HttpResponse:
    found = online(request.membership, now=timezone.now(), action=one)
    # the part that renews itself is asked for by htmx
    part = "HX-Request" in request.headers
    template = "attendance/parts/online.html" if part else "attendance/online.html"
    return render(request, template, {"action": one, "online": found})


def _date(text: str) -> date:
    """Return the day that an address names, in one way of writing only."""
    try:
        named = date.fromisoformat(text)
    except ValueError as unreadable:
        raise Http404 from unreadable
    if named.isoformat() != text or not is_plausible(named):
        raise Http404
    return named
