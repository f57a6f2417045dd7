"""Forms of the book of classes, the list of participants, and adjustments."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import from_current_timezone

from attendance.plausible import IN_WORDS, is_plausible
from attendance.services.adjustments import LONGEST
from attendance.shortfalls import below, never_came
from courses.forms.roster import RosterSearch
from courses.models import Enrolment
from otec_portal.core.choices import offer, offer_rows
from otec_portal.core.document_field import DocumentField
from otec_portal.core.models import User

BELOW, NEVER = "bajo", "nunca"
ADD, TAKE = "add", "take"
_PARTS: Final = 3  # of hh:mm:ss
_SIXTY: Final = 60


class AttendanceSearch(RosterSearch):
    """Narrows the list of participants; what can't be understood narrows nothing."""

    ver = forms.ChoiceField(label="Mostrar", required=False)
    field_order = ("q", "ver")

    def __init__(self, *args: Any, threshold: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.threshold = threshold
        self.fields["q"].label = "Buscar participante"
        offer(
            self,
            "ver",
            [
                ("", "Todos"),
                (BELOW, f"Bajo el {threshold} %"),
                (NEVER, "Quienes nunca han entrado"),
            ],
        )

    def apply(self, enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        """Return those that fit."""
        found = super().apply(enrolments)
        which = self.cleaned_data["ver"] if self.is_valid() else ""
        if which == BELOW:
            return below(found, threshold=self.threshold)
        return never_came(found) if which == NEVER else found


class ReasonForm(forms.Form):
    """Why; it is kept and shown."""

    reason = forms.CharField(
        label="Motivo",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Queda guardado y a la vista en el libro de clases.",
    )


class EnterClassForm(ReasonForm):
    """A class that was held without the buttons."""

    facilitator = forms.ModelChoiceField(
        label="Facilitador",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Elige a quien hizo la clase",
    )
    day = forms.DateField(
        label="Fecha", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    start = forms.TimeField(
        label="Desde", widget=forms.TimeInput(attrs={"type": "time", "step": 1})
    )
    end = forms.TimeField(
        label="Hasta", widget=forms.TimeInput(attrs={"type": "time", "step": 1})
    )
    overnight = forms.BooleanField(label="Terminó al día siguiente", required=False)
    overlaps = forms.BooleanField(
        label="Son dos clases: ingrésala aunque coincida con la otra", required=False
    )
    field_order = (
        *("facilitator", "day", "start", "end", "overnight"),
        *("overlaps", "reason"),
    )

    MISSING: Final = {
        "facilitator": "Elige a quien hizo la clase.",
        "day": "Escribe la fecha de la clase.",
        "start": "Escribe a qué hora empezó.",
        "end": "Escribe a qué hora terminó.",
        "reason": "Escribe por qué se ingresa después.",
    }

    def __init__(self, *args: Any, facilitators: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "facilitator", facilitators)
        for name, told in self.MISSING.items():
            self.fields[name].error_messages["required"] = told

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields to show: the tick for an overlap once there is one."""
        tick = "overlaps" in self.errors or self.data.get("overlaps")
        return [one for one in self if tick or one.name != "overlaps"]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not is_plausible(day):
            raise ValidationError(f"Escribe una fecha {IN_WORDS}.", code="implausible")
        return day

    def clean(self) -> dict[str, Any]:
        """Put day and hours together, by the clocks of America/Santiago."""
        given = super().clean() or {}
        day = given.get("day")
        if day is None:
            return given
        last = day + timedelta(days=1) if given.get("overnight") else day
        given["started_at"] = self._moment(day, given.get("start"), "start")
        given["ended_at"] = self._moment(last, given.get("end"), "end")
        return given

    def _moment(self, day: date, at: time | None, field: str) -> datetime | None:
        if at is None:
            return None
        try:
            return from_current_timezone(datetime.combine(day, at))
        except ValidationError:
            wrong = "Ese día el reloj cambió y esa hora no existe o pasó dos veces."
            self.add_error(field, ValidationError(wrong, code="clock_change"))
            return None


class LengthField(forms.CharField):
    """A length of time, typed as hh:mm:ss or hh:mm; seconds."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "hh:mm:ss"})

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        words = str(typed).strip().split(":")
        if len(words) == _PARTS - 1:
            words.append("0")
        if len(words) != _PARTS or not all(w.isascii() and w.isdigit() for w in words):
            raise ValidationError(
                "Escribe el tiempo como hh:mm:ss: por ejemplo, 00:10:00.", code="form"
            )
        hours, minutes, seconds = map(int, words)
        if minutes >= _SIXTY or seconds >= _SIXTY:
            raise ValidationError("Los minutos y segundos van de 00 a 59.", code="form")
        return (hours * _SIXTY + minutes) * _SIXTY + seconds


class AdjustmentForm(forms.Form):
    """Time to add or to take away, and the document behind it."""

    way = forms.ChoiceField(
        label="Qué hacer",
        choices=[(ADD, "Agregar tiempo"), (TAKE, "Quitar tiempo")],
        initial=ADD,
        widget=forms.RadioSelect,
    )
    length = LengthField(
        label="Cuánto", max_length=9, help_text="Horas, minutos y segundos: 00:10:00."
    )
    reason = forms.CharField(
        label="Motivo",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Queda a la vista junto al porcentaje y no se puede editar.",
    )
    evidence = DocumentField(
        label="Documento de respaldo",
        missing="Elige el documento que respalda el ajuste.",
    )
    unusual = forms.BooleanField(label="Es así: guarda el ajuste igual", required=False)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields to show: the tick for an unusual length once it is asked."""
        tick = "unusual" in self.errors or self.data.get("unusual")
        return [one for one in self if tick or one.name != "unusual"]

    def clean_length(self) -> int:
        seconds: int = self.cleaned_data["length"]
        if not 0 < seconds <= LONGEST:
            raise ValidationError(
                "Un ajuste va de 00:00:01 a 999:59:59.", code="out_of_range"
            )
        return seconds

    @property
    def seconds(self) -> int:
        """The time with its sign, of a valid form."""
        length: int = self.cleaned_data["length"]
        return length if self.cleaned_data["way"] == ADD else -length
