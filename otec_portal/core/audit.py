"""Writing the audit trail."""

from datetime import datetime

from django.db.models import Model

from otec_portal.core.models import AuditEntry, TrainingBody, User


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
    return AuditEntry.objects.create(
        at=at,
        user=by,
        training_body=training_body,
        action=action,
        target_type=target._meta.label,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        data=data,
    )
