"""What a training body says of itself."""

from datetime import datetime

from django.db import transaction

from otec_portal.core import audit
from otec_portal.core.models import TrainingBody, User

EDITABLE = ("name", "region", "signatory_name", "signatory_rut")


@transaction.atomic
def update(
    training_body: TrainingBody, *, values: dict[str, str], by: User, at: datetime
) -> None:
    """Write `values` of EDITABLE fields; who did it and what stood there is kept."""
    stored = TrainingBody.objects.select_for_update().get(pk=training_body.pk)
    before = {
        name: getattr(stored, name)
        for name in EDITABLE
        if getattr(stored, name) != values[name]
    }
    if not before:
        return
    for name in before:
        setattr(stored, name, values[name])
    stored.full_clean()
    stored.save(update_fields=list(before))
    audit.record(
        "core.training_body_updated",
        at=at,
        by=by,
        training_body=stored,
        target=stored,
        before=before,
    )
