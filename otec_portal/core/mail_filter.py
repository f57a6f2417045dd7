"""Narrowing the list of mails."""

from typing import Final

from django import forms
from django.db.models import Q, QuerySet

from otec_portal.core.models import MailState, OutgoingEmail
from otec_portal.core.models.mail import FOR_A_PERSON

TO_DECIDE: Final = "to_decide"


class MailFilter(forms.Form):
    """Narrows a list of mails; of what can't be understood nothing is found."""

    estado = forms.ChoiceField(
        label="Estado",
        required=False,
        choices=[
            ("", "Todos"),
            (TO_DECIDE, "Esperan una decisión"),
            *MailState.choices,
        ],
    )
    texto = forms.CharField(
        label="Destinatario o asunto",
        required=False,
        max_length=100,
        error_messages={
            "max_length": "Es demasiado largo: escribe a lo más 100 caracteres."
        },
    )

    def apply(self, mails: QuerySet[OutgoingEmail]) -> QuerySet[OutgoingEmail]:
        """Return the `mails` that fit."""
        if not self.is_valid():
            return mails.none()
        state, words = self.cleaned_data["estado"], self.cleaned_data["texto"]
        if state == TO_DECIDE:
            mails = mails.filter(state__in=FOR_A_PERSON, decided_at=None)
        elif state:
            mails = mails.filter(state=state)
        if words:
            mails = mails.filter(Q(to__icontains=words) | Q(subject__icontains=words))
        return mails
