"""Finding one row of a training body by what people type: a RUT, a code, a name.

Each kind is what a field of a form asks for; its rows come narrowed to the tenant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

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
_DIGITS = 18  # of a key, at most


@dataclass(frozen=True)
class Kind:
    """One thing to look up: which rows, how they are called, where words are sought."""

    name: str  # in the address
    asked_by: str  # the field of the form
    none_fits: str  # what to do where no row fits `%(text)s`
    all_rows: Callable[[Membership], QuerySet[Any]]
    label: Callable[[Any], str]
    sought: tuple[str, ...]  # folded columns, each with how a word stands in it
    whole: Callable[[str], Q]  # which rows may have this whole label
    rut: str = ""  # the column of a RUT, which fits whole and however typed
    free: Q = field(default_factory=Q)  # which rows nothing else has taken

    def rows(self, by: Membership, own: int | None = None) -> QuerySet[Any]:
        """Return what `by` may name: what is free, and what is named now (`own`)."""
        every = self.all_rows(by)
        return every.filter(self.free | Q(pk=own)) if self.free else every


def _institution(row: Any) -> str:
    return f"{row.name} · {rut.display(row.rut)}"


def _companies(membership: Membership) -> QuerySet[Company]:
    return Company.objects.visible_to(membership).order_by("name", "pk")


def _intermediaries(membership: Membership) -> QuerySet[Intermediary]:
    return Intermediary.objects.visible_to(membership).order_by("name", "pk")


def _action(row: TrainingAction) -> str:
    return f"{row.action_code} · {row.course.name}"


def _courses(membership: Membership) -> QuerySet[Course]:
    """Return the courses with `has_twin`: whether another one is called the same."""
    twins = Course.objects.filter(
        training_body=OuterRef("training_body"), words_folded=OuterRef("words_folded")
    ).exclude(pk=OuterRef("pk"))
    mine = Course.objects.visible_to(membership).annotate(has_twin=Exists(twins))
    return mine.order_by("name", "pk")


def _course(row: Any) -> str:
    """Tell courses without a SENCE code apart where they share their name."""
    return f"{row} · n.° {row.pk}" if getattr(row, "has_twin", False) else str(row)


def _course_called(label: str) -> Q:
    name, _, number = label.rpartition(" · n.° ")
    if name and number.isascii() and number.isdecimal():
        return Q(pk=number[:_DIGITS])
    called = Q(words_folded=fold(label))
    if coded := re.fullmatch(r"(.+) \(([^()]+)\)", label):
        called |= Q(words_folded=fold(" ".join(coded.groups())))
    return called


def _partials(membership: Membership) -> QuerySet[TrainingAction]:
    return (
        TrainingAction.objects.visible_to(membership)
        .filter(activity_type=ActivityType.PARTIAL)
        .select_related("course")
        .order_by("-starts_on", "pk")
    )


def _action_called(label: str) -> Q:
    return Q(code_folded=fold(label.partition(" · ")[0]))


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            name="cursos",
            asked_by="course",
            none_fits=(
                "Ningún curso calza con «%(text)s». Revisa el nombre o créalo en "
                "Catálogo."
            ),
            all_rows=_courses,
            label=_course,
            sought=("words_folded__contains",),
            whole=_course_called,
        ),
        Kind(
            name="empresas",
            asked_by="company",
            none_fits=(
                "Ninguna empresa calza con «%(text)s». Revisa el RUT o créala en "
                "Empresas."
            ),
            all_rows=_companies,
            label=_institution,
            sought=("words_folded__contains",),
            whole=lambda label: Q(words_folded=fold(label)),
            rut="rut",
        ),
        Kind(
            name="otic",
            asked_by="intermediary",
            none_fits=(
                "Ningún OTIC calza con «%(text)s». Revisa el RUT o créalo en OTIC."
            ),
            all_rows=_intermediaries,
            label=_institution,
            sought=("words_folded__contains",),
            whole=lambda label: Q(words_folded=fold(label)),
            rut="rut",
        ),
        Kind(
            name="parciales",
            asked_by="related_action",
            none_fits=(
                "Ninguna acción parcial que espere su complementaria calza con "
                "«%(text)s». Revisa su código."
            ),
            all_rows=_partials,
            label=_action,
            sought=("code_folded__startswith", "course__words_folded__contains"),
            whole=_action_called,
            free=Q(complementary_action=None),
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
        found |= Q(**{column: word})
    return found


def find(rows: QuerySet[Any], text: str, *, kind: Kind) -> Model:
    """Return the one row that `text` names: by its whole label, or alone in fitting.

    Raises ValidationError ("none_fits", "several_fit") in Spanish.
    """
    fitting = list(search(rows, text, kind=kind)[: OFFERED + 1])
    called = [*rows.filter(kind.whole(text))[: OFFERED + 1], *fitting]
    whole = {row.pk: row for row in called if fold(kind.label(row)) == fold(text)}
    for alone in (list(whole.values()), fitting):
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
