"""Form fields and forms of the platform."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from otec_portal.core.rut import RutFormField


class SignInForm(AuthenticationForm):
    """RUT and password; what is wrong is said without telling which of the two."""

    username = RutFormField(
        label="RUT",
        help_text="Con o sin puntos y guion: 12.345.678-5",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "inputmode": "text"}
        ),
    )
    error_messages = {
        "invalid_login": (
            "El RUT o la contraseña no coinciden. Revisa ambos e inténtalo otra vez."
        ),
        "inactive": "Esta cuenta está desactivada. Habla con el administrador.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django takes the column's length, which has no room for the dots
        del self.fields["username"].widget.attrs["maxlength"]
