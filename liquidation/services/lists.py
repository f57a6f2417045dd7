"""Taking over a list of SENCE's system, after it was shown what that changes."""

import hashlib
from datetime import datetime

from django.db import transaction

from courses.models import TrainingAction
from liquidation.declarations import NONE_HERE, has_declarations
from liquidation.gca_list import read
from liquidation.models import Declaration, DeclarationState, GcaList, Source
from liquidation.plan import Plan, PlannedRow, make_plan
from liquidation.recording import Learned
from liquidation.services.declarations import hold, write
from liquidation.services.packets import hold_open_of, keep_state
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User


class ListRefused(DomainError):
    """The list can't be taken over, or not as it was shown."""

    code = "list_refused"


@transaction.atomic
def import_list(
    action: TrainingAction, text: str, *, digest: str, by: User, at: datetime
) -> int:
    """Record what `text` says; return how many declarations changed.

    `digest` is that of the plan that was shown. The same list again changes nothing,
    and writes nothing. Raises Unreadable, or ListRefused: no_declarations,
    plan_changed.
    """
    packet = hold_open_of(action)
    current = hold(action)
    plan = _plan(current, text)
    if plan.digest != digest:
        raise ListRefused(
            "Algo cambió desde que viste la revisión. Esta es la de ahora.",
            code="plan_changed",
        )
    if not plan.changes:
        return 0
    kept, _ = GcaList.objects.get_or_create(
        action=current,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        defaults={"text": text, "by": by, "at": at},
    )
    for one in plan.changes:
        write(_declaration(current, one), _learned(one, kept), by=by, at=at)
    audit.record(
        "liquidation.list_imported",
        at=at,
        by=by,
        training_body=current.course.training_body,
        target=current,
        changed=len(plan.changes),
        sha256=kept.sha256,
    )
    if packet:
        keep_state(packet, by=by, at=at)
    return len(plan.changes)


def _plan(action: TrainingAction, text: str) -> Plan:
    if not has_declarations(action.course):
        raise ListRefused(NONE_HERE, code="no_declarations")
    return make_plan(action, read(text))


def _declaration(action: TrainingAction, one: PlannedRow) -> Declaration:
    kept: Declaration | None = getattr(one.enrolment, "declaration", None)
    return kept or Declaration(action=action, enrolment=one.enrolment)


def _learned(one: PlannedRow, kept: GcaList) -> Learned:
    return Learned(one.to or DeclarationState.PENDING, Source.GCA_LIST, gca_list=kept)
