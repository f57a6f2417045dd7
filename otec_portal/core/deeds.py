"""Entries of the audit trail in words: each room has the words of its own deeds."""

from collections.abc import Mapping
from typing import Final

from otec_portal.core.models import AuditEntry, Role
from otec_portal.core.regions import REGIONS

VALUES: Final = {
    **{role.value: role.label for role in Role},
    **{region.code: region.name for region in REGIONS.values()},
}


class _Told(dict[str, object]):
    """What an entry's data say, for people; a dash for what it doesn't."""

    def __missing__(self, key: str) -> str:
        return "—"


def in_words(
    entry: AuditEntry, *, words: Mapping[str, str], values: Mapping[str, str]
) -> str:
    """Return what was done, in Spanish; the bare name of a deed without words.

    `values` says how the entry's data are called.
    """
    told = _Told({name: _value(one, values) for name, one in entry.data.items()})
    return words.get(entry.action, entry.action).format_map(told)


def _value(value: object, values: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one, values) for one in value)
    return values.get(str(value), str(value))
