"""Forms of reconciliation."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from attendance.reconciliation.read import LIMITS, read_export
from attendance.reconciliation.rows import WITHOUT_RUN, Export
from courses.models import Enrolment, TrainingAction
from otec_portal.core import rut
from otec_portal.core.choices import offer
from otec_portal.core.tabular.containers import Unreadable

WHOLE, PART = "completa", "parte"
ACCEPT: Final = ".xlsx,.xls,.ods,.csv,.txt,.html,.htm"


class UploadForm(forms.Form):
    """Takes a file of SENCE's and reads it; `export` is what it says."""

    file = forms.FileField(
        label="Archivo de SENCE",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=(
            "Excel (.xlsx, .xls, .ods), CSV o la página guardada desde el navegador "
            "(.html), de hasta 10 MB."
        ),
        error_messages={
            "required": "Elige el archivo de SENCE.",
            "empty": "El archivo está vacío.",
            "max_length": "El nombre del archivo es demasiado largo: acórtalo.",
        },
    )
    run = forms.ChoiceField(
        label="Participante",
        required=False,
        help_text="Solo si el archivo es el detalle de una persona y no trae su RUN.",
    )
    holds = forms.ChoiceField(
        label="Qué trae el archivo",
        choices=[
            (WHOLE, "La lista completa: todos los participantes"),
            (PART, "Solo una parte: por ejemplo, una página de la lista"),
        ],
        initial=WHOLE,
        widget=forms.RadioSelect,
        help_text=(
            "Si la lista es completa, lo que no aparece en ella SENCE no lo tiene. Una "
            "parte no dice nada de quienes no vienen en ella."
        ),
        error_messages={"required": "Elige si es la lista completa o una parte."},
    )
    field_order = ("file", "holds", "run")
    export: Export
    content: bytes

    def __init__(self, *args: Any, action: TrainingAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enrolments = Enrolment.objects.filter(action=action)
        people = [
            one.participant
            for one in enrolments.select_related("participant").order_by(
                "participant__listed_folded", "pk"
            )
        ]
        offer(
            self,
            "run",
            [
                ("", "El archivo trae el RUN"),
                *(
                    (one.run, f"{one.listed_name} · {rut.display(one.run)}")
                    for one in people
                ),
            ],
        )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Read it; why it can't be read stands beside the field (H5)."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LIMITS.size:
            raise ValidationError(
                f"El archivo pesa más de {LIMITS.megabytes} MB.", code="too_big"
            )
        self.content = file.read()
        try:
            self.export = read_export(self.content)
        except Unreadable as unreadable:
            raise ValidationError(unreadable.message, code=unreadable.code) from None
        return file

    @property
    def whole(self) -> bool:
        """Whether the file, of a valid form, holds everybody."""
        return bool(self.cleaned_data["holds"] == WHOLE)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "file" in given and not self.export.has_runs and not given.get("run"):
            self.add_error("run", ValidationError(WITHOUT_RUN, code="whose"))
        return given


class AcceptForm(forms.Form):
    """The decision on a file that was looked over."""

    accept_good = forms.BooleanField(
        label="Comparar las demás filas y dejar fuera las que tienen errores",
        required=False,
    )


class NoteForm(forms.Form):
    """What somebody found out about a difference."""

    text = forms.CharField(
        label="Nota",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Qué averiguaste. Queda con tu nombre y la hora; no se puede borrar.",
        error_messages={"required": "Escribe la nota."},
    )
