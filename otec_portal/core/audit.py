"""Writing the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Model

from otec_portal.core.models import AuditEntry, TrainingBody, User

_AT_ONCE: Final = 500  # rows of one INSERT


def record(
    action: str,
    *,
    at: datetime,
    by: User | None,
    training_body: TrainingBody | None,
    target: Model,
    **data: object,
) -> AuditEntry:
    """Write down that `by` did `action` to `target` at `at`.

    `data` is JSON and never holds a secret. Call it inside the deed's transaction.
    """
    entry = AuditEntry(at=at, user=by, training_body=training_body, action=action)
    _say_of(entry, target, data)
    entry.save(force_insert=True)
    return entry


def record_each(
    action: str,
    deeds: Iterable[tuple[Model, Mapping[str, object]]],
    *,
    at: datetime,
    by: User | None,
    training_body: TrainingBody | None,
) -> None:
    """Write down that `by` did `action` to many targets, each with its own data.

    As `record` does for one, in a few statements.
    """
    entries = []
    for target, data in deeds:
        entry = AuditEntry(at=at, user=by, training_body=training_body, action=action)
        _say_of(entry, target, data)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=_AT_ONCE)


def _say_of(entry: AuditEntry, target: Model, data: Mapping[str, object]) -> None:
    entry.target_type = target._meta.label
    entry.target_id = str(target.pk)
    entry.target_label = str(target)[:200]
    entry.data = dict(data)
