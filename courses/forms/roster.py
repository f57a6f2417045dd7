"""Forms of the roster by hand."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from courses.models import Enrolment
from courses.models.people import meant_by
from courses.roster.people import Data
from courses.roster.rules import MISSING, person_errors
from courses.run_search import NotARun
from otec_portal.core.rut import RutFormField
from otec_portal.core.tidy_field import TidyField


class ParticipantForm(forms.Form):
    """A participant's data, checked by the rule that files go through too."""

    first_names = TidyField(
        label="Nombres", error_messages={"required": MISSING["first_names"]}
    )
    last_names = TidyField(
        label="Apellidos", error_messages={"required": MISSING["last_names"]}
    )
    email = TidyField(
        label="Correo",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Ahí llega su enlace personal.",
    )
    exempt = forms.BooleanField(
        label="Exento de registrar asistencia en SENCE (becario)", required=False
    )

    def __init__(self, *args: Any, run: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_run = run

    @property
    def data_of_person(self) -> Data:
        """What was typed of the person."""
        return Data(
            first_names=self.cleaned_data["first_names"],
            last_names=self.cleaned_data["last_names"],
            email=self.cleaned_data["email"],
        )

    def clean(self) -> None:
        """Put what the rule finds beside its field."""
        super().clean()
        typed = {
            name: self.cleaned_data.get(name, "")
            for name in ("first_names", "last_names", "email")
        }
        run = self.cleaned_data.get("run", self.known_run)
        for name, words in person_errors(run=run, **typed).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, words)


class EnrolmentForm(ParticipantForm):
    """A participant on the roster, corrected; it knows what it showed."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)


class EnrolForm(ParticipantForm):
    """A participant who is put on the roster."""

    run = RutFormField(
        label="RUN",
        help_text="Con o sin puntos y guion: 12.345.678-5",
        error_messages={"required": MISSING["run"]},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    update = forms.BooleanField(label="Actualizar sus datos", required=False)
    field_order = ("run",)


class RosterSearch(forms.Form):
    """Narrows a roster; what can't be understood narrows nothing."""

    q = forms.CharField(
        label="Buscar en la nómina",
        required=False,
        max_length=100,
        help_text="RUN, nombre o apellido.",
    )

    def apply(self, enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        """Return those whose RUN it is, or in whose name all the words stand."""
        words = self.cleaned_data["q"].strip() if self.is_valid() else ""
        if not words:
            return enrolments
        try:
            return enrolments.filter(meant_by(words, "participant__"))
        except NotARun:
            return enrolments.none()
