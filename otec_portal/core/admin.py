"""The installation's own staff manage users and training bodies here."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone

from otec_portal.core.models import (
    AuditEntry,
    Membership,
    MembershipRegion,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.services import people

# nobody hands out, alters or ends these behind their owner's back
for _model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(_model)


class UserCreationForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("rut", "full_name", "email")


@admin.register(User)
class PortalUserAdmin(UserAdmin[User]):
    add_form = UserCreationForm
    ordering = ("full_name",)
    list_display = ("rut", "full_name", "email", "is_active", "is_staff")
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


class RegionFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
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
        by = cast("User", request.user)
        people.record_installed(form.instance, new=not change, by=by, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        people.remove_profile(obj, by=cast("User", request.user), at=timezone.now())


@admin.register(TrainingBody)
class TrainingBodyAdmin(admin.ModelAdmin[TrainingBody]):
    list_display = ("rut", "name", "region")
    search_fields = ("rut", "name")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
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
