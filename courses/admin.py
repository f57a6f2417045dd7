"""Courses, actions and people, for the installation's staff until part 2."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from courses.access import personal_link
from courses.models import (
    Company,
    Course,
    Enrolment,
    Environment,
    Intermediary,
    Participant,
    TrainingAction,
)
from courses.services import EnvironmentIsFinal, switch_environment
from otec_portal.core.memberships import signed_in


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin[Course]):
    list_display = ("sence_code", "name", "training_body", "hours", "modality")
    list_filter = ("training_body",)
    search_fields = ("sence_code", "name")


@admin.register(Company, Intermediary)
class InstitutionAdmin(admin.ModelAdmin[Company]):
    list_display = ("rut", "name", "training_body")
    search_fields = ("rut", "name")


@admin.register(Participant)
class ParticipantAdmin(admin.ModelAdmin[Participant]):
    list_display = ("run", "last_names", "first_names", "training_body")
    search_fields = ("run", "last_names", "first_names")


class EnrolmentInline(admin.TabularInline[Enrolment, TrainingAction]):
    model = Enrolment
    extra = 0
    autocomplete_fields = ("participant",)


@admin.register(TrainingAction)
class TrainingActionAdmin(admin.ModelAdmin[TrainingAction]):
    """The environment moves by its own, confirmed and audited way alone."""

    list_display = ("action_code", "course", "line", "environment", "starts_on")
    list_filter = ("environment", "line")
    search_fields = ("action_code", "course__name")
    readonly_fields = ("environment", "production_used_at", "frozen_at")
    autocomplete_fields = ("course", "company", "intermediary", "related_action")
    inlines = (EnrolmentInline,)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = ("to_production", "to_test")

    @admin.action(description="Pasar al ambiente de producción…")
    def to_production(
        self, request: HttpRequest, actions: QuerySet[TrainingAction]
    ) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return TemplateResponse(
                request,
                "courses/confirm_production.html",
                {**self.admin_site.each_context(request), "actions": actions},
            )
        self._switch(request, actions, Environment.PRODUCTION)
        return None

    @admin.action(description="Volver al ambiente de prueba")
    def to_test(self, request: HttpRequest, actions: QuerySet[TrainingAction]) -> None:
        self._switch(request, actions, Environment.TEST)

    def _switch(
        self,
        request: HttpRequest,
        actions: QuerySet[TrainingAction],
        to: Environment,
    ) -> None:
        for action in actions.select_related("course"):
            try:
                switch_environment(
                    action, to=to, by=signed_in(request), at=timezone.now()
                )
            except EnvironmentIsFinal as refused:
                self.message_user(
                    request, f"{action}: {refused.message}", messages.ERROR
                )
            except ValidationError as wrong:
                words = " ".join(wrong.messages)
                self.message_user(request, f"{action}: {words}", messages.ERROR)
            else:
                self.message_user(request, f"{action}: {to.label}", messages.SUCCESS)


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin[Enrolment]):
    list_display = ("participant", "action", "exempt")
    search_fields = ("participant__run", "participant__last_names")
    autocomplete_fields = ("action", "participant")
    readonly_fields = ("link",)

    @admin.display(description="enlace personal")
    def link(self, enrolment: Enrolment) -> str:
        return personal_link(enrolment) if enrolment.pk else "—"
