"""The confirmed move of an action from one environment of SENCE to the other."""

from typing import Any

from django import forms

from courses.models import Environment


class EnvironmentForm(forms.Form):
    """Away from `current`; production has to be confirmed (protocol.md, "Addresses").

    The target is posted, so that a form sent twice does not move the action back.
    """

    target = forms.ChoiceField(choices=Environment, widget=forms.HiddenInput)
    understood = forms.BooleanField(
        label="Entiendo que los registros en producción no se pueden borrar nunca",
        error_messages={"required": "Marca la casilla para confirmar el cambio."},
    )

    def __init__(self, *args: Any, current: Environment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads_to_production = current == Environment.TEST
        self.fields["target"].initial = (
            Environment.PRODUCTION if self.leads_to_production else Environment.TEST
        )
        if not self.leads_to_production:
            del self.fields["understood"]

    @property
    def to(self) -> Environment:
        """Where the action is to go, of a valid form."""
        return Environment(self.cleaned_data["target"])
