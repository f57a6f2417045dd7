"""SENCE tokens, for the installation's staff too: added, masked, revoked."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from attendance.models import Receipt, SenceSession, SenceToken
from attendance.sence.outgoing import token_problem
from attendance.services.tokens import add_token, revoke_token
from otec_portal.core.admin import ReadOnlyAdmin
from otec_portal.core.memberships import signed_in
from otec_portal.core.workflow import TransitionRefused


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """What arrived, also for sessions that nobody knows; the body stays unseen."""

    list_display = ("received_at", "kind", "known", "length", "remote_address")
    list_filter = ("kind",)
    fields = ("received_at", "kind", "known", "length", "remote_address", "origin")
    readonly_fields = ("known",)

    @admin.display(boolean=True, description="de una sesión conocida")
    def known(self, receipt: Receipt) -> bool:
        return SenceSession.objects.filter(nonce=receipt.session_id).exists()


class TokenForm(forms.ModelForm[SenceToken]):
    """As on the portal's own page; it is never shown again."""

    secret = forms.CharField(
        label="Token",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Se guarda cifrado y no se vuelve a mostrar.",
    )

    class Meta:
        model = SenceToken
        fields = ("training_body", "label", "secret")

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if problem := token_problem(secret):
            raise ValidationError(problem.message, code=problem.code)
        return secret


@admin.register(SenceToken)
class SenceTokenAdmin(admin.ModelAdmin[SenceToken]):
    form = TokenForm
    list_display = ("training_body", "label", "masked", "state", "created_at")
    list_filter = ("training_body", "state")
    actions = ("revoke",)

    def has_change_permission(
        self, request: HttpRequest, obj: SenceToken | None = None
    ) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_view_permission(
        self, request: HttpRequest, obj: SenceToken | None = None
    ) -> bool:
        return obj is None and super().has_view_permission(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: SenceToken | None = None
    ) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: SenceToken, form: forms.Form, change: bool
    ) -> None:
        saved = add_token(
            training_body=obj.training_body,
            label=obj.label,
            secret=obj.secret,
            by=signed_in(request),
            at=timezone.now(),
        )
        obj.pk = saved.pk

    @admin.action(description="Revocar")
    def revoke(self, request: HttpRequest, tokens: QuerySet[SenceToken]) -> None:
        for token in tokens:
            try:
                revoke_token(token, by=signed_in(request), at=timezone.now())
            except TransitionRefused:
                self.message_user(
                    request, f"{token} ya estaba revocado.", messages.WARNING
                )
