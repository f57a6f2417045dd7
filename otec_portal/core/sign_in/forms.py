"""The forms of signing in: allauth's, in our words and within our limits."""

from typing import Any

from allauth.account import forms as account
from allauth.account.fields import SetPasswordField
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

from otec_portal.core import rut
from otec_portal.core.models import User
from otec_portal.core.sign_in import second_factor
from otec_portal.core.sign_in.adapters import SecondFactorAdapter, begin_attempt
from otec_portal.core.sign_in.backend import find_user

HELP_ON_PASSWORDS = (
    "Doce caracteres o más. No sirve una contraseña conocida, ni tu nombre, RUT o "
    "correo. Un gestor de contraseñas la puede inventar y recordar por ti."
)


def password_field(label: str, autocomplete: str, help_text: str = "") -> forms.Field:
    """Return a field for a password, as browsers and password managers know it."""
    return forms.CharField(
        label=label,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(account.LoginForm):
    """RUT or e-mail, and password; never says which of the two is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"] = forms.CharField(
            label="RUT o correo",
            max_length=254,
            help_text="El RUT con o sin puntos y guion.",
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.fields["password"] = password_field("Contraseña", "current-password")
        self.order_fields(["login", "password"])

    def add_prefix(self, field_name: str) -> str:
        """The name by which password managers know the field."""
        return super().add_prefix("username" if field_name == "login" else field_name)

    def clean_login(self) -> str:
        typed: str = self.cleaned_data["login"].strip()
        return rut.normalise(typed) if rut.is_valid(typed) else typed


class ForgottenPasswordForm(account.ResetPasswordForm):
    """RUT or e-mail; the answer is the same whether or not there is an account."""

    email = forms.CharField(  # type: ignore[assignment]
        label="RUT o correo",
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        found = find_user(typed)
        self.users = [found] if found and found.is_active and found.email else []
        return self.users[0].email if self.users else typed


class _NewPassword(forms.Form):
    """A new password, twice."""

    def _ask_for_a_new_one(self, user: AbstractBaseUser | None) -> None:
        first = SetPasswordField(label="Contraseña nueva", help_text=HELP_ON_PASSWORDS)
        first.widget.attrs.pop("placeholder", None)
        first.user = user
        self.fields["password1"] = first
        self.fields["password2"] = password_field(
            "Repite la contraseña nueva", "new-password"
        )

    def clean(self) -> dict[str, Any] | None:
        given = forms.Form.clean(self) or {}
        first, second = given.get("password1"), given.get("password2")
        if first and second and first != second:
            self.add_error(
                "password2",
                ValidationError("Las contraseñas no son iguales.", code="not_the_same"),
            )
        return given


class NewPasswordForm(_NewPassword, account.ResetPasswordKeyForm):
    """By a link from the mail: of an invitation, or for who forgot the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_for_a_new_one(self.user)


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):
    """By who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = password_field(
            "Contraseña actual", "current-password"
        )
        self._ask_for_a_new_one(self.user)


class ConfirmPasswordForm(account.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field("Contraseña", "current-password")


def code_field(help_text: str) -> forms.CharField:
    """Return a field for a code that a phone shows, and may fill in."""
    return forms.CharField(
        label="Código",
        max_length=20,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "inputmode": "numeric",
                "autofocus": True,
            }
        ),
    )


class _Code(forms.Form):
    """A code of the application, once, or one of the recovery codes."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        attempt = begin_attempt(context.request, self.user, kind="code:")
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == second_factor.TOTP and not second_factor.spend(
            self.authenticator,
            secret=decrypt(self.authenticator.data["secret"]),
            code=code,
        ):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        attempt.forgive()
        return code


class CodeForm(_Code, mfa.AuthenticateForm):
    """The second step of signing in."""

    code = code_field(
        "Los seis números que muestra tu aplicación, o un código de respaldo."
    )


class ConfirmCodeForm(_Code, mfa.ReauthenticateForm):
    """A code once more, before something that matters."""

    code = code_field("Los seis números que muestra tu aplicación.")


class EnrolForm(ActivateTOTPForm):
    """The first code proves that the application has the secret.

    Until then the secret waits in the session, encrypted too.
    """

    code = code_field("Los seis números que muestra la aplicación en este momento.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        waiting = SECRET_SESSION_KEY in session
        super().__init__(*args, **kwargs)
        if self.is_bound and waiting:
            self.secret = decrypt(self.secret)
        else:
            session[SECRET_SESSION_KEY] = encrypt(self.secret)
