"""Forms of the desk of packets."""

from typing import Any

from django import forms

from courses.forms.fields import PublicIdsField
from liquidation.models import PacketState
from otec_portal.core.choices import offer
from otec_portal.core.models import Membership
from otec_portal.core.pesos import PesosFormField
from otec_portal.core.tenancy import regions_within_reach


class PacketFilter(forms.Form):
    """Narrows the list of packets; what can't be understood narrows nothing."""

    state = forms.ChoiceField(
        label="Estado", required=False, choices=[("", "Todos"), *PacketState.choices]
    )
    region = forms.ChoiceField(label="Región", required=False)
    q = forms.CharField(
        label="Empresa o acción",
        required=False,
        max_length=100,
        help_text="Razón social, RUT o código de la acción.",
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "region", [("", "Todas"), *regions_within_reach(by)])

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, "" for what was not."""
        self.is_valid()
        given = self.cleaned_data
        return {name: str(given.get(name, "")).strip() for name in self.fields}

    def add_prefix(self, field_name: str) -> str:
        """Return the name in the address, which people read and share."""
        return super().add_prefix("estado" if field_name == "state" else field_name)


class ChooseForm(forms.Form):
    """The actions that were ticked."""

    chosen = PublicIdsField(required=False)


class ValueForm(forms.Form):
    """What an action is worth."""

    value = PesosFormField(
        label="Valor de la acción",
        required=False,
        help_text="En pesos: lo que se liquida. Ejemplo: $1.234.567. En blanco si no "
        "se sabe.",
    )
