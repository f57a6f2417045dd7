"""When issuing out of term can be asked for, and answered (domain.md, "Out of term").

Rules of one row, without a query: today's date is passed in, as of America/Santiago.
"""

from datetime import date
from typing import Final

from courses.models import TrainingAction
from liquidation.declarations import (
    NONE_HERE,
    Reason,
    has_declarations,
    last_day_of,
    reasons_of_action,
)
from liquidation.models import OutOfTermRequest

_FUTURE: Final = Reason("future", "Esa fecha todavía no llega.")


def against_asking(
    action: TrainingAction, *, pending: OutOfTermRequest | None, today: date
) -> Reason | None:
    """Return why no request can be recorded for `action` on `today`, or None.

    Codes: no_declarations, annulled, liquidated, test, not_yet, in_term, pending.
    """
    if not has_declarations(action.course):
        return Reason("no_declarations", NONE_HERE)
    if closed := reasons_of_action(action, today=today):
        return closed[0]
    if pending is not None:
        return Reason(
            "pending",
            f"La solicitud del {pending.requested_on:%d-%m-%Y} todavía no tiene "
            "respuesta: regístrala antes de otra.",
        )
    return _against_day(action, today)


def against_request(
    action: TrainingAction,
    *,
    requested_on: date,
    pending: OutOfTermRequest | None,
    today: date,
) -> Reason | None:
    """Return why a request of that day can't be recorded on `today`, or None.

    Codes: those of `against_asking`, and future.
    """
    if reason := against_asking(action, pending=pending, today=today):
        return reason
    return _FUTURE if requested_on > today else _against_day(action, requested_on)


def against_answer(
    request: OutOfTermRequest, *, answered_on: date, answered: bool, today: date
) -> Reason | None:
    """Return why an answer of that day can't be recorded, or None.

    Codes: answered, future, before_request.
    """
    if answered:
        return Reason("answered", "Esta solicitud ya tiene su respuesta.")
    if answered_on > today:
        return _FUTURE
    if answered_on < request.requested_on:
        return Reason(
            "before_request",
            f"La solicitud es del {request.requested_on:%d-%m-%Y}: la respuesta no "
            "puede ser anterior.",
        )
    return None


def _against_day(action: TrainingAction, day: date) -> Reason | None:
    last = last_day_of(action)
    if day > last:
        return None
    return Reason(
        "in_term",
        f"Hasta el {last:%d-%m-%Y} la OTEC emite sin pedirlo: GCA recibe la solicitud "
        "desde el día siguiente.",
    )
