"""What changed in a row: kept in the audit trail as it was and is, read in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.dateparse import parse_date

from otec_portal.core.folding import FoldedField
from otec_portal.core.pesos import PesosField, in_pesos

NOTHING = "—"


@dataclass(frozen=True)
class Change:
    """One field that changed, for people."""

    label: str
    before: str
    after: str


def differences(before: Model, after: Model) -> dict[str, list[Any]]:
    """Return {field: [old, new]} of what differs, ready for JSON.

    A related row stands by its name, as it was called then; days are ISO 8601. What is
    computed from the rest is left out.
    """
    names = [one.name for one in before._meta.concrete_fields if not _computed(one)]
    return {
        name: [_stored(before, name), _stored(after, name)]
        for name in names
        if _raw(before, name) != _raw(after, name)
    }


def _computed(field: "Field[Any, Any]") -> bool:
    """Whether the database, or the portal for its searches, writes it from the rest."""
    return field.generated or isinstance(field, FoldedField)


def _raw(row: Model, name: str) -> object:
    field: Any = row._meta.get_field(name)
    return getattr(row, field.attname)


def _stored(row: Model, name: str) -> object:
    field = row._meta.get_field(name)
    if isinstance(field, ForeignKey):
        related = getattr(row, name)
        return "" if related is None else str(related)
    value = _raw(row, name)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def in_words(
    model: type[Model], changes: Mapping[str, Iterable[object]]
) -> list[Change]:
    """Return what `differences` kept of a row of `model`, for the screen.

    A field that was renamed or dropped since stands by the name it was kept under;
    what is computed from the rest, and was kept once, does not stand there at all.
    """
    fields = {field.name: field for field in model._meta.concrete_fields}
    return [
        _change(name, fields.get(name), before, after)
        for name, (before, after) in changes.items()
        if name not in fields or not _computed(fields[name])
    ]


def _change(name: str, field: Any, before: object, after: object) -> Change:
    label = str(field.verbose_name) if field else name.replace("_", " ")
    return Change(
        label[:1].upper() + label[1:], _written(field, before), _written(field, after)
    )


def _written(field: "Field[Any, Any] | None", value: object) -> str:
    if value in (None, ""):
        return NOTHING
    if field is None:
        return str(value)
    if isinstance(field, PesosField) and isinstance(value, int):
        return in_pesos(value)
    if field.get_internal_type() == "DateField" and (day := parse_date(str(value))):
        return f"{day:%d-%m-%Y}"
    return str(dict(field.flatchoices).get(value, value))
