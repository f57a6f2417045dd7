"""What a training body, and each person, chooses of reminders."""

from typing import Any, Final

from django import forms

from courses.models import ReminderSettings
from courses.notices import DAYS_BEFORE, KINDS, NOTICES, OVER
from courses.reminder_words import KIND_LABELS, notice_label
from courses.reminding import CHOSEN
from otec_portal.core.models import Role
from otec_portal.core.versions import VersionedForm, version_of

ROLES: Final = (Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN)


class ReminderForm(VersionedForm):
    """Which notices of which terms, to whom, and whether on days off too."""

    notices = forms.TypedMultipleChoiceField(
        label="Cuándo avisar",
        required=False,
        coerce=int,
        choices=[(one, notice_label(one)) for one in NOTICES],
        widget=forms.CheckboxSelectMultiple,
        help_text="Lo habitual: 10, 3 y 1 días antes, y el mismo día.",
    )
    kinds = forms.MultipleChoiceField(
        label="De qué plazos",
        required=False,
        choices=[(kind.value, KIND_LABELS[kind]) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
    )
    roles = forms.MultipleChoiceField(
        label="A quién",
        required=False,
        choices=[(role.value, role.label) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="El Administrador Regional los recibe de las acciones de sus "
        "regiones. Cada persona puede preferir no recibirlos.",
    )

    class Meta:
        model = ReminderSettings
        fields = CHOSEN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # what holds where nothing was chosen yet has a version as well
        self.fields["version"] = self.base_fields["version"]
        self.initial["version"] = version_of(self.instance, CHOSEN)

    def clean_notices(self) -> list[int]:
        return [one for one in (*DAYS_BEFORE, OVER) if one in self._given("notices")]

    def clean_kinds(self) -> list[str]:
        return [one.value for one in KINDS if one.value in self._given("kinds")]

    def clean_roles(self) -> list[str]:
        return sorted(self._given("roles"))

    def _given(self, name: str) -> list[Any]:
        given: list[Any] = self.cleaned_data[name]
        return given


class OwnReminderForm(forms.Form):
    """Whether a person wants the digest under the profile they act under."""

    receive = forms.TypedChoiceField(
        label="Resumen de plazos por correo",
        coerce=lambda value: value == "si",
        choices=[("si", "Quiero recibirlo"), ("no", "No quiero recibirlo")],
        widget=forms.RadioSelect,
    )
