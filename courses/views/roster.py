"""The roster of an action: seen, changed by hand, taken away as a spreadsheet."""

import uuid
from dataclasses import asdict
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.forms.roster import EnrolForm, EnrolmentForm, RosterSearch
from courses.links import with_deliveries
from courses.models import TrainingAction
from courses.roster import enrolling, sheets
from courses.roster.evidence import held
from courses.roster.people import as_data
from courses.roster.undo import last_import
from courses.selectors import roster_of
from courses.views.base import action_of, enrolment_of, warn_of_old_addresses
from otec_portal.core import audit
from otec_portal.core.downloads import download, plain_name
from otec_portal.core.errors import DomainError
from otec_portal.core.excel import CONTENT_TYPE
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)
from otec_portal.core.versions import ChangedMeanwhile, warn

COLUMNS: Final = [
    Column("RUN", "run", ("participant__run",)),
    Column("Nombre", "nombre", ("participant__listed_folded",)),
    Column("Correo", "correo", ("participant__email",)),
    Column("Asistencia en SENCE", "exento", ("exempt",)),
    Column("Enlace personal", "enlace", ("delivered_at",)),
]
ROWS: Final = 25


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def roster(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who takes part, and what may be done about it."""
    action = action_of(request, public_id)
    search = RosterSearch(request.GET)
    shown = Listing(
        search.apply(with_deliveries(roster_of(action))),
        asked=request.GET,
        columns=COLUMNS,
        sort="nombre",
        size=ROWS,
    )
    closed = action.closed_because
    may_import = allowed(request.membership, Permission.IMPORT_ROSTERS)
    return render(
        request,
        "courses/roster/roster.html",
        {
            "action": action,
            "search": search,
            "list": shown,
            "closed_because": closed,
            "may_change": may_import and not closed,
            "may_send": allowed(request.membership, Permission.SEND_LINKS),
            "may_export": allowed(request.membership, Permission.EXPORT_PERSONAL_DATA),
            "last_import": last_import(action) if may_import else None,
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def enrol(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put one participant on the roster."""
    action = action_of(request, public_id)
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added, old = enrolling.enrol(
                action,
                run=form.cleaned_data["run"],
                data=form.data_of_person,
                exempt=form.cleaned_data["exempt"],
                update=form.cleaned_data["update"],
                by=request.user,
                at=timezone.now(),
            )
        except enrolling.PersonDiffers as differs:
            form.add_error("update", differs.message)
        except DomainError as refused:
            form.add_error("run", refused.message)
        else:
            messages.success(
                request, f"{added.participant.full_name} quedó en la nómina."
            )
            warn_of_old_addresses(request, old)
            return redirect("courses:roster", public_id)
    return _page(request, "enrol", action, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def edit_enrolment(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct a participant's data."""
    enrolment = enrolment_of(request, public_id)
    person = enrolment.participant
    form = EnrolmentForm(
        request.POST or None,
        initial={
            **asdict(as_data(person)),
            "exempt": enrolment.exempt,
            "version": enrolling.version_shown(enrolment),
        },
        run=person.run,
    )
    if request.method == "POST" and form.is_valid():
        try:
            old = enrolling.change_enrolment(
                enrolment,
                data=form.data_of_person,
                exempt=form.cleaned_data["exempt"],
                seen=form.cleaned_data["version"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as changed:
            warn(form, changed)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Los datos quedaron guardados.")
            warn_of_old_addresses(request, old)
            return redirect("courses:roster", enrolment.action.public_id)
    return _page(request, "edit", enrolment.action, form=form, enrolment=enrolment)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def remove_enrolment(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a participant off the roster, after asking."""
    enrolment = enrolment_of(request, public_id)
    if request.method == "POST":
        name = enrolment.participant.full_name
        try:
            enrolling.remove_enrolment(enrolment, by=request.user, at=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{name} ya no está en la nómina.")
        return redirect("courses:roster", enrolment.action.public_id)
    evidence = held([enrolment.pk]).get(enrolment.pk, "")
    return _page(
        request, "remove", enrolment.action, enrolment=enrolment, evidence=evidence
    )


def _page(
    request: OperatorRequest, name: str, action: TrainingAction, **more: object
) -> HttpResponse:
    closed = action.closed_because
    return render(
        request,
        f"courses/roster/{name}.html",
        {"action": action, "closed_because": closed, **more},
    )


@never_cache
@require_GET
@operator(Permission.EXPORT_PERSONAL_DATA)
def export_roster(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The whole roster as a spreadsheet."""
    action = action_of(request, public_id)
    enrolments = roster_of(action).order_by("participant__listed_folded", "pk")
    audit.record(
        "courses.roster_exported",
        at=timezone.now(),
        by=request.user,
        training_body=action.course.training_body,
        target=action,
    )
    return download(
        sheets.spreadsheet(enrolments),
        filename=f"{plain_name(f'nomina-{action.action_code}')}.xlsx",
        content_type=CONTENT_TYPE,
    )


@never_cache
@require_GET
@operator(Permission.IMPORT_ROSTERS)
def roster_template(request: OperatorRequest) -> HttpResponse:
    """A roster to fill in."""
    return download(
        sheets.template(), filename="plantilla-nomina.xlsx", content_type=CONTENT_TYPE
    )
