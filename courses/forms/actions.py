"""The form of a training action, in groups."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.boundfield import BoundField

from courses.forms.base import TICK, LookupField, RowForm, tick_of_the_codes
from courses.identity import IdentityUnconfirmed
from courses.lookups import KINDS
from courses.models import ActivityType, Line, TrainingAction
from courses.models.actions import LONGEST_SESSION_MINUTES, TOO_SHORT
from otec_portal.core.choices import offer
from otec_portal.core.models import Membership
from otec_portal.core.tenancy import regions_within_reach
from otec_portal.core.tidy_field import TidyField

GROUPS = {
    "Qué se dicta": (
        "course",
        "action_code",
        "line",
        TICK,
        "activity_type",
        "related_action",
    ),
    "Cuándo y dónde": ("starts_on", "ends_on", "region", "places"),
    "Para quién": (
        "company",
        "intermediary",
        "supervising_entity",
        "billing_reference",
        "value",
    ),
    "Aula y asistencia": ("course_url", "session_max_minutes", "attendance_policy"),
}

# narrower than on paper: a select cuts what a phone has no room for
TYPES = [
    (ActivityType.TOTAL, "Total, dentro del año"),
    (ActivityType.PARTIAL, "Parcial"),
    (ActivityType.COMPLEMENTARY, "Complementaria"),
]
WRONG_DAY = "Escribe un día que exista, como 31-12-2026."


def _of_session_max() -> str:
    """What a blank length means is a setting's (SENCE_SESSION_MAX, in seconds)."""
    minutes = f"{settings.SENCE_SESSION_MAX / 60:g}".replace(".", ",")
    return (
        f"Al cumplirse, la sesión vence y no cuenta. Hasta {LONGEST_SESSION_MINUTES} "
        f"(24 horas); en blanco vale lo del portal: {minutes}."
    )


class DayInput(forms.DateInput):
    """A day as it is written in Chile, whatever language the browser speaks."""

    def __init__(self) -> None:
        super().__init__(format="%d-%m-%Y", attrs={"autocomplete": "off"})


class PageAddressField(forms.URLField):
    """The address of a web page: no ftp:, no javascript:."""

    default_validators = [URLValidator(schemes=["http", "https"])]


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: list[BoundField]


class ActionForm(RowForm[TrainingAction]):
    """A training action; its environment moves elsewhere, confirmed and audited.

    `fixed` are the fields that the instance already holds and nobody types here.
    """

    BESIDE = {
        "action_code_taken": "action_code",
        "unchecked_in_production": "action_code",
        "ends_before_it_starts": "ends_on",
        "starts_out_of_our_time": "starts_on",
        "ends_out_of_our_time": "ends_on",
        "session_too_long": "session_max_minutes",
        "names_a_related_action": "related_action",
        "not_the_next_year": "starts_on",
        "other_company": "company",
        IdentityUnconfirmed.code: TICK,
    }

    was_wrong = tick_of_the_codes(
        "El código o la línea que había estaban mal escritos, y por eso los cambio"
    )

    course = LookupField(
        kind="cursos",
        label="Curso",
        help_text="Escribe parte del nombre o el código SENCE.",
    )
    company = LookupField(
        kind="empresas",
        label="Empresa",
        required=False,
        help_text="Escribe parte de la razón social o el RUT.",
    )
    intermediary = LookupField(
        kind="otic",
        label="OTIC",
        required=False,
        help_text="Solo si la empresa opera por un OTIC.",
    )
    related_action = LookupField(
        kind="parciales",
        label="Acción relacionada",
        required=False,
        error_messages={"unique": "Esa acción parcial ya tiene su complementaria."},
        help_text="Solo para una complementaria: el código de su acción parcial.",
    )
    course_url = PageAddressField(
        label="Dirección del curso en el aula virtual",
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": "Escribe la dirección completa: https://aula.mi-otec.cl/curso"
        },
        help_text="A ella llega el participante después de iniciar su sesión SENCE.",
    )

    class Meta:
        model = TrainingAction
        field_classes = dict.fromkeys(
            ("action_code", "supervising_entity", "billing_reference"), TidyField
        )
        fields = tuple(
            name for group in GROUPS.values() for name in group if name != TICK
        )
        error_messages = {
            "starts_on": {"invalid": WRONG_DAY},
            "ends_on": {"invalid": WRONG_DAY},
            "session_max_minutes": {"min_value": TOO_SHORT},
        }
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}
        labels = {
            "action_code": "Código de la acción",
            "line": "Línea de capacitación",
            "activity_type": "Tipo de actividad",
            "starts_on": "Fecha de inicio",
            "ends_on": "Fecha de término",
            "region": "Región",
            "places": "Cupos",
            "supervising_entity": "Entidad supervisora",
            "billing_reference": "N° de factura u orden de compra",
            "value": "Valor de la acción",
            "session_max_minutes": "Duración máxima de una sesión, en minutos",
            "attendance_policy": "Cómo se calcula la asistencia",
        }
        help_texts = {
            "action_code": (
                "ID de acción, folio o Registro Único, igual al de la comunicación "
                "a SENCE: 7 a 50 caracteres. Para solo probar sirve -1."
            ),
            "line": (
                "1: Programas Sociales y Becas Laborales. 3: Franquicia Tributaria. "
                "6: Formación en el Puesto de Trabajo."
            ),
            "activity_type": (
                "Parcial: la parte de este año de un curso que sigue el próximo. "
                "Complementaria: la parte del año siguiente."
            ),
            "value": "En pesos: lo que se liquida. Ejemplo: $1.234.567.",
            "starts_on": "Igual a la comunicada a SENCE. Ejemplo: 31-12-2026.",
            "ends_on": "De ella dependen los plazos. Ejemplo: 31-12-2026.",
            "attendance_policy": (
                "Por tiempo: horas conectadas sobre horas acreditadas. Por clases: "
                "sobre las clases dictadas. Una sesión: basta haber entrado una vez."
            ),
        }

    def __init__(
        self,
        *args: Any,
        by: Membership,
        fixed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, by=by, **kwargs)
        for name in {*fixed, *self._out_of_sight()}:
            del self.fields[name]
        if "session_max_minutes" in self.fields:
            longest = self.fields["session_max_minutes"]
            longest.help_text = _of_session_max()
            longest.widget.attrs["min"] = 1
        self._offer("line", [(one.value, f"{one.value} · {one.label}") for one in Line])
        if "activity_type" in self.fields:
            offer(self, "activity_type", TYPES)
        self._offer("region", regions_within_reach(by))

    def _out_of_sight(self) -> set[str]:
        """What the instance names in a region that is not this operator's, stays."""
        related = self.instance.related_action_id
        if related is None:
            return set()
        seen = KINDS["parciales"].all_rows(self.by).filter(pk=related).exists()
        return set() if seen else {"related_action"}

    def _offer(self, name: str, choices: Sequence[tuple[object, str]]) -> None:
        blank = [] if len(choices) == 1 else [("", "Elige una")]
        offer(self, name, [*blank, *choices])

    def clean(self) -> None:
        """A closed action explains itself here; the service refuses all the same."""
        super().clean()
        if reason := self.instance.closed_because:
            raise ValidationError(reason, code="action_closed")

    @property
    def groups(self) -> list[Group]:
        """The fields that are typed, with the titles of their groups."""
        return [
            Group(title, [self[name] for name in names if name in self.fields])
            for title, names in GROUPS.items()
        ]
