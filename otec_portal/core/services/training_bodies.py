"""What a training body says of itself."""

import copy
from datetime import datetime

from django.db import transaction

from otec_portal.core import audit
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.versions import Seen, refuse_overwriting

EDITABLE = (
    "name",
    "region",
    "signatory_name",
    "signatory_rut",
    "attendance_threshold",
    "demands_reconciled",
)
INSTALLED = ("rut", *EDITABLE)  # by the installation's staff alone


@transaction.atomic
def record_installed(training_body: TrainingBody, *, by: User, at: datetime) -> None:
    """Write down that the installation's staff added a training body.

    Call it inside the transaction in which they do, in Django's admin.
    """
    audit.record(
        "core.training_body_added",
        at=at,
        by=by,
        training_body=training_body,
        target=training_body,
    )


@transaction.atomic
def update(
    training_body: TrainingBody,
    *,
    values: dict[str, object],
    by: User,
    at: datetime,
    seen: Seen | None = None,
) -> None:
    """Write `values` of INSTALLED fields; who did it and what stood there is kept.

    Raises ChangedMeanwhile where it is no longer what was `seen`.
    """
    stored = TrainingBody.objects.select_for_update().get(pk=training_body.pk)
    as_it_was = copy.copy(stored)
    before = {
        name: getattr(stored, name)
        for name in INSTALLED
        if name in values and getattr(stored, name) != values[name]
    }
    if not before:
        return
    for name in before:
        setattr(stored, name, values[name])
    refuse_overwriting(as_it_was, stored, seen=seen)
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
