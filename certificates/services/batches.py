"""Emitting many certificates: accepted at once, done one by one, never twice."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from certificates.bulk import Candidate
from certificates.models import BatchItem, BatchState, EmissionBatch, ItemState
from certificates.rules import NO_JUSTIFICATION, proposed
from certificates.services.emission import EmissionRefused, SummaryChanged, emit
from courses.models import TrainingAction
from courses.selectors import actions_for
from courses.services import ActionClosed
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.memberships import memberships_of
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.permissions import Permission, allowed
from otec_portal.core.queue import soon

logger = logging.getLogger(__name__)
TASK: Final = "certificates.tasks.emit_batch"
# what of a batch waits while the batch runs
UNDER_WAY: Final = Q(state=ItemState.WAITING, batch__state=BatchState.RUNNING)


class BatchRefused(DomainError):
    """These certificates can't be emitted at once."""

    code = "batch_refused"


class RightLost(DomainError):
    """Who accepted the batch may no longer emit this certificate."""

    code = "right_lost"


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

    Raises BatchRefused: nothing_to_emit, no_justification, under_way where another
    batch has one of them waiting.
    """
    able = [one for one in chosen if not one.hindrances]
    if not able:
        raise BatchRefused("Ninguno se puede emitir.", code="nothing_to_emit")
    if not justification.strip() and any(one.late for one in able):
        raise BatchRefused(NO_JUSTIFICATION, code="no_justification")
    _hold(able)
    batch = EmissionBatch.objects.create(
        training_body=body, justification=justification.strip(), by=by, at=at
    )
    BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch,
            action=one.action,
            billing_reference=one.order.billing_reference,
            seen=one.seen_with(batch.justification),
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


def _hold(able: Sequence[Candidate]) -> None:
    """Lock the actions: of two batches at once the second one sees the first."""
    keys = [one.action.pk for one in able]
    held = TrainingAction.objects.select_for_update(no_key=True).filter(pk__in=keys)
    list(held.order_by("pk").values_list("pk", flat=True))
    if BatchItem.objects.filter(UNDER_WAY, action__in=keys).exists():
        raise BatchRefused(
            "Algunos ya se están emitiendo en otra emisión.", code="under_way"
        )


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

    Any number of workers may do so at once, and go on where another one died. One that
    fails for no reason of its own goes on waiting, and does not keep the others.
    """
    waiting = BatchItem.objects.filter(UNDER_WAY, batch=pk).order_by("pk")
    emitted, tried = 0, 0
    while (item := waiting.filter(pk__gt=tried).first()) is not None:
        at, tried = clock(), item.pk
        try:
            emitted += _emit(tried, at=at)
        except Exception:
            logger.exception("item %s of batch %s was not emitted", tried, pk)
    return emitted


def run_unfinished(*, clock: Callable[[], datetime]) -> int:
    """Go on with the batches in which something waits; return how many were emitted.

    One that fails does not keep the others.
    """
    running = EmissionBatch.objects.filter(
        state=BatchState.RUNNING, items__state=ItemState.WAITING
    )
    emitted = 0
    for pk in list(running.order_by("pk").values_list("pk", flat=True).distinct()):
        try:
            emitted += run_batch(pk, clock=clock)
        except Exception:
            logger.exception("batch %s did not go on", pk)
    return emitted


def _emit(pk: int, *, at: datetime) -> bool:
    """Emit the item `pk`, if no other worker has it; say whether it was emitted."""
    try:
        with transaction.atomic():
            item = _held(pk)
            if item is None:
                return False
            _refuse_who_may_not(item.batch.by, item.action)
            order = replace(
                proposed(item.action, annulled=None),
                billing_reference=item.billing_reference,
                justification=item.batch.justification,
            )
            made = emit(
                item.action,
                order=order,
                seen=item.seen,
                by=item.batch.by,
                at=at,
            )
            item.advance("emit", at=at, certificate=made)
    except (EmissionRefused, SummaryChanged, ActionClosed, RightLost) as refused:
        _refuse(pk, reason=refused.message, at=at)
        return False
    return True


def _refuse_who_may_not(by: User, action: TrainingAction) -> None:
    """Raise RightLost where `by` could not emit it by hand any more."""
    held = memberships_of(by) if by.is_active else ()
    for one in held:
        mine = allowed(one, Permission.EMIT_CERTIFICATES) and actions_for(one)
        if mine and mine.filter(pk=action.pk).exists():
            return
    raise RightLost(
        f"{by.full_name}, quien aceptó la emisión, ya no puede emitir certificados de "
        "esta acción. Quien pueda, que la acepte de nuevo."
    )


@transaction.atomic
def _refuse(pk: int, *, reason: str, at: datetime) -> None:
    if item := _held(pk):
        item.advance("refuse", at=at, reason=reason[:1000])


def _held(pk: int) -> BatchItem | None:
    """Return the item `pk`, locked, None where another worker has or had it."""
    waiting = BatchItem.objects.filter(pk=pk, state=ItemState.WAITING)
    rows = waiting.select_related("batch__by", "action")
    return rows.select_for_update(of=("self",), skip_locked=True).first()
