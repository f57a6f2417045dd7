"""The training body's own data and signatory."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from otec_portal.core.forms import TrainingBodyForm
from otec_portal.core.models import TrainingBody
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.services import training_bodies
from otec_portal.core.versions import ChangedMeanwhile


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_TRAINING_BODY)
def training_body(request: OperatorRequest) -> HttpResponse:
    """Show and change name, region and signatory."""
    mine = get_object_or_404(TrainingBody, pk=request.membership.training_body_id)
    form = TrainingBodyForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        try:
            training_bodies.update(
                mine,
                values=form.cleaned_data,
                by=request.user,
                at=timezone.now(),
                seen=form.seen,
            )
        except ChangedMeanwhile as changed:
            form.warn(changed)
        else:
            messages.success(request, "Guardamos los datos de la entidad.")
            return redirect("training_body")
    return render(request, "core/training_body.html", {"form": form, "rut": mine.rut})
