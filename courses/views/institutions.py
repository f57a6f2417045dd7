"""Companies and OTICs: the same pages twice."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses import selectors
from courses.catalogue import save_institution
from courses.forms.base import WordsForm
from courses.forms.catalogue import CompanyForm, IntermediaryForm
from courses.history import history_of
from courses.views.base import deny_beyond, kept
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

COLUMNS = (
    Column("Razón social", "nombre", ("name",)),
    Column("RUT", "rut", ("rut",)),
    Column("Acciones", "acciones", ("actions",), numeric=True),
)


@dataclass(frozen=True)
class Section:
    """One of the two kinds, with its words and the names of its addresses."""

    title: str
    new: str
    added: str
    saved: str
    empty: str
    why: str
    list_name: str
    new_name: str
    edit_name: str
    form: type[CompanyForm] | type[IntermediaryForm]
    rows: Callable[..., QuerySet[Any]]


COMPANIES = Section(
    title="Empresas",
    new="Nueva empresa",
    added="La empresa quedó creada.",
    saved="La empresa quedó guardada.",
    empty="Todavía no hay empresas",
    why="Agrega la empresa cuyos trabajadores se capacitan: "
    "después la eliges en cada acción.",
    list_name="courses:companies",
    new_name="courses:new_company",
    edit_name="courses:edit_company",
    form=CompanyForm,
    rows=selectors.companies_for,
)
INTERMEDIARIES = Section(
    title="OTIC",
    new="Nuevo OTIC",
    added="El OTIC quedó creado.",
    saved="El OTIC quedó guardado.",
    empty="Todavía no hay OTIC",
    why="Agrega el OTIC por el que opera una empresa: después lo eliges en la acción.",
    list_name="courses:intermediaries",
    new_name="courses:new_intermediary",
    edit_name="courses:edit_intermediary",
    form=IntermediaryForm,
    rows=selectors.intermediaries_for,
)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def institutions(request: OperatorRequest, section: Section) -> HttpResponse:
    """The companies, or the OTICs, by name, narrowed by words."""
    search = WordsForm(request.GET)
    found = section.rows(request.membership, words=search.words)
    return render(
        request,
        "courses/institutions.html",
        {
            "section": section,
            "search": search,
            "list": Listing(found, asked=request.GET, columns=COLUMNS, sort="nombre"),
            "may_edit": allowed(request.membership, Permission.EDIT_COURSES),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def new_institution(request: OperatorRequest, section: Section) -> HttpResponse:
    """Add a company, or an OTIC."""
    form = section.form(request.POST or None, by=request.membership)
    if kept(form, save_institution, request=request, at=timezone.now()):
        messages.success(request, section.added)
        return redirect(section.list_name)
    return render(
        request,
        "courses/edit_institution.html",
        {"section": section, "form": form, "title": section.new, "history": []},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_COURSES)
def edit_institution(
    request: OperatorRequest, section: Section, public_id: uuid.UUID
) -> HttpResponse:
    """Correct a company, or an OTIC."""
    one = get_object_or_404(section.rows(request.membership), public_id=public_id)
    deny_beyond(one, request)
    title = one.name
    form = section.form(request.POST or None, instance=one, by=request.membership)
    if kept(form, save_institution, request=request, at=timezone.now()):
        messages.success(request, section.saved)
        return redirect(section.list_name)
    return render(
        request,
        "courses/edit_institution.html",
        {"section": section, "form": form, "title": title, "history": history_of(one)},
    )
