"""Reconciliation with SENCE's exports: files taken in, differences shown and noted."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.models import ExportUpload, SenceExport
from attendance.reconciliation import people
from attendance.reconciliation.compare import compare_action
from attendance.reconciliation.forms import AcceptForm, NoteForm, UploadForm
from attendance.reconciliation.rows import ExportKind
from attendance.reconciliation.screen import Page, files_of
from attendance.reconciliation.subjects import note_subject
from attendance.services import reconciliation as services
from attendance.standing import Rules
from attendance.views.closed import closed_page
from courses.views.base import action_of
from otec_portal.core.errors import DomainError
from otec_portal.core.permissions import (
    OperatorRequest,
    Permission,
    allowed,
    operator,
)

PROBLEMS_SHOWN: Final = 200
ACCEPTED: Final = "accepted_exports"  # in the session: which uploads, of which action
ACCEPTED_KEPT: Final = 10
COMPARED_AT: Final = {
    ExportKind.DETAIL: "reconciliation",
    ExportKind.PERCENTAGES: "reconciled_percentages",
    ExportKind.DECLARATIONS: "reconciled_sessions",
}


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def reconciliation(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What SENCE's exports and the portal have, mark by mark."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    found = compare_action(action, now=timezone.now(), seen_by=request.membership)
    return render(
        request,
        "attendance/reconciliation/reconciliation.html",
        {
            "action": action,
            "page": Page(action, found, asked=request.GET),
            "files": files_of(action),
            "may_reconcile": allowed(request.membership, Permission.RECONCILE),
            "may_export": allowed(request.membership, Permission.EXPORT_PERSONAL_DATA),
        },
    )


@never_cache
@require_GET
@operator(Permission.VIEW_SESSIONS)
def people_list(
    request: OperatorRequest, public_id: uuid.UUID, kind: ExportKind
) -> HttpResponse:
    """What SENCE's list says of each participant, against the portal."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    lists = people.lists(action, kind)
    return render(
        request,
        "attendance/reconciliation/people.html",
        {
            "action": action,
            "kind": kind,
            "kinds": ExportKind,
            "lists": lists,
            "page": people.PeoplePage(lists, asked=request.GET),
            "rules": Rules.of(action),
            "may_reconcile": allowed(request.membership, Permission.RECONCILE),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.RECONCILE)
def upload_export(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose a file of SENCE's; it is read at once and looked over on the next page."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, action=action)
    if sent and form.is_valid():
        try:
            upload = services.keep(
                action,
                export=form.export,
                content=form.content,
                filename=form.cleaned_data["file"].name,
                run=form.cleaned_data["run"],
                whole=form.whole,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("attendance:preview_export", upload.public_id)
    return render(
        request,
        "attendance/reconciliation/upload.html",
        {"action": action, "form": form},
    )


def _upload(request: OperatorRequest, public_id: uuid.UUID) -> ExportUpload:
    """Return what this person uploaded; what is past its time is not there."""
    mine = ExportUpload.objects.visible_to(request.membership).filter(by=request.user)
    return get_object_or_404(
        mine.select_related("action__course__training_body"),
        public_id=public_id,
        expires_at__gt=timezone.now(),
    )


@never_cache
@require_GET
@operator(Permission.RECONCILE)
def preview_export(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was read, line by line where it is wrong, and what accepting it would do."""
    if done := _accepted_before(request, public_id):
        return done
    upload = _upload(request, public_id)
    if closed := closed_page(request, upload.action):
        return closed
    return _preview(request, upload, AcceptForm())


def _preview(
    request: OperatorRequest, upload: ExportUpload, form: AcceptForm, status: int = 200
) -> HttpResponse:
    plan = services.plan_of(upload, seen_by=request.membership, at=timezone.now())
    problems = plan.export.problems
    told = [] if plan.comparison else people.previewed(upload.action, plan.export)
    return render(
        request,
        "attendance/reconciliation/preview.html",
        {
            "upload": upload,
            "action": upload.action,
            "plan": plan,
            "equal_hint": f"De ellas, nuevas en nivel «Conciliada»: {plan.newly_equal}",
            "kind": SenceExport(kind=plan.export.kind).get_kind_display(),
            "told": told[:PROBLEMS_SHOWN],
            "untold": max(len(told) - PROBLEMS_SHOWN, 0),
            "problems": problems[:PROBLEMS_SHOWN],
            "unseen": max(len(problems) - PROBLEMS_SHOWN, 0),
            "form": form,
        },
        status=status,
    )


@never_cache
@require_POST
@operator(Permission.RECONCILE)
def accept_export(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the file and settle what is equal, or say why not."""
    if before := _accepted_before(request, public_id):
        return before
    upload = _upload(request, public_id)
    if closed := closed_page(request, upload.action):
        return closed
    form = AcceptForm(request.POST)
    form.is_valid()
    try:
        done = services.accept(
            upload,
            accept_good=form.cleaned_data["accept_good"],
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refused:
        beside = "accept_good" if refused.code == "wrong_lines" else None
        form.add_error(beside, refused.message)
        return _preview(request, upload, form, status=422)
    kind = done.kind
    if done.export is None:
        messages.info(
            request,
            "Lo mismo ya estaba: quedó anotado que SENCE lo sigue mostrando así. Las "
            "marcas, los niveles y las cifras no cambiaron.",
        )
    else:
        messages.success(request, _told(done))
    _remember(request, upload, kind)
    return _compared(upload.action.public_id, kind)


def _compared(action: object, kind: str) -> HttpResponse:
    """Return to where what a file of `kind` says is compared."""
    return redirect(f"attendance:{COMPARED_AT[ExportKind(kind)]}", action)


def _remember(request: OperatorRequest, upload: ExportUpload, kind: str) -> None:
    """Let "back" lead whoever accepted `upload` from its preview to the comparison."""
    before = request.session.get(ACCEPTED, {})
    latest = dict(list(before.items())[-ACCEPTED_KEPT + 1 :])
    this = {str(upload.public_id): [str(upload.action.public_id), kind]}
    request.session[ACCEPTED] = {**latest, **this}


def _accepted_before(
    request: OperatorRequest, public_id: uuid.UUID
) -> HttpResponse | None:
    """Return to the comparison of what this person accepted a moment ago, or None."""
    found = request.session.get(ACCEPTED, {}).get(str(public_id))
    return _compared(*found) if found else None


def _told(done: services.Accepted) -> str:
    if done.export and done.export.kind != ExportKind.DETAIL:
        return "La lista de SENCE quedó guardada y comparada."
    return (
        "El archivo quedó guardado y comparado. Sesiones conciliadas con él: "
        f"{done.reconciled}."
    )


@never_cache
@require_POST
@operator(Permission.RECONCILE)
def reconcile_again(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Compare once more what was uploaded before."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    try:
        found = services.reconcile_again(action, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"Sesiones conciliadas ahora: {found}.")
    return redirect("attendance:reconciliation", public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.RECONCILE)
def note_difference(
    request: OperatorRequest, public_id: uuid.UUID, what: str, subject_id: uuid.UUID
) -> HttpResponse:
    """Write down what was found out about a difference; earlier notes stay."""
    action = action_of(request, public_id)
    if closed := closed_page(request, action):
        return closed
    subject = note_subject(action, what, subject_id)
    if subject is None:
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_note(
            action, subject.row, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, "La nota quedó guardada.")
        back = reverse("attendance:reconciliation", args=[public_id])
        return redirect(f"{back}#marcas")
    return render(
        request,
        "attendance/reconciliation/note.html",
        {"action": action, "form": form, "subject": subject},
    )
