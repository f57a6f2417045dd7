"""Reminders: what a training body chose, and what each person prefers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses import reminding
from courses.forms.reminders import OwnReminderForm, ReminderForm
from courses.reminder_words import recipients
from otec_portal.core.models import Role, TrainingBody
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.versions import ChangedMeanwhile


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EDIT_TRAINING_BODY)
def reminders(request: OperatorRequest) -> HttpResponse:
    """Show and change which reminders are sent, when and to whom."""
    body = get_object_or_404(TrainingBody, pk=request.membership.training_body_id)
    chosen = reminding.settings_of(body)
    plan = reminding.plan_of(chosen)
    posted = request.POST if request.method == "POST" else None
    form = ReminderForm(posted, instance=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            reminding.choose(
                body,
                values={name: form.cleaned_data[name] for name in reminding.CHOSEN},
                by=request.user,
                at=timezone.now(),
                seen=form.seen,
            )
        except ChangedMeanwhile as changed:
            form.warn(changed)
        else:
            messages.success(request, "Guardamos los recordatorios.")
            return redirect("courses:reminders")
    people = recipients(body, plan)
    return render(request, "courses/reminders.html", {"form": form, "people": people})


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.EMIT_CERTIFICATES)
def my_reminders(request: OperatorRequest) -> HttpResponse:
    """Whether the person wants the digest under the profile they act under."""
    mine = request.membership
    silent = reminding.is_silent(mine)
    posted = request.POST if request.method == "POST" else None
    form = OwnReminderForm(posted, initial={"receive": "no" if silent else "si"})
    if request.method == "POST" and form.is_valid():
        change = (
            reminding.take_up if form.cleaned_data["receive"] else reminding.leave_out
        )
        change(mine, at=timezone.now())
        messages.success(request, "Guardamos tu preferencia.")
        return redirect("courses:my_reminders")
    return render(
        request,
        "courses/my_reminders.html",
        {"form": form, "national": mine.role == Role.NATIONAL_ADMIN, "profile": mine},
    )
