"""Forms by which a packet leaves, and by which its answer comes."""

from datetime import date
from typing import Any, Final

from django import forms

from liquidation.models import PacketBuild
from liquidation.models.deliveries import WORDS
from liquidation.packet_mail import Contact
from liquidation.services.answers import Answer
from liquidation.services.dispatch import Order
from otec_portal.core.document_field import DocumentField
from otec_portal.core.tidy_field import TidyField, TidyTextField

LIQUIDATED, OBSERVED = "liquidated", "observed"
# where what a service refuses stands
BESIDE: Final = {
    "late": "late_reason",
    "not_for_sence": "contact_email",
    "remarks": "remarks",
    "future": "answered_on",
    "before_sending": "answered_on",
}


class ContactForm(forms.Form):
    """Who at the company is written to."""

    contact_name = TidyField(
        label="Contacto de la empresa",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Escribe el nombre del contacto."},
    )
    contact_email = forms.EmailField(
        label="Su correo",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Escribe el correo del contacto."},
    )

    @property
    def contact(self) -> Contact:
        """Who was named, of a valid form."""
        given = self.cleaned_data
        return Contact(given["contact_name"], given["contact_email"])


class SendForm(ContactForm):
    """The mail to the office; `late` asks for the reason.

    `build` and `after` say what was on the page from which it is sent.
    """

    late_reason = TidyTextField(
        label="Por qué se envía después del plazo",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La Dirección Regional lo leerá en el correo.",
        error_messages={"required": "Escribe por qué se envía después del plazo."},
    )
    build = forms.UUIDField(widget=forms.HiddenInput)
    after = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]

    def order(self, build: PacketBuild | None) -> Order:
        """Return what a valid form asks for; `build` is the packet's last."""
        given = self.cleaned_data
        shown = build if build and build.public_id == given["build"] else None
        return Order(
            build=shown,
            after=given["after"],
            contact=self.contact,
            late_reason=given.get("late_reason", ""),
        )


class VerdictForm(forms.Form):
    """What the office says of a packet."""

    verdict = forms.ChoiceField(
        label="Respuesta",
        choices=[
            (LIQUIDATED, "Liquidado: las acciones quedan cerradas"),
            (OBSERVED, "Observado: hay algo que corregir"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Elige la respuesta."},
    )
    remarks = TidyTextField(
        label="Observaciones",
        sometimes=True,
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Obligatorias si queda observado: qué hay que corregir.",
    )

    def answer(self, *, who: str, today: date) -> Answer:
        """Return what a valid form says; `who` where it asks for nobody's name."""
        given = self.cleaned_data
        return Answer(
            liquidated=given["verdict"] == LIQUIDATED,
            remarks=given["remarks"],
            who=given.get("who", who),
            answered_on=given.get("answered_on", today),
        )


class BearerForm(VerdictForm):
    """The office's answer without an account: it says who answers."""

    who = TidyField(
        label="Tu nombre y cargo",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Escribe quién responde."},
    )


class RecordForm(VerdictForm):
    """The office's answer as the training body received it."""

    who = TidyField(
        label="Quién respondió",
        max_length=200,
        help_text="La persona o unidad de la Dirección Regional.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Escribe quién respondió."},
    )
    answered_on = forms.DateField(
        label="Fecha de la respuesta",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Escribe la fecha de la respuesta."},
    )
    evidence = DocumentField(
        label="Documento de la respuesta",
        missing="Elige el documento en que la Dirección Regional respondió.",
    )
    field_order = ("verdict", "who", "answered_on", "remarks", "evidence")
