"""Emitting many certificates: accepted at once, done one by one, never twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from certificates.bulk import Candidate, order_for
from certificates.models import BatchItem, BatchState, EmissionBatch, ItemState
from certificates.rules import NO_JUSTIFICATION
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from courses.services import ActionClosed
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.queue import soon

TASK: Final = "certificates.tasks.emit_batch"


class BatchRefused(DomainError):
    """These certificates can't be emitted at once."""

    code = "batch_refused"


@transaction.atomic
def start_batch(
    chosen: Sequence[Candidate],
    *,
    body: TrainingBody,
    justification: str,
    by: User,
    at: datetime,
) -> EmissionBatch:
    """Accept the emission of `chosen`; the worker does it.

    Raises BatchRefused: nothing_to_emit, no_justification.
    """
    able = [one for one in chosen if not one.hindrances]
    if not able:
        raise BatchRefused("Ninguno se puede emitir.", code="nothing_to_emit")
    if not justification.strip() and any(one.late for one in able):
        raise BatchRefused(NO_JUSTIFICATION, code="no_justification")
    batch = EmissionBatch.objects.create(
        training_body=body, justification=justification.strip(), by=by, at=at
    )
    BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch,
            action=one.action,
            billing_reference=one.order.billing_reference,
            seen=one.seen,
        )
        for one in able
    )
    audit.record(
        "certificates.batch_accepted",
        at=at,
        by=by,
        training_body=body,
        target=batch,
        actions=len(able),
    )
    soon(TASK, batch.pk)
    return batch


@transaction.atomic
def stop_batch(batch: EmissionBatch, *, by: User, at: datetime) -> None:
    """Emit no more of `batch` for now. Raises TransitionRefused if it is stopped."""
    batch.advance("stop", at=at, by=str(by))


@transaction.atomic
def resume_batch(batch: EmissionBatch, *, by: User, at: datetime) -> None:
    """Go on with `batch`. Raises TransitionRefused if it runs."""
    batch.advance("resume", at=at, by=str(by))
    soon(TASK, batch.pk)


def run_batch(pk: int, *, clock: Callable[[], datetime]) -> int:
    """Emit what waits in the batch `pk`, until it is stopped; return how many.

    Any number of workers may do so at once, and go on where another one died.
    """
    waiting = BatchItem.objects.filter(
        batch=pk, state=ItemState.WAITING, batch__state=BatchState.RUNNING
    ).order_by("pk")
    emitted, tried = 0, 0
    while (item := waiting.filter(pk__gt=tried).first()) is not None:
        emitted += _emit(item.pk, at=clock())
        tried = item.pk
    return emitted


def run_unfinished(*, clock: Callable[[], datetime]) -> int:
    """Go on with the batches in which something waits; return how many were emitted."""
    running = EmissionBatch.objects.filter(
        state=BatchState.RUNNING, items__state=ItemState.WAITING
    )
    keys = running.order_by("pk").values_list("pk", flat=True).distinct()
    return sum(run_batch(pk, clock=clock) for pk in keys)


def _emit(pk: int, *, at: datetime) -> bool:
    """Emit the item `pk`, if no other worker has it; say whether it was emitted."""
    try:
        with transaction.atomic():
            item = _held(pk)
            if item is None:
                return False
            order = order_for(item.action, justification=item.batch.justification)
            made = emit(
                item.action,
                order=replace(order, billing_reference=item.billing_reference),
                seen=item.seen,
                by=item.batch.by,
                at=at,
            )
            item.advance("emit", at=at, certificate=made)
    except (EmissionRefused, SummaryChanged, ActionClosed) as refused:
        _refuse(pk, reason=refused.message, at=at)
        return False
    return True


@transaction.atomic
def _refuse(pk: int, *, reason: str, at: datetime) -> None:
    if item := _held(pk):
        item.advance("refuse", at=at, reason=reason[:1000])


def _held(pk: int) -> BatchItem | None:
    """Return the item `pk`, locked, None where another worker has or had it."""
    waiting = BatchItem.objects.filter(pk=pk, state=ItemState.WAITING)
    rows = waiting.select_related("batch__by", "action")
    return rows.select_for_update(of=("self",), skip_locked=True).first()
