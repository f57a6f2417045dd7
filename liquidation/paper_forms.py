"""Forms of the papers' pages: files to upload, and what one of them is."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from courses.models import Enrolment, TrainingAction
from liquidation.contents import Held
from liquidation.declarations import read_number
from liquidation.kinds import (
    DECLARED,
    OF_A_PERSON,
    DocumentKind,
    PaymentProof,
)
from liquidation.matching import Proposal, asks, offered
from liquidation.models import Paper
from liquidation.places import Place
from otec_portal.core import uploads
from otec_portal.core.choices import offer
from otec_portal.core.rut import display

AT_ONCE: Final = 10  # files of one form without JavaScript: its time is bounded


class FilesInput(forms.FileInput):
    """Many files of one field."""

    allow_multiple_selected = True


class UploadForm(forms.Form):
    """The files to upload; each is looked at by itself (receiving.py)."""

    documents = forms.FileField(
        label="Documentos",
        help_text="PDF, JPEG o PNG, de hasta 10 MB cada uno. Si el nombre trae el RUN "
        "de la persona o el código de la acción, el portal propone su lugar.",
        widget=FilesInput(attrs={"accept": uploads.ACCEPT}),
        error_messages={"required": "Elige al menos un archivo."},
    )


class PlaceForm(forms.Form):
    """What a paper is: of what the actions in `contents` ask for (G9)."""

    kind = forms.ChoiceField(
        label="Documento",
        widget=forms.RadioSelect,
        error_messages={"required": "Elige qué documento es."},
    )
    proof = forms.ChoiceField(
        label="Comprobante",
        required=False,
        widget=forms.RadioSelect,
        choices=PaymentProof.choices,
    )
    actions = forms.MultipleChoiceField(
        label="Acciones a las que corresponde",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.MultipleChoiceField(
        label="Personas a las que corresponde",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    number = forms.CharField(
        label="Número de la declaración",
        required=False,
        max_length=20,
        help_text="Folio y año, como figura en ella: 12345-2026.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    both_sides = forms.BooleanField(
        label="En esta página se ven ambos lados de la cédula", required=False
    )

    def __init__(
        self,
        *args: Any,
        contents: Sequence[Held],
        proposal: Proposal,
        pages: int,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{**kwargs, "initial": _initial(proposal)})
        self.today = today
        kinds = offered(contents)
        self._actions = {str(one.action.public_id): one.action for one in contents}
        self._people = _people(contents)
        offer(self, "kind", [(one.value, one.label) for one in kinds])
        offer(
            self, "actions", [(key, _name(one)) for key, one in self._actions.items()]
        )
        offer(self, "people", self._named(first=self.initial["people"]))
        unused = {
            "proof": DocumentKind.PAYMENT not in kinds,
            "people": not OF_A_PERSON & set(kinds),
            "number": not DECLARED & set(kinds),
            "both_sides": DocumentKind.IDENTITY_CARD not in kinds or pages > 1,
        }
        for name in [name for name, absent in unused.items() if absent]:
            del self.fields[name]

    def _named(self, *, first: Sequence[str]) -> list[tuple[str, str]]:
        """Return the people to tick, those whom the paper seems to be of before all."""
        several = len(self._actions) > 1
        named = [
            (key, _whose(action, enrolment, several=several))
            for key, (action, enrolment) in self._people.items()
        ]
        return sorted(named, key=lambda one: one[0] not in first)

    def clean(self) -> None:
        """What belongs to another kind of document counts for nothing."""
        super().clean()
        given = self.cleaned_data
        if not (kind := given.get("kind")):
            return
        if kind in OF_A_PERSON and not given.get("people"):
            self._refuse("people", "Elige de quién es.", "whose")
        if kind not in OF_A_PERSON and not given.get("actions"):
            self._refuse("actions", "Elige a qué acción corresponde.", "which")
        if kind == DocumentKind.PAYMENT and not given.get("proof"):
            self._refuse("proof", "Elige qué comprobante de pago es.", "proof")
        if kind in DECLARED and given.get("number"):
            self._read_number(given["number"])

    def _refuse(self, field: str, words: str, code: str) -> None:
        self.add_error(field, ValidationError(words, code=code))

    def _read_number(self, text: str) -> None:
        """Folio and year: of one declaration, in a year in which it can be issued."""
        if len(actions := [action for action, _ in self._chosen()]) > 1:
            self._refuse("number", "Con un número, elige una sola.", "number")
        for action in actions[:1]:
            try:
                number = read_number(text, action=action, today=self.today)
            except ValueError as wrong:
                self._refuse("number", str(wrong), "number")
            else:
                self.cleaned_data["number"] = number

    def _chosen(self) -> list[tuple[TrainingAction, Enrolment | None]]:
        given = self.cleaned_data
        if given["kind"] in OF_A_PERSON:
            return [self._people[one] for one in given.get("people", ())]
        return [(self._actions[one], None) for one in given.get("actions", ())]

    @property
    def places(self) -> list[Place]:
        """What a valid form says that the paper is."""
        given = self.cleaned_data
        kind = DocumentKind(given["kind"])
        card = kind == DocumentKind.IDENTITY_CARD
        return [
            Place(
                kind,
                action,
                enrolment,
                proof=given.get("proof", "") if kind == DocumentKind.PAYMENT else "",
                both_sides=card and bool(given.get("both_sides")),
                number=given.get("number", "") if kind in DECLARED else "",
            )
            for action, enrolment in self._chosen()
        ]


def _initial(proposal: Proposal) -> dict[str, Any]:
    return {
        "kind": proposal.kind,
        "proof": proposal.proof,
        "actions": [str(one.public_id) for one in proposal.actions],
        "people": [str(one.public_id) for one in proposal.enrolments],
        "number": proposal.number,
    }


def _people(
    contents: Sequence[Held],
) -> dict[str, tuple[TrainingAction, Enrolment | None]]:
    """Return who may be chosen: everybody of whom an action asks for something."""
    return {
        str(person.enrolment.public_id): (held.action, person.enrolment)
        for held in contents
        if OF_A_PERSON & set(asks(held))
        for person in held.people
    }


def _name(action: TrainingAction) -> str:
    return f"{action.action_code} · {action.course.name}"


def _whose(
    action: TrainingAction, enrolment: Enrolment | None, *, several: bool
) -> str:
    if enrolment is None:
        return ""
    who = enrolment.participant
    told = f"{who.listed_name} · {display(who.run)}"
    return f"{told} · acción {action.action_code}" if several else told


class ReplaceForm(forms.Form):
    """Of which paper, one that has its place, this one is a newer version."""

    old = forms.ChoiceField(
        label="Archivo al que reemplaza",
        error_messages={"required": "Elige el archivo al que reemplaza."},
    )

    def __init__(self, *args: Any, papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._papers = {str(one.public_id): one for one in papers}
        named = [(key, one.name) for key, one in self._papers.items()]
        offer(self, "old", [("", "Elige un archivo"), *named])

    @property
    def paper(self) -> Paper:
        """The one that was chosen, of a valid form."""
        return self._papers[self.cleaned_data["old"]]
