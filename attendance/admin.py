"""SENCE tokens, for the installation's staff too: added, masked, revoked."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from attendance.forms import IssuedTokenForm
from attendance.models import Receipt, SenceSession, SenceToken
from attendance.services.tokens import (
    TokenRefused,
    add_token,
    refuse_token,
    revoke_token,
)
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
        known: bool = receipt.known  # type: ignore[attr-defined]  # annotated below
        return known

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receipt]:
        session = SenceSession.objects.filter(nonce=OuterRef("session_id"))
        rows: QuerySet[Receipt] = super().get_queryset(request).defer("body")
        told: QuerySet[Receipt] = rows.annotate(known=Exists(session))
        return told


class TokenForm(IssuedTokenForm, forms.ModelForm[SenceToken]):
    """As on the portal's own page; it is never shown again."""

    secret = forms.CharField(
        label="Token",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Se guarda cifrado y no se vuelve a mostrar.",
    )

    class Meta:
        model = SenceToken
        fields = ("training_body", "label", "secret")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        body, secret = given.get("training_body"), given.get("secret")
        if body and secret:
            try:
                refuse_token(training_body=body, secret=secret)
            except TokenRefused as refused:
                self.add_error("secret", ValidationError(refused.message, refused.code))
        return given


@admin.register(SenceToken)
class SenceTokenAdmin(admin.ModelAdmin[SenceToken]):
    form = TokenForm
    list_display = (
        "training_body",
        "label",
        "shown",
        "state",
        "readable_now",
        "created_at",
    )
    list_display_links = None  # nobody opens one: there is nothing more to see
    list_filter = ("training_body", "state")
    actions = ("revoke",)

    @admin.display(description="token")
    def shown(self, token: SenceToken) -> str:
        return token.masked

    @admin.display(boolean=True, description="se puede leer")
    def readable_now(self, token: SenceToken) -> bool:
        return token.readable

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
