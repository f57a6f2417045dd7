"""A roster from a file: uploaded, looked over, imported, taken back."""

import uuid
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.forms.imports import ApplyForm, LineForm, NameOrderForm, UploadForm
from courses.links import delivered, left_behind
from courses.models import NameOrder, RosterImport, RosterUpload
from courses.roster import screen, undo, uploads
from courses.roster.apply import apply
from courses.roster.journal import Journal, from_json
from courses.views.base import action_of, warn_of_old_addresses
from otec_portal.core.errors import DomainError
from otec_portal.core.permissions import OperatorRequest, Permission, operator

GONE_SHOWN: Final = 200


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def import_roster(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose a file; it is read at once, and looked over on the next page."""
    now = timezone.now()
    action = action_of(request, public_id)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        try:
            upload = uploads.keep(
                action,
                roster=form.roster,
                filename=form.cleaned_data["file"].name,
                by=request.user,
                at=now,
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("courses:preview_import", upload.public_id)
    return render(
        request,
        "courses/roster/import.html",
        {
            "action": action,
            "form": form,
            "closed_because": action.closed_because,
        },
    )


def _upload(request: OperatorRequest, public_id: uuid.UUID) -> RosterUpload:
    """Return what this person uploaded, be its time over or not. Raises Http404."""
    mine = RosterUpload.objects.visible_to(request.membership).filter(by=request.user)
    return get_object_or_404(
        mine.select_related("action__course__training_body"), public_id=public_id
    )


def _over(
    request: OperatorRequest, upload: RosterUpload, *, now: datetime
) -> HttpResponse | None:
    """Lead on from a file that can't be imported any more; None from any other."""
    try:
        uploads.refuse_gone(upload, at=now)
    except uploads.UploadGone as gone:
        if gone.code == "imported":
            messages.info(request, f"«{upload.filename}» ya está importado.")
            return redirect("courses:roster", upload.action.public_id)
        messages.error(request, gone.message)
        return redirect("courses:import_roster", upload.action.public_id)
    return None


@never_cache
@require_GET
@operator(Permission.IMPORT_ROSTERS)
def preview_import(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every line of the file with what would become of it."""
    upload = _upload(request, public_id)
    over = _over(request, upload, now=timezone.now())
    return over or _preview(request, upload)


def _preview(
    request: OperatorRequest,
    upload: RosterUpload,
    *,
    form: ApplyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = form.plan if form else uploads.plan_of(upload)
    shown = screen.Preview(upload, plan, asked=request.GET)
    return render(
        request,
        "courses/roster/preview.html",
        {
            "upload": upload,
            "action": upload.action,
            "preview": shown,
            "form": form or ApplyForm(plan=plan, initial={"digest": plan.digest}),
            "order_form": NameOrderForm(initial={"order": upload.name_order}),
            "gone_shown": plan.gone[:GONE_SHOWN],
            "chosen": form.cleaned_data.get("remove") or () if form else (),
            "gone_unseen": max(len(plan.gone) - GONE_SHOWN, 0),
            "left_behind": left_behind(plan.old_addresses),
        },
        status=status,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def apply_import(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Import what was shown, or show what has changed since, with what was decided."""
    upload, now = _upload(request, public_id), timezone.now()
    if request.method == "GET":  # from a page that was refused, to other lines of it
        preview = reverse("courses:preview_import", args=[public_id])
        return redirect(f"{preview}?{request.GET.urlencode()}")
    if over := _over(request, upload, now=now):
        return over
    form = ApplyForm(request.POST, plan=uploads.plan_of(upload))
    if not form.is_valid():
        return _preview(request, upload, form=form, status=422)
    try:
        done = apply(
            upload,
            digest=form.cleaned_data["digest"],
            accept_good=form.cleaned_data["accept_good"],
            remove=form.to_remove,
            by=request.user,
            at=now,
        )
    except DomainError as refused:
        return _refused(request, public_id, refused, now=now)
    _tell(request, done)
    if done is not None:
        warn_of_old_addresses(request, from_json(done.deeds).old_addresses)
    return redirect("courses:roster", upload.action.public_id)


def _refused(
    request: OperatorRequest,
    public_id: uuid.UUID,
    refused: DomainError,
    *,
    now: datetime,
) -> HttpResponse:
    """Show the plan as it is now; what was decided stays (H5), to be confirmed."""
    upload = _upload(request, public_id)
    if over := _over(request, upload, now=now):
        return over
    plan = uploads.plan_of(upload)
    posted = request.POST.copy()
    posted["digest"] = plan.digest
    form = ApplyForm(posted, plan=plan)
    form.refuse(refused)
    return _preview(request, upload, form=form, status=409)


def _tell(request: OperatorRequest, done: RosterImport | None) -> None:
    if done is None:
        messages.info(request, "El archivo dice lo mismo que la nómina: nada cambió.")
    else:
        told = screen.in_words(from_json(done.deeds))
        messages.success(request, f"La nómina quedó importada: {told}.")


@never_cache
@require_POST
@operator(Permission.IMPORT_ROSTERS)
def order_names(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say how whole names stand in the file."""
    now = timezone.now()
    upload = _upload(request, public_id)
    if over := _over(request, upload, now=now):
        return over
    form = NameOrderForm(request.POST)
    if form.is_valid():
        order = NameOrder(form.cleaned_data["order"])
        try:
            uploads.order_names(upload, order=order, at=now)
        except DomainError as refused:
            messages.error(request, refused.message)
    return redirect("courses:preview_import", public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def correct_line(
    request: OperatorRequest, public_id: uuid.UUID, number: int
) -> HttpResponse:
    """Correct one line of the file before it is imported."""
    now = timezone.now()
    upload = _upload(request, public_id)
    if over := _over(request, upload, now=now):
        return over
    lines = uploads.plan_of(upload).lines
    line = next((one for one in lines if one.number == number), None)
    if line is None:
        raise Http404
    form = LineForm(request.POST or None, initial=screen.as_typed(line))
    if request.method == "POST" and form.is_valid():
        try:
            uploads.correct_line(upload, number=number, values=form.values, at=now)
        except DomainError as refused:
            messages.error(request, refused.message)
        back = reverse("courses:preview_import", args=[public_id])
        return redirect(f"{back}?{request.GET.urlencode()}#fila-{number}")
    return render(
        request,
        "courses/roster/correct.html",
        {
            "upload": upload,
            "action": upload.action,
            "line": line,
            "problems": screen.problems_of(line, upload),
            "form": form,
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.IMPORT_ROSTERS)
def undo_import(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back an import, after saying what that means."""
    mine = RosterImport.objects.visible_to(request.membership)
    done = get_object_or_404(
        mine.select_related("action__course__training_body", "by"), public_id=public_id
    )
    journal = from_json(done.deeds)
    if request.method == "POST":
        try:
            undo.undo(done, by=request.user, at=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "La importación quedó deshecha.")
            warn_of_old_addresses(request, journal.new_addresses)
        return redirect("courses:roster", done.action.public_id)
    return _undo_page(request, done, journal)


def _undo_page(
    request: OperatorRequest, done: RosterImport, journal: Journal
) -> HttpResponse:
    made = [one.pk for one in journal.enrolments_made]
    return render(
        request,
        "courses/roster/undo.html",
        {
            "import": done,
            "action": done.action,
            "told": screen.in_words(journal),
            "obstacles": undo.obstacles(done),
            "is_last": undo.last_import(done.action) == done,
            "closed_because": done.action.closed_because,
            "links_out": delivered(made),
            "left_behind": left_behind(journal.new_addresses, ending=made),
        },
    )
