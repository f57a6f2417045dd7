"""Forms of courses, companies and OTICs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from courses.forms.base import TICK, Row, RowForm, tick_of_the_codes
from courses.identity import IdentityUnconfirmed
from courses.models import Company, Course, Intermediary
from courses.models.courses import HOURS_ARE_POSITIVE
from otec_portal.core.models import Membership
from otec_portal.core.tidy_field import TidyField
from otec_portal.core.to_sence import is_sence


class OwnedForm(RowForm[Row]):
    """A row that hangs on the training body itself: that of whoever adds it."""

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        if self.instance.pk is None:
            self.instance.training_body = by.training_body


class CourseForm(OwnedForm[Course]):
    """A course as SENCE accredited it."""

    BESIDE = {
        "sence_code_taken": "sence_code",
        "hours_not_positive": "hours",
        IdentityUnconfirmed.code: TICK,
    }
    field_order = ("name", "sence_code", TICK)

    was_wrong = tick_of_the_codes(
        "El código SENCE que había estaba mal escrito, y por eso lo cambio"
    )

    class Meta:
        model = Course
        fields = ("name", "sence_code", "hours", "modality")
        field_classes = {"name": TidyField}
        localized_fields = ("hours",)
        error_messages = {"hours": {"min_value": HOURS_ARE_POSITIVE}}
        labels = {
            "name": "Nombre del curso",
            "sence_code": "Código SENCE",
            "hours": "Horas acreditadas",
            "modality": "Modalidad",
        }
        help_texts = {
            "sence_code": (
                "10 caracteres, como aparece en la resolución de SENCE. "
                "En blanco para Programas Sociales (línea 1)."
            ),
            "hours": (
                "Con coma si hay decimales: 40,5. Sin horas no se puede calcular "
                "el porcentaje de asistencia."
            ),
        }


class InstitutionForm(OwnedForm[Row]):
    """RUT, however typed, and name."""

    BESIDE = {"rut_taken": "rut"}


_LABELS = {"rut": "RUT", "name": "Razón social"}
_HELP = {"rut": "Con o sin puntos y guion: 12.345.678-5"}
_WIDGETS = {"name": forms.TextInput(attrs={"autocomplete": "off"})}


class CompanyForm(InstitutionForm[Company]):
    """A company whose people are trained."""

    class Meta:
        model = Company
        fields = ("rut", "name", "contact_name", "contact_email")
        field_classes = {"name": TidyField, "contact_name": TidyField}
        labels = {
            **_LABELS,
            "contact_name": "Nombre del contacto",
            "contact_email": "Correo del contacto",
        }
        help_texts = {
            **_HELP,
            "contact_name": "Quién ve en la empresa la liquidación de sus acciones.",
            "contact_email": "A él llega la copia del expediente de liquidación.",
        }
        widgets = {
            **_WIDGETS,
            "contact_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }

    def clean_contact_email(self) -> str:
        """Refuse an address of SENCE's: no contact of a company reads it."""
        address = str(self.cleaned_data["contact_email"])
        if is_sence(address):
            raise ValidationError(
                "Es un correo de SENCE: escribe el de la empresa.", code="of_sence"
            )
        return address


class IntermediaryForm(InstitutionForm[Intermediary]):
    """An OTIC."""

    class Meta:
        model = Intermediary
        fields = ("rut", "name")
        field_classes = {"name": TidyField}
        labels = _LABELS
        help_texts = _HELP
        widgets = _WIDGETS
