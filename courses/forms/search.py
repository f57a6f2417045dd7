"""The form by which courses are found; its fields stand in shareable addresses."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from courses import run_search, search
from courses.models import Line, TrainingAction
from courses.search import Criterion
from otec_portal.core.choices import offer
from otec_portal.core.folding import fold
from otec_portal.core.listing import PAGE, SIZE, SORT
from otec_portal.core.models import Membership

PROGRAMME, CRITERION = "programa", "criterio"
# seeds/004 marks it as compulsory, domain.md the programme alone [choice]: who looks
# through the courses of a programme has nothing to seek by (docs/adr/0014)
CRITERION_IS_COMPULSORY: Final = False
MISSING: Final = {
    Criterion.ACTION: "Escribe el código del curso o el ID de acción.",
    Criterion.SENCE_CODE: "Escribe el código SENCE.",
    Criterion.REGION: "Elige una región.",
    Criterion.PARTICIPANT: "Escribe el RUN o el nombre del participante.",
    Criterion.TRAINING_BODY: "Escribe el RUT o el nombre de la entidad capacitadora.",
    Criterion.SUPERVISOR: "Escribe el nombre de la entidad supervisora.",
}


def _text(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=100
    )


def meant(query: QueryDict) -> QueryDict:
    """Return what counts of an address: of the criteria's fields, the chosen one's."""
    kept = QueryDict(mutable=True)
    criterion = query.get(CRITERION, "")
    value = criterion if criterion in Criterion.values else ""
    for name in (PROGRAMME, CRITERION, value, SORT, PAGE, SIZE):
        if asked := query.get(name):
            kept[name] = str(asked)
    return kept


class SearchForm(forms.Form):
    """Programme, criterion, and for each criterion the field that holds its value."""

    programa = forms.TypedChoiceField(
        label="Programa",
        coerce=lambda value: Line(int(value)),
        choices=[("", "Elige un programa"), *Line.choices],
        error_messages={"required": "Elige un programa."},
    )
    criterio = forms.TypedChoiceField(
        label="Criterio",
        required=CRITERION_IS_COMPULSORY,
        coerce=Criterion,
        empty_value=None,
        choices=[("", "Todos los cursos del programa"), *Criterion.choices],
    )
    curso = _text("Código del curso o ID de acción", "Completo o sus primeras cifras.")
    codigo_sence = _text("Código SENCE", "Completo o sus primeras cifras.")
    region = forms.ChoiceField(label="Región", required=False)
    participante = _text(
        "RUN o nombre del participante",
        "Nombres y apellidos en cualquier orden; da lo mismo si llevan tilde.",
    )
    entidad_capacitadora = _text("Entidad capacitadora", "RUT o parte del nombre.")
    entidad_supervisora = _text("Entidad supervisora", "Parte del nombre.")

    def __init__(
        self,
        *args: Any,
        membership: Membership,
        regions: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        offered = [("", "Elige una región"), *regions]
        offer(self, Criterion.REGION, offered)

    @property
    def values(self) -> list[forms.BoundField]:
        """The fields of the criteria, each of which counts for its own alone."""
        return [self[name] for name in Criterion.values]

    def clean(self) -> None:
        super().clean()
        criterion = self.cleaned_data.get(CRITERION)
        if criterion is None:
            return
        sought = self.cleaned_data.get(criterion)
        if sought is not None and not fold(sought):
            missing = ValidationError(MISSING[criterion], code="required")
            self.add_error(criterion, missing)
        elif criterion == Criterion.PARTICIPANT and sought:
            self._check_run(sought)

    def _check_run(self, sought: str) -> None:
        try:
            run_search.run_condition(sought)
        except run_search.NotARun:
            wrong = "El RUN no es válido. Revisa los números y el dígito verificador."
            self.add_error(Criterion.PARTICIPANT, ValidationError(wrong, code="rut"))

    def found(self) -> QuerySet[TrainingAction]:
        """Return the actions that fit what was asked; the form is valid."""
        line, criterion = self.cleaned_data[PROGRAMME], self.cleaned_data[CRITERION]
        actions = search.actions_in(self.membership, line=line)
        if criterion is None:
            return actions
        return search.narrow(
            actions,
            criterion=criterion,
            sought=self.cleaned_data[criterion],
            membership=self.membership,
        )
