"""Who can issue a sworn statement at SENCE, and why not (domain.md, [GCA]).

Rules of one row, without a query: what they need is passed in, today's date too.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from courses.models import (
    ActionState,
    ActivityType,
    Course,
    Environment,
    Modality,
    TrainingAction,
)
from courses.terms import declared_from
from liquidation.models import Declaration, DeclarationState
from liquidation.models.declarations import NUMBER

DAYS_TO_ISSUE: Final = 60  # calendar days after the end; on the last one still within
NONE_HERE: Final = (
    "Las declaraciones juradas de GCA son solo para cursos e-learning. "
    "Este curso no las lleva."
)
NUMBER_FORM: Final = "Escribe folio y año, así: 12345-2026."
_CORRECTION: Final = "take_back"
_LAST_ONLY: Final = "annul"  # SENCE annuls of itself: never supposed on the way


@dataclass(frozen=True)
class Reason:
    """Why something can't be done: a stable code, and Spanish."""

    code: str
    message: str


@dataclass(frozen=True)
class Standing:
    """Where one declaration stands: issued, or still to issue and why that can't be."""

    state: DeclarationState
    reasons: tuple[Reason, ...] = ()

    @property
    def issued(self) -> bool:
        return self.state == DeclarationState.ISSUED

    @property
    def can(self) -> bool:
        """Whether it can be issued at SENCE now."""
        return not self.issued and not self.reasons


def has_declarations(course: Course) -> bool:
    """Say whether SENCE's system issues declarations for `course` at all."""
    return course.modality == Modality.E_LEARNING


def authorised_on(action: TrainingAction) -> date:
    """Return the first day on which the OTEC can issue its declaration."""
    return declared_from(
        partial=action.activity_type == ActivityType.PARTIAL,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
    )


def last_day_of(action: TrainingAction) -> date:
    """Return the last day on which the OTEC can issue without asking for it."""
    end = authorised_on(action) - timedelta(days=1)
    return end + timedelta(days=DAYS_TO_ISSUE)


class Exceptional(StrEnum):
    """How a request to issue out of term stands: the latest one's."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


_OUT_OF_TERM: Final = {
    Exceptional.NOT_ASKED: (
        "en GCA hay que solicitar la emisión fuera de plazo, y decide la Dirección "
        "Regional."
    ),
    Exceptional.PENDING: (
        "la emisión fuera de plazo está solicitada, y la Dirección Regional todavía "
        "no responde."
    ),
    Exceptional.REJECTED: "la Dirección Regional rechazó la emisión fuera de plazo.",
}


def of_otec(
    action: TrainingAction,
    *,
    state: str,
    today: date,
    exceptional: Exceptional = Exceptional.NOT_ASKED,
) -> Standing:
    """Return where the OTEC's declaration stands on `today`.

    Past its term it can be issued where SENCE accepted a request for that.
    """
    reasons = [*_of_state(state), *reasons_of_action(action, today=today)]
    late = today > last_day_of(action) and exceptional != Exceptional.ACCEPTED
    if not reasons and late:
        ended = f"El plazo terminó el {last_day_of(action):%d-%m-%Y}"
        reasons.append(Reason("out_of_term", f"{ended}: {_OUT_OF_TERM[exceptional]}"))
    return _standing(state, reasons)


def of_participant(
    action: TrainingAction,
    *,
    otec: str,
    state: str,
    sessions: int,
    exempt: bool,
    today: date,
) -> Standing:
    """Return where a participant's declaration stands on `today` (E10).

    `otec` is the state of the OTEC's declaration, `sessions` how many count.
    """
    reasons = [*_of_state(state), *reasons_of_action(action, today=today)]
    if not sessions:
        reasons.append(_without_sessions(exempt=exempt))
    if otec != DeclarationState.ISSUED:
        reasons.append(
            Reason("otec_first", "La OTEC todavía no tiene emitida su declaración.")
        )
    return _standing(state, reasons)


def _standing(state: str, reasons: Sequence[Reason]) -> Standing:
    kept = DeclarationState(state)
    return Standing(kept, () if kept == DeclarationState.ISSUED else tuple(reasons))


def _of_state(state: str) -> list[Reason]:
    if state == DeclarationState.IN_VALIDATION:
        message = "SENCE todavía no responde la solicitud de anulación."
        return [Reason("in_validation", message)]
    if state == DeclarationState.REJECTED:
        message = "SENCE rechazó volver a emitirla: ya no se puede."
        return [Reason("rejected", message)]
    return []


def reasons_of_action(action: TrainingAction, *, today: date) -> list[Reason]:
    """Return what stands against everybody's declaration in `action` on `today`.

    Codes: annulled, liquidated, test, not_yet.
    """
    if action.decision == ActionState.ANNULLED:
        return [Reason("annulled", "La acción está anulada.")]
    if action.decision == ActionState.LIQUIDATED:
        return [Reason("liquidated", "La acción ya está liquidada.")]
    if action.environment == Environment.TEST:
        message = "La acción está en ambiente de prueba: SENCE no guarda su asistencia."
        return [Reason("test", message)]
    first = authorised_on(action)
    if today < first:
        message = f"En SENCE queda autorizada el {first:%d-%m-%Y}."
        return [Reason("not_yet", message)]
    return []


def _without_sessions(*, exempt: bool) -> Reason:
    if exempt:
        message = "Está exento de registrar asistencia: no tiene sesiones en SENCE."
    else:
        message = "No tiene ninguna sesión confirmada."
    return Reason("no_session", message)


def way(start: str, end: str) -> list[str] | None:
    """Return the fewest transitions that lead from `start` to `end`, or None.

    Corrections are no part of a way, and an annulment is so at its end alone.
    """
    queue: deque[tuple[str, list[str]]] = deque([(start, [])])
    seen = {start}
    while queue:
        state, steps = queue.popleft()
        if state == end:
            return steps
        for name, (sources, target) in Declaration.TRANSITIONS.items():
            passable = name != _CORRECTION and (name != _LAST_ONLY or target == end)
            if passable and state in sources and target not in seen:
                seen.add(target)
                queue.append((target, [*steps, name]))
    return None


def passed_over(state: str, to: DeclarationState) -> list[DeclarationState]:
    """Return the states between `state` and `to` that the way there leads through."""
    steps = [] if to == DeclarationState.PENDING else way(state, to) or []
    return [DeclarationState(Declaration.TRANSITIONS[one][1]) for one in steps[:-1]]


def within_reach(state: str) -> list[DeclarationState]:
    """Return the states that may be recorded of a declaration that is in `state`.

    Issued again as itself: to add its number or its PDF.
    """
    return [
        one
        for one in DeclarationState
        if (one == DeclarationState.ISSUED if one == state else _leads(state, one))
    ]


def _leads(state: str, to: str) -> bool:
    return to == DeclarationState.PENDING or way(state, to) is not None


def read_number(text: str, *, action: TrainingAction, today: date) -> str:
    """Return folio and year without spaces. Raises ValueError with what is wrong.

    The year lies between the one in which the action starts and `today`'s.
    """
    number = "".join(text.split()).replace("–", "-")
    if not number:
        return ""
    if not re.fullmatch(NUMBER.strip("^$"), number):
        raise ValueError(NUMBER_FORM)
    year = int(number[-4:])
    if not action.starts_on.year <= year <= today.year:
        raise ValueError(
            f"El año del número ({year}) no calza con esta acción: "
            f"va de {action.starts_on.year} a {today.year}."
        )
    return number
