"""Adding and correcting actions; looking up what their forms ask for."""

import uuid
from collections.abc import Collection

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses import lookups, selectors
from courses.catalogue import draft_complementary, save_action
from courses.forms.actions import ActionForm
from courses.forms.base import LookupText
from courses.models import ActivityType, Course, TrainingAction
from courses.views.base import kept
from otec_portal.core.permissions import OperatorRequest, Permission, operator

COURSE, PARTIAL = "curso", "parcial"  # in the address of a new action
OF_THE_PAIR = ("course", "company", "activity_type", "related_action")


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def new_action(request: OperatorRequest) -> HttpResponse:
    """Add an action: from nothing, of one course, or as another's complementary."""
    now = timezone.now()
    draft, fixed = _draft(request)
    form = ActionForm(
        request.POST or None,
        instance=draft,
        fixed=fixed,
        by=request.membership,
    )
    if kept(form, save_action, request=request, at=now):
        messages.success(request, "La acción quedó creada en ambiente de prueba.")
        return redirect("courses:action", form.instance.public_id)
    return render(request, "courses/new_action.html", {"form": form, "fixed": fixed})


def _draft(request: OperatorRequest) -> tuple[TrainingAction, Collection[str]]:
    if wanted := request.GET.get(COURSE):
        mine = Course.objects.visible_to(request.membership)
        course = get_object_or_404(mine, public_id=_uuid(wanted))
        return TrainingAction(course=course), ("course",)
    if wanted := request.GET.get(PARTIAL):
        mine_too = selectors.actions_for(request.membership)
        partial = get_object_or_404(
            mine_too,
            public_id=_uuid(wanted),
            activity_type=ActivityType.PARTIAL,
            complementary_action=None,
        )
        return draft_complementary(partial), OF_THE_PAIR
    return TrainingAction(), ()


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def edit_action(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct an action; a closed one explains why it can't be."""
    now = timezone.now()
    action = get_object_or_404(
        selectors.actions_for(request.membership), public_id=public_id
    )
    name = action.action_code
    form = ActionForm(
        request.POST or None,
        instance=action,
        fixed=("course",),
        by=request.membership,
    )
    if kept(form, save_action, request=request, at=now):
        messages.success(request, "La acción quedó guardada.")
        return redirect("courses:action", public_id)
    return render(
        request,
        "courses/edit_action.html",
        {
            "form": form,
            "action": action,
            "name": name,
            "closed_because": action.closed_because,
        },
    )


@never_cache
@require_GET
@operator(Permission.EDIT_COURSES)
def options(request: OperatorRequest, kind: str) -> HttpResponse:
    """The names that fit what is being typed into a field, for its datalist."""
    if kind not in lookups.KINDS:
        raise Http404
    sought = lookups.KINDS[kind]
    typed = LookupText({"text": request.GET.get(sought.asked_by, "")})
    text = typed.cleaned_data["text"] if typed.is_valid() else ""
    found = lookups.search(sought.rows(request.membership), text, kind=sought)
    names = [sought.label(row) for row in found[: lookups.OFFERED]]
    return render(request, "courses/parts/options.html", {"names": names})
