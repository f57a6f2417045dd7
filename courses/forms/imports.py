"""Forms of the import of a roster."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from courses.forms.fields import PublicIdsField
from courses.forms.roster import ParticipantForm
from courses.models import NameOrder
from courses.roster.lines import MOST_ROWS, read_email, read_run
from courses.roster.plan import Outcome, Plan
from courses.roster.preview import YES_OR_NO
from courses.roster.read import Roster, read_roster
from courses.roster.rules import MISSING
from otec_portal.core.choices import offer
from otec_portal.core.errors import DomainError
from otec_portal.core.tabular.containers import Unreadable
from otec_portal.core.tabular.tables import USUAL
from otec_portal.core.tidy_field import TidyField

KEEP, REMOVE_ALL, REMOVE_CHOSEN = "keep", "all", "chosen"
ACCEPT: Final = ".xlsx,.xls,.ods,.csv,.txt"


class UploadForm(forms.Form):
    """Takes a file and reads it; `roster` is what it says."""

    file = forms.FileField(
        label="Archivo de la nómina",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=(
            f"Excel (.xlsx, .xls, .ods) o CSV, de hasta {USUAL.megabytes} MB y "
            f"{MOST_ROWS} participantes."
        ),
        error_messages={
            "required": "Elige el archivo de la nómina.",
            "empty": "El archivo está vacío.",
            "max_length": "El nombre del archivo es demasiado largo: acórtalo.",
        },
    )
    roster: Roster

    def clean_file(self) -> "UploadedFile[bytes]":
        """Read it; why it can't be read stands beside the field (H5)."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > USUAL.size:
            raise ValidationError(
                f"El archivo pesa más de {USUAL.megabytes} MB.", code="too_big"
            )
        try:
            self.roster = read_roster(file.read())
        except Unreadable as unreadable:
            raise ValidationError(unreadable.message, code=unreadable.code) from None
        return file


class LineForm(ParticipantForm):
    """One line of a file, corrected before it is imported."""

    run = TidyField(label="RUN", error_messages={"required": MISSING["run"]})
    field_order = ("run",)

    def clean_run(self) -> str:
        """Read it as it is read from a file."""
        return read_run(self.cleaned_data["run"])

    def clean_email(self) -> str:
        """Read it as it is read from a file."""
        return read_email(self.cleaned_data["email"])

    @property
    def values(self) -> dict[str, str]:
        """The line's values, in the form in which lines are kept."""
        return {
            **asdict(self.data_of_person),
            "run": self.cleaned_data["run"],
            "exempt": YES_OR_NO[self.cleaned_data["exempt"]],
        }


class NameOrderForm(forms.Form):
    """How whole names stand in the file."""

    order = forms.ChoiceField(
        label="En la columna de nombres vienen",
        choices=NameOrder.choices,
        widget=forms.RadioSelect,
    )


def _choices(plan: Plan) -> list[tuple[str, str]]:
    choices = [
        (KEEP, "Mantenerlos en la nómina"),
        (REMOVE_CHOSEN, "Quitar solo a quienes marque abajo"),
    ]
    if plan.tells_who_is_gone:
        every = f"Quitar a todos los que se pueda ({len(plan.removable)})"
        choices.append((REMOVE_ALL, every))
    return choices


class ApplyForm(forms.Form):
    """The decision on a plan: what was shown, and what to do beyond its good lines."""

    BESIDE: Final = {"wrong_lines": "accept_good"}  # codes of the service's refusals

    digest = forms.CharField(widget=forms.HiddenInput)
    accept_good = forms.BooleanField(required=False)
    gone = forms.ChoiceField(
        label="Qué hacer con quienes no vienen en el archivo",
        required=False,
        widget=forms.RadioSelect,
    )
    remove = PublicIdsField(required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        wrong = plan.counts[Outcome.WRONG]
        self.fields["accept_good"].label = (
            f"Importar las demás y dejar fuera las {wrong} filas con errores"
            if wrong > 1
            else "Importar las demás y dejar fuera la fila con errores"
        )
        offer(self, "gone", _choices(plan))
        self.fields["gone"].initial = KEEP
        self.fields["gone"].required = bool(plan.gone)

    def refuse(self, refused: DomainError) -> None:
        """Show what the service refused, beside the tick that would allow it."""
        self.add_error(self.BESIDE.get(refused.code), refused.message)

    @property
    def to_remove(self) -> set[UUID]:
        """The enrolments to delete: none unless it is asked for."""
        choice = self.cleaned_data["gone"]
        if choice == REMOVE_ALL:
            return {one.enrolment.public_id for one in self.plan.removable}
        if choice == REMOVE_CHOSEN:
            chosen: set[UUID] = self.cleaned_data["remove"]
            return chosen
        return set()
