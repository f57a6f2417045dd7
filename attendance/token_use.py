"""Which actions used a token, when last, with what result: from forms and receipts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from attendance import selectors
from attendance.models import (
    Handover,
    Receipt,
    SenceSession,
    SenceToken,
    SessionState,
    TokenState,
)
from attendance.models.receipts import OF_CLOSE
from attendance.sence.errors import Kind, SenceError, told_by
from courses.models import TrainingAction
from otec_portal.core.models import Membership

ERRORS_LOOKED_AT: Final = 500


@dataclass(frozen=True)
class Result:
    """What came of the last form that left with a token. `words`: lines, in Spanish."""

    kind: str  # of a badge: neutral info success warning danger
    icon: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Why a token is in doubt: the code by which SENCE refused it last, and when."""

    error: SenceError
    at: datetime


def tokens_of(membership: Membership) -> QuerySet[SenceToken]:
    """Return the tokens that `membership` may see, with their last use, newest first.

    `last_used_at` and `last_session` are None for one that never left.
    """
    latest = Handover.objects.filter(token=OuterRef("pk")).order_by("-at")
    return (
        SenceToken.objects.visible_to(membership)
        .select_related("training_body")
        .annotate(
            last_used_at=Subquery(latest.values("at")[:1]),
            last_session=Subquery(latest.values("session")[:1]),
        )
        .order_by("-created_at", "-pk")
    )


def actions_with(token: SenceToken) -> QuerySet[TrainingAction]:
    """Return the actions for which `token` left, with their last use."""
    latest = Handover.objects.filter(
        token=token, session__enrolment__action=OuterRef("pk")
    ).order_by("-at")
    return (
        TrainingAction.objects.filter(
            enrolments__sence_sessions__handovers__token=token
        )
        .distinct()
        .select_related("course")
        .annotate(
            last_used_at=Subquery(latest.values("at")[:1]),
            last_session=Subquery(latest.values("session")[:1]),
        )
    )


def with_results(
    rows: Iterable[Any], *, now: datetime
) -> list[tuple[Any, Result | None]]:
    """Return each of `rows` (as above) with what came of its last session.

    In a fixed number of queries.
    """
    shown = list(rows)
    wanted = {row.last_session for row in shown if row.last_session is not None}
    sessions = selectors.with_evidence(SenceSession.objects.filter(pk__in=wanted))
    found = {session.pk: _result(session, now) for session in sessions}
    return [(row, found.get(row.last_session)) for row in shown]


def _result(session: SenceSession, now: datetime) -> Result:
    believed = [one for one in session.receipts.all() if one.believed]
    last = believed[-1] if believed else None
    if last and last.is_error(last.decision.codes):
        codes = last.decision.codes or [""]
        return _refusal([told_by(code, closing=last.closing) for code in codes])
    if session.opened_at:
        return Result("success", "check", "Aceptado por SENCE")
    state = session.state_at(now)
    if state == SessionState.STARTING:
        return Result("info", "clock", "Esperando a SENCE")
    return Result("warning", "alert", "Sin respuesta de SENCE")


def _refusal(errors: list[SenceError]) -> Result:
    """Every code of one answer: which of them is to blame, the words tell."""
    if len(errors) == 1:
        (error,) = errors
        label = f"Error {error.code}" if error.code else "Error sin código"
        return Result("danger", "x", label, (error.diagnosis,))
    label = f"Errores {', '.join(error.code for error in errors)}"
    words = tuple(f"{error.code}: {error.diagnosis}" for error in errors)
    return Result("danger", "x", label, words)


def doubts(tokens: Iterable[SenceToken]) -> dict[int, Doubt]:
    """Return why those of `tokens` that are in doubt are so, by their keys.

    Of the last ERRORS_LOOKED_AT errors; one query, none where nothing is in doubt.
    """
    doubtful = [one.pk for one in tokens if one.state == TokenState.SUSPECT]
    found: dict[int, Doubt] = {}
    if not doubtful:
        return found
    told = (
        Receipt.objects.errors()
        .filter(session__token__in=doubtful)
        .order_by("-received_at", "-pk")
        .values_list("session__token", "decision__codes", "received_at", "kind")
    )
    for token, codes, at, kind in told[:ERRORS_LOOKED_AT]:
        for code in codes:
            error = told_by(code, closing=kind in OF_CLOSE)
            if token is not None and error.kind == Kind.TOKEN:
                found.setdefault(token, Doubt(error, at))
    return found
