"""What was done to a course or an action, in words.

Other rooms do things to actions too: who shows those gives their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Model, QuerySet

from courses.deeds import VALUES, WORDS
from otec_portal.core import deeds
from otec_portal.core.changes import Change, in_words
from otec_portal.core.models import AuditEntry

SHOWN: Final = 20


@dataclass(frozen=True)
class Words:
    """How deeds and what their entries hold are called, in Spanish."""

    of_deeds: Mapping[str, str]
    of_values: Mapping[str, str]


OWN_WORDS: Final = Words(WORDS, VALUES)


@dataclass(frozen=True)
class Told:
    """One entry of the audit trail, for people."""

    entry: AuditEntry
    title: str
    who: str
    changes: list[Change]


def entries_about(row: Model) -> QuerySet[AuditEntry]:
    """Return what the audit trail holds of `row`, the latest first."""
    return (
        AuditEntry.objects.filter(target_type=row._meta.label, target_id=str(row.pk))
        .select_related("user")
        .order_by("-at", "-pk")
    )


def history_of(row: Model, *, words: Words = OWN_WORDS) -> list[Told]:
    """Return the latest entries about `row`, at most SHOWN, in words."""
    return [told(entry, type(row), words) for entry in entries_about(row)[:SHOWN]]


def told(entry: AuditEntry, model: type[Model], words: Words) -> Told:
    """Return `entry`, about a row of `model`, for people."""
    return Told(
        entry=entry,
        title=deeds.in_words(entry, words=words.of_deeds, values=words.of_values),
        who=entry.user.full_name if entry.user else "El portal",
        changes=in_words(model, entry.data.get("changes", {})),
    )
