"""Courses, actions and people, for the installation's staff to look at.

Operators add and change all of it on the portal's own pages, where that is audited;
personal links are handed out there alone.
"""

from django.contrib import admin
from django.db import models

from courses.models import (
    Company,
    Course,
    Enrolment,
    Intermediary,
    Participant,
    TrainingAction,
)
from otec_portal.core import rut
from otec_portal.core.admin import ReadOnlyAdmin, shown_rut


@admin.register(Course)
class CourseAdmin(ReadOnlyAdmin):
    list_display = ("sence_code", "name", "training_body", "hours", "modality")
    list_filter = ("training_body",)
    search_fields = ("sence_code", "name")


@admin.register(Company, Intermediary)
class InstitutionAdmin(ReadOnlyAdmin):
    list_display = (shown_rut, "name", "training_body")
    search_fields = ("rut", "name")


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    list_display = ("shown_run", "last_names", "first_names", "training_body")
    search_fields = ("run", "last_names", "first_names")

    @admin.display(description="RUN", ordering="run")
    def shown_run(self, person: Participant) -> str:
        return rut.display(person.run)


@admin.register(TrainingAction)
class TrainingActionAdmin(ReadOnlyAdmin):
    list_display = ("action_code", "course", "line", "environment", "starts_on")
    list_filter = ("environment", "line")
    search_fields = ("action_code", "course__name")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    list_display = ("participant", "action", "exempt")
    list_select_related = ("participant", "action__course")
    search_fields = ("participant__run", "participant__last_names")
