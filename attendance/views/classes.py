"""The "libro de clases" of an action: begun, ended, entered afterwards, annulled."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.book_forms import EnterClassForm, ReasonForm
from attendance.models import ClassState, TrainingClass
from attendance.services import classes as services
from courses.models import ActionState, TrainingAction
from courses.views.base import action_of
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import refuse
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership, TrainingBody, User
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
    roles_with,
)
from otec_portal.core.workflow import TransitionRefused

COLUMNS: Final = [
    Column("Fecha", "fecha", ("started_at",)),
    Column("Facilitador", "facilitador", ("facilitator__full_name",)),
    Column("Inicio Sesión"),
    Column("Fin Sesión"),
    Column("Duración Sesión"),
    Column("Estado", "estado", ("state",)),
]
ROWS: Final = 25
BESIDE: Final = {
    "ends_before_it_starts": "end",
    "in_the_future": "end",
    "outside_the_action": "day",
    "overlaps": "overlaps",
}


def classes_of(action: TrainingAction) -> QuerySet[TrainingClass]:
    """Return all classes of `action` with their people."""
    return TrainingClass.objects.filter(action=action).select_related(
        "facilitator", "entered_by", "annulled_by"
    )


def teachers_of(body: TrainingBody) -> QuerySet[User]:
    """Return who may hold classes of `body`, by name."""
    acting = Membership.objects.in_force().filter(
        training_body=body, role__in=roles_with(Permission.TEACH)
    )
    mine = User.objects.filter(pk__in=acting.values("user"), is_active=True)
    return mine.order_by("full_name", "pk")


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def classes(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """All classes of the action; the running ones first and by themselves."""
    now = timezone.now()
    action = action_of(request, public_id)
    everything = classes_of(action)
    closed = action.closed_because
    running = list(everything.filter(state=ClassState.OPEN).order_by("started_at"))
    mine = any(one.facilitator_id == request.user.pk for one in running)
    teaches = allowed(request.membership, Permission.TEACH) and not closed
    enters = allowed(request.membership, Permission.ENTER_CLASSES) and not closed
    in_time = action.state_on(timezone.localdate(now)) == ActionState.RUNNING
    shown = Listing(
        everything.exclude(state=ClassState.OPEN),
        asked=request.GET,
        columns=COLUMNS,
        sort="-fecha",
        size=ROWS,
    )
    return render(
        request,
        "attendance/classes.html",
        {
            "action": action,
            "running": [_running(one, request, enters=enters) for one in running],
            "list": shown,
            "closed_because": closed,
            "may_begin": teaches and in_time and not mine,
            "not_now": teaches and not in_time,
            "may_end": teaches,
            "may_enter": enters,
        },
    )


def _running(
    one: TrainingClass, request: OperatorRequest, *, enters: bool
) -> dict[str, Any]:
    since = timezone.localdate(one.started_at)
    return {
        "class": one,
        "may_end": enters or one.facilitator_id == request.user.pk,
        "forgotten": since < timezone.localdate(),
    }


@require_POST
@operator(Permission.TEACH)
def begin(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Iniciar clase"."""
    action = action_of(request, public_id)
    try:
        services.begin_class(action, by=request.user, now=timezone.now())
    except DomainError as refused:
        again = refused.code == "class_is_open"  # pressed twice: it did begin
        told = messages.info if again else messages.error
        told(request, refused.message)
    else:
        messages.success(request, "La clase empezó. Vuelve aquí para terminarla.")
    return redirect("attendance:classes", public_id)


def _class_of(request: OperatorRequest, public_id: uuid.UUID) -> TrainingClass:
    mine = TrainingClass.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("action__course__training_body", "facilitator"),
        public_id=public_id,
    )


@require_POST
@operator(Permission.TEACH)
def end(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Terminar clase": one's own, or anybody's for whoever may enter classes."""
    one = _class_of(request, public_id)
    own = one.facilitator_id == request.user.pk
    if not own and not allowed(request.membership, Permission.ENTER_CLASSES):
        raise PermissionDenied
    try:
        services.end_class(one, by=request.user, now=timezone.now())
    except TransitionRefused:
        messages.info(request, "Esta clase ya no estaba en curso.")
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "La clase terminó y quedó en el libro.")
    return redirect("attendance:classes", one.action.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.ENTER_CLASSES)
def enter(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Enter a class that was held without the buttons."""
    now = timezone.now()
    action = action_of(request, public_id)
    teachers = teachers_of(action.course.training_body)
    form = EnterClassForm(request.POST or None, facilitators=teachers)
    if request.method == "POST" and form.is_valid():
        names = ("facilitator", "started_at", "ended_at", "reason")
        given: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
        try:
            services.enter_class(
                action=action,
                **given,
                overlap_accepted=form.cleaned_data["overlaps"],
                by=request.user,
                now=now,
            )
        except DomainError as refused:
            refuse(form, refused, BESIDE.get(refused.code))
        else:
            messages.success(request, "La clase quedó en el libro.")
            return redirect("attendance:classes", public_id)
    closed = action.closed_because
    return render(
        request,
        "attendance/enter_class.html",
        {"action": action, "form": form, "closed_because": closed},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.ENTER_CLASSES)
def annul(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back a class that was recorded wrongly, with a reason."""
    now = timezone.now()
    one = _class_of(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.annul_class(one, reason=reason, by=request.user, now=now)
        except TransitionRefused:
            messages.info(request, "Esta clase ya estaba anulada.")
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "Anulamos la clase: ya no cuenta.")
        return redirect("attendance:classes", one.action.public_id)
    closed = one.action.closed_because
    return render(
        request,
        "attendance/annul_class.html",
        {"class": one, "action": one.action, "form": form, "closed_because": closed},
    )
