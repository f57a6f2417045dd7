"""The installation's own staff manage users and training bodies here."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from otec_portal.core import rut
from otec_portal.core.memberships import signed_in
from otec_portal.core.models import (
    AuditEntry,
    Membership,
    MembershipRegion,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.services import accounts, people, training_bodies

# nobody hands out, alters or ends these behind their owner's back; groups give nothing
for _model in (Authenticator, EmailAddress, UserSession, Group):
    admin.site.unregister(_model)


admin.site.site_header = "Portal OTEC · Administración de la instalación"
admin.site.site_title = "Portal OTEC"
admin.site.index_title = "Qué se administra aquí"


@admin.display(description="RUT", ordering="rut")
def shown_rut(row: Any) -> str:
    """The RUT of a row as it is read in Chile."""
    return rut.display(row.rut)


class UserCreationForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("rut", "full_name", "email")


@admin.register(User)
class PortalUserAdmin(UserAdmin[User]):
    add_form = UserCreationForm
    ordering = ("full_name",)
    list_display = (shown_rut, "full_name", "email", "is_active", "is_staff")
    search_fields = ("rut", "full_name", "email")
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("rut", "password", "full_name", "email")}),
        ("Acceso", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Fechas", {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("rut", "full_name", "email", "password1", "password2")},
        ),
    )
    filter_horizontal = ()
    actions = None

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        """What somebody did stays theirs: an account is disabled."""
        return False

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        before = User.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        accounts.record_installed(
            obj, before=before, by=signed_in(request), at=timezone.now()
        )

    @method_decorator(sensitive_post_parameters())
    def user_change_password(
        self, request: HttpRequest, *args: Any, **named: Any
    ) -> HttpResponse:
        with transaction.atomic():
            before = self.get_object(request, unquote(named["id"]))
            answer = super().user_change_password(request, *args, **named)
            after = self.get_object(request, unquote(named["id"]))
            if before and after and before.password != after.password:
                accounts.record_installed(
                    after, before=before, by=signed_in(request), at=timezone.now()
                )
        return answer


class RegionFormSet(
    BaseInlineFormSet[MembershipRegion, Membership, forms.ModelForm[MembershipRegion]]
):
    def clean(self) -> None:
        """A regional office without a region would see nothing, for ever."""
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("region")
        ]
        if self.instance.role == Role.REGIONAL_OFFICE and all(
            one.get("DELETE") for one in kept
        ):
            raise ValidationError(
                "Una Dirección Regional lleva al menos una región.", code="no_region"
            )


class RegionInline(admin.TabularInline[MembershipRegion, Membership]):
    model = MembershipRegion
    formset = RegionFormSet
    extra = 1


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """The first profile of a training body, and those of SENCE's offices.

    All else is done in the portal, where the rules of services/people.py hold.
    """

    fields = ("user", "training_body", "role")
    list_display = ("user", "training_body", "role")
    list_select_related = ("user", "training_body")
    list_filter = ("role",)
    autocomplete_fields = ("user", "training_body")
    inlines = (RegionInline,)
    actions = None

    def get_readonly_fields(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> tuple[str, ...]:
        """Whose profile in which institution it is, stays: give another instead."""
        return self.fields if obj else ()

    def has_change_permission(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> bool:
        return obj is not None and obj.role == Role.REGIONAL_OFFICE

    has_delete_permission = has_change_permission

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        by = signed_in(request)
        people.record_installed(form.instance, new=not change, by=by, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        people.remove_profile(obj, by=signed_in(request), at=timezone.now())


@admin.register(TrainingBody)
class TrainingBodyAdmin(admin.ModelAdmin[TrainingBody]):
    """Added and corrected; what is done shows in the training body's own history."""

    fields = training_bodies.INSTALLED
    list_display = (shown_rut, "name", "region")
    search_fields = ("rut", "name")
    actions = None

    def has_delete_permission(
        self, request: HttpRequest, obj: TrainingBody | None = None
    ) -> bool:
        """Its history holds it."""
        return False

    def save_model(
        self, request: HttpRequest, obj: TrainingBody, form: Any, change: bool
    ) -> None:
        by, at = signed_in(request), timezone.now()
        if change:
            written = {name: getattr(obj, name) for name in training_bodies.INSTALLED}
            training_bodies.update(obj, values=written, by=by, at=at)
        else:
            super().save_model(request, obj, form, change)
            training_bodies.record_installed(obj, by=by, at=at)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """What the portal itself writes is looked at here, not changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: object | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: object | None = None
    ) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "user", "training_body", "action", "target_label")
    list_select_related = ("user", "training_body")
    list_filter = ("action",)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    """What was sent when; not its text, in which a link may open an account."""

    exclude = ("text", "html")
    list_display = ("created_at", "to", "subject", "state", "attempts", "last_error")
    list_filter = ("state",)
