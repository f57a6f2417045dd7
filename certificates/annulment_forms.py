"""Forms of annulments; the rules that they ask stand in annulment_rules.py."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from certificates.annulment_rules import (
    Answer,
    Petition,
    Situation,
    against_answer,
    against_petition,
)
from certificates.models.annulments import WORDS
from certificates.rules import Notice
from certificates.services.annulment import AnnulmentRefused
from courses.terms import Terms, Window
from otec_portal.core.choices import offer
from otec_portal.core.document_field import DocumentField, say_what_is_lost
from otec_portal.core.tidy_field import TidyField, TidyTextField

APPROVE, REJECT = "approve", "reject"
# what an approval leads to, in the words of who gives it and of who records it
LEADS_TO: Final = {
    False: (
        "Aprobar: la OTEC podrá volver a emitir el certificado",
        "Aprobada: se puede volver a emitir el certificado",
    ),
    True: (
        "Aprobar: queda anulado; el plazo de la OTEC para volver a emitirlo ya terminó",
        "Aprobada: queda anulado; el plazo para volver a emitirlo ya terminó",
    ),
}
EVIDENCE: Final = "evidence"


def refuse(form: forms.Form, refused: AnnulmentRefused) -> None:
    """Show on `form` what the service refused."""
    for notice in refused.notices:
        form.add_error(None, ValidationError(notice.message, code=notice.code))
    _put_beside(form, refused.fields)
    say_what_is_lost(form, EVIDENCE)


def _put_beside(form: forms.Form, found: dict[str, Notice]) -> None:
    for name in found.keys() & form.fields.keys():
        notice = found[name]
        form.add_error(name, ValidationError(notice.message, code=notice.code))


class PetitionForm(forms.Form):
    """What goes to the regional office."""

    reason = TidyTextField(
        label="Motivo de la anulación",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Escribe el motivo de la anulación."},
    )
    right_reference = TidyField(
        label="N° correcto de factura u orden de compra",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Escribe el número correcto."},
    )
    evidence = DocumentField(
        label="Documento que muestra el número correcto",
        missing="Elige el documento que muestra el número correcto.",
    )

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.situation = situation

    def clean(self) -> None:
        super().clean()
        if {"reason", "right_reference"} <= self.cleaned_data.keys():
            _put_beside(self, against_petition(self.situation, self.petition))
        say_what_is_lost(self, EVIDENCE)

    @property
    def petition(self) -> Petition:
        """What was written, of a valid form."""
        given = self.cleaned_data
        return Petition(
            reason=given["reason"], right_reference=given["right_reference"]
        )


class DecisionForm(forms.Form):
    """The regional office's own answer, given on `today`."""

    verdict = forms.ChoiceField(
        label="Respuesta",
        widget=forms.RadioSelect,
        error_messages={"required": "Elige la respuesta."},
    )
    remarks = TidyTextField(
        label="Observaciones",
        sometimes=True,
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Obligatorias si es un rechazo: su motivo. La OTEC las leerá.",
    )

    def __init__(
        self,
        *args: Any,
        requested_on: date,
        today: date,
        terms: Terms,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.requested_on = requested_on
        self.today = today
        self.leads_to = LEADS_TO[terms.window(today) == Window.OVER]
        reject = "Rechazar: el certificado no se podrá volver a emitir nunca"
        offer(self, "verdict", [(APPROVE, self.leads_to[0]), (REJECT, reject)])

    def clean(self) -> None:
        super().clean()
        if {"verdict", "remarks"} <= self.cleaned_data.keys():
            found = against_answer(
                self.answer, requested_on=self.requested_on, today=self.today
            )
            _put_beside(self, found)

    @property
    def answer(self) -> Answer:
        """What was answered, of a valid form."""
        given = self.cleaned_data
        return Answer(
            approved=given["verdict"] == APPROVE,
            remarks=given["remarks"],
            answered_on=given.get("answered_on") or self.today,
            recorded="answered_on" in self.fields,
        )


class RecordForm(DecisionForm):
    """The regional office's answer as the training body received it.

    Its document is asked for with the confirmation (`confirming`): a browser would not
    send it a second time.
    """

    answered_on = forms.DateField(
        label="Fecha de la respuesta",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Escribe la fecha de la respuesta."},
    )
    evidence = DocumentField(
        label="Documento de la respuesta",
        missing="Elige el documento en que la Dirección Regional respondió.",
    )
    field_order = ("verdict", "answered_on", "remarks", "evidence")

    def __init__(self, *args: Any, confirming: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not confirming:
            del self.fields[EVIDENCE]
        offer(
            self,
            "verdict",
            [
                (APPROVE, self.leads_to[1]),
                (REJECT, "Rechazada: el certificado no se podrá volver a emitir nunca"),
            ],
        )
        self.fields[
            "remarks"
        ].help_text = (
            "Lo que dice la respuesta. Obligatorias si es un rechazo: su motivo."
        )

    @property
    def lacks_only_its_paper(self) -> bool:
        """Whether what was confirmed stands, and its document alone is missing."""
        return set(self.errors) == {EVIDENCE}

    def begin_again(self) -> None:
        """Ask for the document later: something before it is to be mended first."""
        self.fields.pop(EVIDENCE, None)
        self.errors.pop(EVIDENCE, None)
