"""The catalogue: courses, each with its actions."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses import selectors
from courses.catalogue import beyond_reach, save_course
from courses.forms.base import WordsForm
from courses.forms.catalogue import CourseForm
from courses.history import history_of
from courses.models import Course
from courses.standing import ladders_of
from courses.views.base import deny_beyond, kept
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

COURSES = (
    Column("Curso", "curso", ("name",)),
    Column("Código SENCE", "codigo", ("sence_code",)),
    Column("Horas", "horas", ("hours",), numeric=True),
    Column("Modalidad", "modalidad", ("modality",)),
    Column("Acciones", "acciones", ("actions",), numeric=True),
)
ACTIONS = (
    Column("Acción", "accion", ("action_code",)),
    Column("Empresa", "empresa", ("company__name",)),
    Column("Inicio", "inicio", ("starts_on",)),
    Column("Término", "termino", ("ends_on",)),
    Column("Región", "region", ("region",)),
    Column("Participantes", "participantes", ("people",), numeric=True),
    Column("Estado"),
    Column("Certificado"),
)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def catalogue(request: OperatorRequest) -> HttpResponse:
    """The courses of the training body, by name, narrowed by words."""
    search = WordsForm(request.GET)
    found = selectors.courses_for(request.membership, words=search.words)
    return render(
        request,
        "courses/catalogue.html",
        {
            "search": search,
            "list": Listing(found, asked=request.GET, columns=COURSES, sort="curso"),
            "may_edit": allowed(request.membership, Permission.EDIT_COURSES),
        },
    )


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def course(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One course, its actions and what was done to it."""
    one = _course(request, public_id)
    today = timezone.localdate()
    shown = Listing(
        selectors.actions_of(one, request.membership),
        asked=request.GET,
        columns=ACTIONS,
        sort="-inicio",
    )
    page = list(shown.page)
    return render(
        request,
        "courses/course.html",
        {
            "course": one,
            "list": shown,
            "rows": [(action, action.state_on(today)) for action in page],
            "ladders": ladders_of(page, today=today),
            "history": history_of(one),
            "may_edit": allowed(request.membership, Permission.EDIT_COURSES),
            "beyond": beyond_reach(one, by=request.membership),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def new_course(request: OperatorRequest) -> HttpResponse:
    """Add a course."""
    form = CourseForm(request.POST or None, by=request.membership)
    if kept(form, save_course, request=request, at=timezone.now()):
        messages.success(
            request, "El curso quedó creado. Ahora puedes crear su acción."
        )
        return redirect("courses:course", form.instance.public_id)
    return render(request, "courses/new_course.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def edit_course(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct a course."""
    one = _course(request, public_id)
    deny_beyond(one, request)
    name = str(one)
    form = CourseForm(request.POST or None, instance=one, by=request.membership)
    if kept(form, save_course, request=request, at=timezone.now()):
        messages.success(request, "El curso quedó guardado.")
        return redirect("courses:course", public_id)
    return render(
        request, "courses/edit_course.html", {"form": form, "course": one, "name": name}
    )


def _course(request: OperatorRequest, public_id: uuid.UUID) -> Course:
    mine = Course.objects.visible_to(request.membership)
    return get_object_or_404(mine.select_related("training_body"), public_id=public_id)
