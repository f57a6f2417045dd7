"""Recording what is learned of a sworn statement: by hand, from its PDF, from a list.

SENCE's system moves declarations; the portal follows.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from courses.models import Enrolment, TrainingAction
from liquidation.declarations import way
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationReport,
    DeclarationState,
)
from liquidation.recording import Learned, is_new, refusal
from liquidation.services.packets import hold_open_of, keep_state
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User

DEDUCED: Final = "deducido"  # in the log: steps that nobody saw, but must have been


class DeclarationRefused(DomainError):
    """This can't be recorded of this declaration."""

    code = "declaration_refused"


@transaction.atomic
def record(
    action: TrainingAction,
    enrolment: Enrolment | None,
    learned: Learned,
    *,
    by: User,
    at: datetime,
) -> bool:
    """Record what was `learned` of a participant's declaration, or of the OTEC's.

    The state of the action's packet follows. Say whether that was anything new. Raises
    DeclarationRefused: see recording.refusal.
    """
    packet = hold_open_of(action)
    current = hold(action)
    declaration = find(current, enrolment)
    if problem := refusal(declaration, learned, at=at):
        raise DeclarationRefused(problem.message, code=problem.code)
    if not is_new(declaration, learned):
        return False
    write(declaration, learned, by=by, at=at)
    audit.record(
        "liquidation.declaration_recorded",
        at=at,
        by=by,
        training_body=current.course.training_body,
        target=declaration,
        state=learned.to,
        number=declaration.number,
        source=learned.source,
        sha256=learned.sha256,
        reason=learned.reason,
    )
    if packet:
        keep_state(packet, by=by, at=at)
    return True


def hold(action: TrainingAction) -> TrainingAction:
    """Return `action`, held: its declarations are recorded one after the other."""
    return (
        TrainingAction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course__training_body")
        .get(pk=action.pk)
    )


def find(action: TrainingAction, enrolment: Enrolment | None) -> Declaration:
    """Return the declaration, unsaved where nothing was learned of it yet."""
    kept = Declaration.objects.filter(action=action, enrolment=enrolment).first()
    found = kept or Declaration(action=action, enrolment=enrolment)
    found.action = action
    return found


def write(
    declaration: Declaration, learned: Learned, *, by: User, at: datetime
) -> None:
    """Move it there step by step, and keep what was learned beside it."""
    steps = _steps(declaration.state, learned.to)
    facts: dict[str, Any] = {"source": learned.source, "recorded_at": at}
    if declaration.pk is None:
        for name, value in facts.items():
            setattr(declaration, name, value)
        declaration.save()
    for number, step in enumerate(steps, start=1):
        seen = number == len(steps)
        who = str(by) if seen else f"{by} ({DEDUCED})"
        declaration.advance(
            step, at=at, by=who, **facts, number=_number_after(step, declaration)
        )
    if learned.number and learned.number != declaration.number:
        declaration.number = learned.number
        declaration.save(update_fields=["number"])
    _keep(declaration, learned, by=by, at=at)


def _steps(state: str, to: str) -> list[str]:
    if state == to:
        return []
    return ["take_back"] if to == DeclarationState.PENDING else way(state, to) or []


def _number_after(step: str, declaration: Declaration) -> str:
    """What is issued again gets a new number; the old one stands in the reports."""
    return "" if step in {"reissue", "take_back"} else declaration.number


def _keep(
    declaration: Declaration, learned: Learned, *, by: User, at: datetime
) -> None:
    report = DeclarationReport.objects.create(
        declaration=declaration,
        state=learned.to,
        number=declaration.number,
        source=learned.source,
        gca_list=learned.gca_list,
        reason=learned.reason if learned.to == DeclarationState.PENDING else "",
        by=by,
        at=at,
    )
    if learned.document is not None:
        DeclarationDocument.objects.create(
            report=report,
            name=learned.filename[:200],
            content=learned.document.content,
            sha256=learned.sha256,
            size=len(learned.document.content),
            pages=learned.document.pages,
        )
