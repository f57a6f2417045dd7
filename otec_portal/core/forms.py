"""Forms of the platform's pages; the rules they ask stand in the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from otec_portal.core import to_sence
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.regions import REGION_CHOICES
from otec_portal.core.rut import RutFormField
from otec_portal.core.services import people, training_bodies
from otec_portal.core.tidy_field import TidyField
from otec_portal.core.versions import VersionedForm


def refuse(form: forms.Form, refused: DomainError, field: str | None = None) -> None:
    """Show on `form` what a service refused, beside `field` where it has one."""
    form.add_error(field, ValidationError(refused.message, code=refused.code))


def _written_to(address: str) -> str:
    """Return `address` as an account has it. Raises ValidationError for SENCE's."""
    try:
        to_sence.check(address, None)
    except to_sence.NotForSence as refused:
        raise ValidationError(refused.message, code=refused.code) from None
    return address.lower()


class NameForm(forms.ModelForm[User]):
    """One's own name."""

    class Meta:
        model = User
        fields = ("full_name",)
        field_classes = {"full_name": TidyField}
        widgets = {"full_name": forms.TextInput(attrs={"autocomplete": "name"})}


class EmailForm(forms.Form):
    """One's own new address."""

    email = forms.EmailField(
        label="Correo nuevo",
        max_length=254,
        help_text="Te escribiremos ahí. El cambio vale cuando abras el enlace.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return _written_to(self.cleaned_data["email"])


class ProfileForm(forms.Form):
    """A role, with its regions where it is bound to some."""

    role = forms.ChoiceField(
        label="Perfil",
        choices=[(role.value, role.label) for role in people.ROLES],
        widget=forms.RadioSelect,
    )
    regions = forms.MultipleChoiceField(
        label="Regiones",
        choices=REGION_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Solo para el Administrador Regional: ve y edita las acciones de "
        "estas regiones.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "role" in given and "regions" in given:
            try:
                people.check_profile(given["role"], given["regions"])
            except people.PeopleRefused as refused:
                refuse(self, refused, "role" if refused.code == "role" else "regions")
        return given

    @property
    def profile(self) -> people.Profile:
        """What was chosen, of a valid form."""
        return people.Profile(
            Role(self.cleaned_data["role"]), frozenset(self.cleaned_data["regions"])
        )


class InvitedForm(forms.Form):
    """A person's name and address, as somebody else writes them."""

    full_name = TidyField(
        label="Nombre",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Correo",
        max_length=254,
        help_text="A este correo llega la invitación.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        return _written_to(self.cleaned_data["email"])


class InvitationForm(ProfileForm, InvitedForm):
    """A person to invite, with the profile they get."""

    rut = RutFormField(
        label="RUT",
        help_text="Con o sin puntos y guion: 12.345.678-5",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("rut", "full_name", "email", "role", "regions")


class RegionsForm(forms.Form):
    """The regions of a regional admin."""

    regions = forms.MultipleChoiceField(
        label="Regiones",
        choices=REGION_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ve y edita las acciones de estas regiones.",
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.initial["regions"] = sorted(membership.region_codes())

    def clean_regions(self) -> list[str]:
        given: list[str] = self.cleaned_data["regions"]
        try:
            people.check_profile(self.membership.role, given)
        except people.PeopleRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from None
        return given


class TrainingBodyForm(VersionedForm):
    """What a training body says of itself. Its RUT is how SENCE knows it: not here."""

    class Meta:
        model = TrainingBody
        fields = training_bodies.EDITABLE
        field_classes = {"name": TidyField, "signatory_name": TidyField}
        help_texts = {
            "name": "Como figura en SENCE.",
            "signatory_name": "Quien firma los certificados y las declaraciones.",
            "attendance_threshold": "Quien queda bajo este porcentaje se marca en "
            "los listados. De 1 a 100; lo habitual es 75.",
            "demands_reconciled": "Un certificado no se emite mientras una sesión "
            "que cuenta no esté en el reporte de asistencia de SENCE.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "signatory_name": forms.TextInput(attrs={"autocomplete": "off"}),
        }
