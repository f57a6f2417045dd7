"""One action with what every room knows of it; its move between environments.

It stands above the rooms, as the home page does: the courses' facts, and what
attendance has seen.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from attendance import readiness
from attendance.after_liquidation import CLOSED, detail_is_closed
from attendance.findings import Finding, Place
from attendance.forms import NOW
from attendance.services.environment import for_production, move_to_production
from certificates.dossier import certification_of
from certificates.states import OUTLOOK
from courses import selectors
from courses.forms.environment import EnvironmentForm
from courses.history import Words, entries_about, history_of, told
from courses.models import ActivityType, Environment, TrainingAction
from courses.services import switch_environment
from liquidation.desk import makeable
from liquidation.models import Packet
from otec_portal import history
from otec_portal.core.errors import DomainError
from otec_portal.core.listing import Listing
from otec_portal.core.models import AuditEntry, Membership
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)


@dataclass(frozen=True)
class Mending:
    """Where a finding is put right: a page, who may, and what its link says."""

    page: str
    permission: Permission
    label: str
    of: str = ""  # whose public id its address carries
    once: bool = False  # one page mends all such findings: one link for them


MENDINGS: Final = {
    Place.ACTION: Mending(
        "courses:edit_action", Permission.EDIT_COURSES, "Corregir la acción", "action"
    ),
    Place.COURSE: Mending(
        "courses:edit_course", Permission.EDIT_COURSES, "Corregir el curso", "course"
    ),
    Place.ROSTER: Mending(
        "courses:roster", Permission.IMPORT_ROSTERS, "Ver la nómina", "action"
    ),
    Place.TRAINING_BODY: Mending(
        "training_body", Permission.EDIT_TRAINING_BODY, "Ver los datos de la OTEC"
    ),
    Place.ALERTS: Mending(
        "attendance:alerts", Permission.VIEW_SESSIONS, "Ver las alertas", once=True
    ),
    Place.TOKENS: Mending(
        "attendance:tokens", Permission.MANAGE_TOKENS, "Ver los tokens SENCE"
    ),
}
ALL_WORDS: Final = Words(history.WORDS, history.VALUES)
DEEDS_ON_A_PAGE: Final = 25
ELSEWHERE: Final = {
    Place.TRAINING_BODY: "Lo corrige el Administrador Nacional de la OTEC.",
    Place.TOKENS: "Lo corrige el Administrador Nacional de la OTEC.",
    Place.INSTALLATION: "Lo corrige quien administra el portal.",
}


@dataclass(frozen=True)
class Advice:
    """A finding with the way to put it right."""

    finding: Finding
    url: str
    label: str
    who: str


def advise(
    found: list[Finding], *, action: TrainingAction, membership: Membership
) -> list[Advice]:
    """Return the findings with links for those places that `membership` may change.

    Where one link does for several, the last of them has it.
    """
    last = {finding.place: finding for finding in found}
    return [
        _advice(finding, action, membership, last=finding is last[finding.place])
        for finding in found
    ]


def _advice(
    finding: Finding, action: TrainingAction, membership: Membership, *, last: bool
) -> Advice:
    mending = MENDINGS.get(finding.place)
    who = ELSEWHERE.get(finding.place, "")
    closed = finding.place == Place.ACTION and action.closed_because
    if mending is None or closed or not allowed(membership, mending.permission):
        return Advice(finding, url="", label="", who=who)
    if mending.once and not last:
        return Advice(finding, url="", label="", who="")
    ids = {"action": action.public_id, "course": action.course.public_id}
    url = reverse(mending.page, args=[ids[mending.of]] if mending.of else [])
    return Advice(finding, url=url, label=mending.label, who="")


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def action(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything of one action at a glance."""
    now = timezone.now()
    one = _action(request, public_id)
    return render(request, "courses/action.html", _page(one, request.membership, now))


def _page(
    one: TrainingAction, membership: Membership, now: datetime
) -> dict[str, object]:
    today = timezone.localdate(now)
    found = readiness.preflight(one, today=today)
    related = selectors.related_to(one, membership)
    return {
        "action": one,
        "state": one.state_on(today),
        "closed_because": one.closed_because,
        "advice": advise(found, action=one, membership=membership),
        "grave": any(finding.grave for finding in found),
        "refused": any(finding.refused for finding in found),
        "enrolled": one.enrolments.count(),
        "tally": readiness.tally(one, now=now),
        "refusals": readiness.refusals(one, now=now),
        "answers": readiness.latest_answers(one),
        "detail_closed": CLOSED if detail_is_closed(one) else "",
        "related": related,
        "may_add_complementary": one.activity_type == ActivityType.PARTIAL
        and one.its_complementary() is None
        and allowed(membership, Permission.EDIT_COURSES),
        "history": history_of(one, words=ALL_WORDS),
        **_ways(one, membership),
        **_packet(one, membership, today),
        "certificate_badge": OUTLOOK.badges[certification_of(one).state],
        "may_edit": not one.closed_because
        and allowed(membership, Permission.EDIT_COURSES),
        "may_switch": not one.closed_because
        and allowed(membership, Permission.SWITCH_ENVIRONMENT),
    }


def _ways(one: TrainingAction, membership: Membership) -> dict[str, str]:
    """Return the addresses of the action's other pages, "" where one may not go."""
    return {
        "sessions_url": reverse("attendance:sessions")
        + f"?{urlencode({'who': one.action_code})}",
        "running_url": reverse("attendance:sessions")
        + f"?{urlencode({'state': NOW, 'who': one.action_code})}",
        "roster_url": reverse("courses:roster", args=[one.public_id]),
        "links_url": reverse("courses:links", args=[one.public_id])
        if allowed(membership, Permission.SEND_LINKS)
        else "",
        "attendance_url": reverse("attendance:participants", args=[one.public_id]),
        "classes_url": reverse("attendance:classes", args=[one.public_id]),
        "reconciliation_url": reverse("attendance:reconciliation", args=[one.public_id])
        if allowed(membership, Permission.VIEW_SESSIONS)
        else "",
        "certificate_url": reverse("certificates:certificate", args=[one.public_id]),
        "declarations_url": reverse("liquidation:declarations", args=[one.public_id]),
    }


def _packet(
    one: TrainingAction, membership: Membership, today: date
) -> dict[str, object]:
    """Return the way to its packet, or to making one; "" where there is neither."""
    found: dict[str, object] = {"packet_url": "", "in_packet": False}
    if not allowed(membership, Permission.LIQUIDATE):
        return found
    mine = Packet.objects.visible_to(membership)
    packet = mine.filter(packet_actions__action=one).only("public_id").first()
    if packet:
        address = reverse("liquidation:packet", args=[packet.public_id])
        return {"packet_url": address, "in_packet": True}
    if makeable(membership, today=today).filter(pk=one.pk).exists():
        address = reverse("liquidation:make_packet")
        found["packet_url"] = f"{address}?{urlencode({'accion': one.public_id})}"
    return found


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def action_history(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """All that was done to one action, the latest first."""
    one = _action(request, public_id)
    shown: Listing[AuditEntry] = Listing(
        entries_about(one), asked=request.GET, size=DEEDS_ON_A_PAGE
    )
    deeds = [told(entry, TrainingAction, ALL_WORDS) for entry in shown.page]
    return render(
        request,
        "courses/action_history.html",
        {"action": one, "list": shown, "history": deeds},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.SWITCH_ENVIRONMENT)
def environment(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the other environment means, and the confirmed move to it."""
    now = timezone.now()
    one = _action(request, public_id)
    form = EnvironmentForm(request.POST or None, current=Environment(one.environment))
    if request.method == "POST" and form.is_valid():
        try:
            _move(one, form.to, request=request, at=now)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"La acción quedó en {form.to.label.lower()}.")
            return redirect("courses:action", public_id)
    found = for_production(one, at=now) if form.leads_to_production else []
    advice = advise(found, action=one, membership=request.membership)
    return render(
        request,
        "courses/environment.html",
        {
            "action": one,
            "form": form,
            "closed_because": one.closed_because,
            "advice": [told for told in advice if told.finding.grave],
            "warnings": [told for told in advice if not told.finding.grave],
        },
    )


def _move(
    one: TrainingAction, to: Environment, *, request: OperatorRequest, at: datetime
) -> None:
    if to == Environment.PRODUCTION:
        move_to_production(one, by=request.user, at=at)
    else:
        switch_environment(one, to=to, by=request.user, at=at)


def _action(request: OperatorRequest, public_id: uuid.UUID) -> TrainingAction:
    mine = selectors.actions_for(request.membership)
    return get_object_or_404(mine, public_id=public_id)


urlpatterns = [
    path("acciones/<uuid:public_id>/", action, name="action"),
    path("acciones/<uuid:public_id>/historial/", action_history, name="action_history"),
    path("acciones/<uuid:public_id>/ambiente/", environment, name="switch_environment"),
]
