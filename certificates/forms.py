"""What whoever emits types; the rules stand in rules.py."""

from datetime import date
from typing import Any

from django import forms

from certificates.models.certificates import JUSTIFICATION
from certificates.rules import Order
from courses.models import ActivityType, TrainingAction


class OrderForm(forms.Form):
    """ "Datos del Certificado de Asistencia Por Emitir": only what `action` needs."""

    billing_reference = forms.CharField(
        label="N° de factura / Orden de Compra",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    real_starts_on = forms.DateField(
        label="Fecha de inicio real",
        required=False,
        help_text="La primera clase realizada de esta actividad complementaria.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Escribe una fecha que exista."},
    )
    real_ends_on = forms.DateField(
        label="Fecha de término real",
        required=False,
        help_text="La última clase realizada de esta actividad parcial. Desde ella "
        "corren los plazos.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Escribe una fecha que exista."},
    )
    justification = forms.CharField(
        label="Justificación",
        max_length=JUSTIFICATION,
        required=False,
        help_text="Por qué se emite después del plazo ordinario de 40 días. Queda en "
        "el historial del certificado.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, action: TrainingAction, justify: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if action.activity_type != ActivityType.COMPLEMENTARY:
            del self.fields["real_starts_on"]
        if action.activity_type != ActivityType.PARTIAL:
            del self.fields["real_ends_on"]
            if not justify:  # of a partial action the date that is typed decides
                del self.fields["justification"]

    @property
    def order(self) -> Order:
        """What was typed, of a valid form."""
        return order_of(self.cleaned_data)


def order_of(told: dict[str, Any]) -> Order:
    """Return the order that `told`, of a form or kept in a session, is."""
    return Order(
        billing_reference=told.get("billing_reference") or "",
        justification=told.get("justification") or "",
        real_starts_on=_day(told.get("real_starts_on")),
        real_ends_on=_day(told.get("real_ends_on")),
    )


def _day(told: date | str | None) -> date | None:
    if not told:
        return None
    return date.fromisoformat(told) if isinstance(told, str) else told
