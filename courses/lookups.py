"""Finding one row of a training body by what people type: a RUT, a code, a name.

Each kind is what a field of a form asks for; its rows come narrowed to the tenant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from courses.models import (
    ActivityType,
    Company,
    Course,
    Intermediary,
    TrainingAction,
)
from otec_portal.core import rut
from otec_portal.core.folding import fold
from otec_portal.core.models import Membership

OFFERED: Final = 20  # while typing
NAMED: Final = 4  # of several that fit
_AROUND_WORDS = "()·,;"


@dataclass(frozen=True)
class Kind:
    """One thing to look up: which rows, how they are called, where words are sought."""

    name: str  # in the address
    field: str  # of the form that asks for it
    none_fits: str  # what to do where no row fits `%(text)s`
    rows: Callable[[Membership], QuerySet[Any]]
    label: Callable[[Any], str]
    sought: tuple[str, ...]  # folded columns
    rut: str = ""  # the column of a RUT, which fits whole and however typed


def _institution(row: Any) -> str:
    return f"{row.name} · {rut.display(row.rut)}"


def _action(row: TrainingAction) -> str:
    return f"{row.action_code} · {row.course.name}"


def _free_partials(membership: Membership) -> QuerySet[TrainingAction]:
    return (
        TrainingAction.objects.visible_to(membership)
        .filter(activity_type=ActivityType.PARTIAL)
        .select_related("course")
        .order_by("-starts_on", "pk")
    )


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            "cursos",
            "course",
            "Ningún curso calza con «%(text)s». Revisa el nombre o créalo en Catálogo.",
            lambda by: Course.objects.visible_to(by).order_by("name", "pk"),
            str,
            ("words_folded",),
        ),
        Kind(
            "empresas",
            "company",
            "Ninguna empresa calza con «%(text)s». Revisa el RUT o créala en Empresas.",
            lambda by: Company.objects.visible_to(by).order_by("name", "pk"),
            _institution,
            ("words_folded",),
            rut="rut",
        ),
        Kind(
            "otic",
            "intermediary",
            "Ningún OTIC calza con «%(text)s». Revisa el RUT o créalo en OTIC.",
            lambda by: Intermediary.objects.visible_to(by).order_by("name", "pk"),
            _institution,
            ("words_folded",),
            rut="rut",
        ),
        Kind(
            "parciales",
            "related_action",
            "Ninguna acción parcial calza con «%(text)s». Revisa su código.",
            _free_partials,
            _action,
            ("code_folded", "course__words_folded"),
        ),
    )
}


def search(rows: Any, text: str, *, kind: Kind) -> Any:
    """Return those of `rows` in which every word of `text` stands, accents ignored."""
    if not text:
        return rows
    if kind.rut and rut.is_valid(text):
        return rows.filter(**{kind.rut: rut.normalise(text)})
    for word in text.split():
        bare = word.strip(_AROUND_WORDS)
        if kind.rut and rut.is_valid(bare):
            rows = rows.filter(**{kind.rut: rut.normalise(bare)})
        else:
            rows = rows.filter(_in_one_of(kind.sought, fold(bare)))
    return rows


def _in_one_of(columns: tuple[str, ...], word: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__contains": word})
    return found


def find(rows: QuerySet[Any], text: str, *, kind: Kind) -> Model:
    """Return the one row that `text` names: by its whole label, or alone in fitting.

    Raises ValidationError ("none_fits", "several_fit") in Spanish.
    """
    fitting = list(search(rows, text, kind=kind)[: OFFERED + 1])
    whole = [row for row in fitting if fold(kind.label(row)) == fold(text)]
    for alone in (whole, fitting):
        if len(alone) == 1:
            row: Model = alone[0]
            return row
    if not fitting:
        raise ValidationError(kind.none_fits, code="none_fits", params={"text": text})
    raise ValidationError(
        "Calzan varias: %(names)s. Escribe más, o el RUT o código completo.",
        code="several_fit",
        params={"names": _names(fitting, kind)},
    )


def _names(rows: list[Model], kind: Kind) -> str:
    first = "; ".join(kind.label(row) for row in rows[:NAMED])
    return f"{first}…" if len(rows) > NAMED else first
