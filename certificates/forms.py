"""What whoever emits types; the rules stand in rules.py."""

from datetime import date
from typing import Any

from django import forms

from certificates.bulk import AT_ONCE
from certificates.models.certificates import JUSTIFICATION
from certificates.rules import (
    NO_FIRST_CLASS,
    NO_JUSTIFICATION,
    NO_LAST_CLASS,
    NO_REFERENCE,
    Order,
)
from courses.forms.fields import PublicIdsField
from courses.models import ActivityType, TrainingAction
from courses.terms import ORDINARY
from otec_portal.core.tidy_field import TidyField, TidyTextField


def _day_field(label: str, help_text: str, *, missing: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing},
    )


class OrderForm(forms.Form):
    """ "Datos del Certificado de Asistencia Por Emitir": only what `action` needs."""

    billing_reference = TidyField(
        label="N° de factura / Orden de Compra",
        max_length=40,
        error_messages={"required": NO_REFERENCE},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    real_starts_on = _day_field(
        "Fecha de inicio real",
        "La primera clase realizada de esta actividad complementaria.",
        missing=NO_FIRST_CLASS,
    )
    real_ends_on = _day_field(
        "Fecha de término real",
        "La última clase realizada de esta actividad parcial. Desde ella corren los "
        "plazos.",
        missing=NO_LAST_CLASS,
    )
    justification = TidyTextField(
        label="Justificación",
        max_length=JUSTIFICATION,
        sometimes=True,
        help_text="Obligatoria después del plazo ordinario de "
        f"{ORDINARY} días: por qué se emite recién ahora. Queda en el historial del "
        "certificado.",
        error_messages={"required": NO_JUSTIFICATION},
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
            # of a partial action the date that is typed decides
            self.fields["justification"].required = justify
            if not justify:
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


EVERYTHING, CHOSEN = "todas", "elegidas"


class ChoiceForm(forms.Form):
    """Which actions to emit at once."""

    which = forms.ChoiceField(
        label="Cuáles",
        choices=[
            (CHOSEN, "Las que marque en la lista"),
            (EVERYTHING, f"Todas las de la lista (hasta {AT_ONCE}, de a una vez)"),
        ],
        widget=forms.RadioSelect,
        initial=CHOSEN,
        error_messages={"required": "Elige cuáles."},
    )
    chosen = PublicIdsField(required=False)

    def clean(self) -> None:
        """Who chooses from the list chooses something, and not too much."""
        super().clean()
        chosen = self.cleaned_data.get("chosen") or ()
        if self.cleaned_data.get("which") != CHOSEN:
            return
        if not chosen:
            self.add_error("which", "Marca al menos una acción en la lista.")
        if len(chosen) > AT_ONCE:
            self.add_error("which", f"Elige {AT_ONCE} acciones como máximo.")


class AcceptForm(forms.Form):
    """What whoever accepts a batch types; `seen` stands for what was shown."""

    chosen = PublicIdsField()
    seen = forms.CharField(widget=forms.HiddenInput)
    justification = TidyTextField(
        label="Justificación",
        max_length=JUSTIFICATION,
        sometimes=True,
        help_text="Por qué se emite después del plazo ordinario de "
        f"{ORDINARY} días. Vale para todas las que lo necesitan.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
