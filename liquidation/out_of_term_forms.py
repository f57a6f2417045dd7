"""Forms of the requests to issue out of term."""

from typing import Final

from django import forms

from otec_portal.core.document_field import DocumentField
from otec_portal.core.tidy_field import TidyField

ACCEPTED, REJECTED = "accepted", "rejected"
_DAY: Final = {"required": "Escribe la fecha."}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )


class RequestForm(forms.Form):
    """What the training body asked for at SENCE."""

    requested_on = _day("Fecha de la solicitud")
    reason = TidyField(
        label="Motivo",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="El mismo que escribiste en GCA.",
        error_messages={"required": "Escribe el motivo de la solicitud."},
    )
    evidence = DocumentField(
        label="Respaldo de la solicitud",
        missing="Elige el documento que muestra la solicitud.",
    )


class AnswerForm(forms.Form):
    """What the regional office decided."""

    answer = forms.ChoiceField(
        label="Respuesta",
        choices=[(ACCEPTED, "Aceptada"), (REJECTED, "Rechazada")],
        widget=forms.RadioSelect,
        error_messages={"required": "Elige la respuesta."},
    )
    answered_on = _day("Fecha de la respuesta")
    evidence = DocumentField(
        label="Respaldo de la respuesta",
        missing="Elige el documento que muestra la respuesta.",
    )

    @property
    def accepted(self) -> bool:
        """Whether a valid form says that SENCE accepted."""
        return bool(self.cleaned_data["answer"] == ACCEPTED)
