"""What reconciliation gives to take away: the comparison, SENCE's own files."""

import uuid
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from attendance.models import SenceExport
from attendance.reconciliation import exports
from attendance.reconciliation.forms import ACCEPT
from attendance.views.closed import closed_page
from courses.models import TrainingAction
from courses.views.base import action_of
from otec_portal.core import audit
from otec_portal.core.downloads import download
from otec_portal.core.permissions import OperatorRequest, Permission, operator

SUFFIXES: Final = set(ACCEPT.replace(".", "").split(","))


@require_GET
@operator(Permission.EXPORT_PERSONAL_DATA)
def export_reconciliation(
    request: OperatorRequest, public_id: uuid.UUID, format_: str
) -> HttpResponseBase:
    """The whole comparison as a file."""
    now = timezone.now()
    action = action_of(request, public_id)
    if closed := closed_page(request, action, download=True):
        return closed
    _audit("reconciliation_exported", request, action, format=format_)
    name = f"conciliacion-{action.action_code}-{timezone.localdate(now)}.{format_}"
    return download(
        exports.stream(action, format_=format_, seen_by=request.membership, now=now),
        filename=name,
        content_type=exports.FORMATS[format_],
    )


@require_GET
@operator(Permission.RECONCILE)
def sence_export(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The original file, as it was uploaded; never shown by the browser itself."""
    mine = SenceExport.objects.visible_to(request.membership)
    export = get_object_or_404(
        mine.select_related("action__course__training_body"), public_id=public_id
    )
    if closed := closed_page(request, export.action, download=True):
        return closed
    _audit("sence_export_downloaded", request, export.action, file=export.filename)
    suffix = export.filename.rpartition(".")[2].lower()
    name = f"sence-{export.pk}.{suffix if suffix in SUFFIXES else 'bin'}"
    return download(
        bytes(export.content), filename=name, content_type="application/octet-stream"
    )


def _audit(
    deed: str, request: OperatorRequest, action: TrainingAction, **data: object
) -> None:
    audit.record(
        f"attendance.{deed}",
        at=timezone.now(),
        by=request.user,
        training_body=action.course.training_body,
        target=action,
        **data,
    )
