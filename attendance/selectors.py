"""What the screens show of sessions."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from attendance.models import (
    CallbackKind,
    Flag,
    Level,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
    Verdict,
)
from attendance.models.sessions import RUNNING
from attendance.sence.errors import SenceError, lookup
from otec_portal.core.models import Membership

COUNTED = {Outcome.APPLIED, Outcome.REPEATED}


def sessions_for(membership: Membership | None) -> QuerySet[SenceSession]:
    """Return the sessions that `membership` may see, newest first, with whom."""
    return (
        SenceSession.objects.visible_to(membership)
        .select_related("enrolment__participant", "enrolment__action__course")
        .order_by("-started_at", "-pk")
    )


def with_evidence(sessions: QuerySet[SenceSession]) -> QuerySet[SenceSession]:
    """Add the receipts of each session, decided, reviewed and returned, in order."""
    receipts = Receipt.objects.select_related(
        "decision", "review__by", "browser_return"
    ).order_by("received_at", "pk")
    return sessions.prefetch_related(Prefetch("receipts", receipts))


def shown_state(session: SenceSession, now: datetime) -> SessionState:
    """Return the state by the clock, whether or not the job has run yet."""
    if session.is_unanswered(now):
        return SessionState.ABANDONED
    if session.is_overdue(now):
        return SessionState.EXPIRED
    return SessionState(session.state)


def level_of(session: SenceSession) -> Level | None:
    """Return what the session's marks are worth: the lowest of them; None without.

    `session` comes from `with_evidence`.
    """
    kinds = [CallbackKind.START_CONFIRMED] if session.opened_at else []
    if session.closed_at:
        kinds.append(CallbackKind.CLOSE_CONFIRMED)
    if not kinds:
        return None
    linked = {
        receipt.kind
        for receipt in session.receipts.all()
        if counts(receipt) and came_back(receipt)
    }
    return Level.LINKED if linked.issuperset(kinds) else Level.RECEIVED


def decided(receipt: Receipt) -> str:
    """Return the outcome of `receipt`, "" while it has none."""
    decision = getattr(receipt, "decision", None)
    return decision.outcome if decision else ""


def counts(receipt: Receipt) -> bool:
    """Say whether `receipt` stands behind a mark, by decision or by a person's."""
    if decided(receipt) in COUNTED:
        return True
    review = getattr(receipt, "review", None)
    return review is not None and review.verdict == Verdict.ACCEPTED


def came_back(receipt: Receipt) -> bool:
    """Say whether the participant's own browser carried `receipt`."""
    browser_return = getattr(receipt, "browser_return", None)
    return browser_return is not None and browser_return.own


def flags_of(receipt: Receipt) -> list[Flag]:
    """Return what an operator should know about `receipt`."""
    decision = getattr(receipt, "decision", None)
    flags = [Flag(flag) for flag in decision.flags] if decision else []
    browser_return = getattr(receipt, "browser_return", None)
    if browser_return is not None and not browser_return.own:
        flags.append(Flag.OTHER_BROWSER)
    return flags


def session_flags(session: SenceSession) -> list[Flag]:
    """Return the flags of all of a session's receipts, each once."""
    return list(
        dict.fromkeys(
            flag for receipt in session.receipts.all() for flag in flags_of(receipt)
        )
    )


def open_sessions(membership: Membership, *, now: datetime) -> QuerySet[SenceSession]:
    """Return who is in right now, by the clock."""
    return sessions_for(membership).filter(state__in=RUNNING, expires_at__gte=now)


@dataclass(frozen=True)
class ErrorOfToday:
    """How often SENCE gave one code today, and whom it struck in which action."""

    error: SenceError
    times: int
    struck: dict[str, list[str]]  # names by action code, each once


def errors_of_today(membership: Membership, *, now: datetime) -> list[ErrorOfToday]:
    """Return the codes SENCE returned today (America/Santiago), most frequent first."""
    midnight = timezone.localtime(now).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    receipts = Receipt.objects.visible_to(membership).filter(
        received_at__gte=midnight, decision__outcome=Outcome.APPLIED
    )
    times: Counter[str] = Counter()
    struck: dict[str, dict[str, dict[str, None]]] = {}
    person = "session__enrolment__participant"
    for codes, action, *names in (
        receipts.exclude(decision__codes=[])
        .order_by("received_at")
        .values_list(
            "decision__codes",
            "session__action_code",
            f"{person}__first_names",
            f"{person}__last_names",
        )
    ):
        for code in codes:
            times[code] += 1
            struck.setdefault(code, {}).setdefault(action, {})[" ".join(names)] = None
    return [
        ErrorOfToday(lookup(code), number, _as_lists(struck[code]))
        for code, number in times.most_common()
    ]


def _as_lists(struck: dict[str, dict[str, None]]) -> dict[str, list[str]]:
    return {action: list(names) for action, names in struck.items()}


def receipts_to_review(membership: Membership | None) -> QuerySet[Receipt]:
    """Return what waits for a person, oldest first."""
    return (
        Receipt.objects.visible_to(membership)
        .awaiting_review()
        .select_related(
            "decision",
            "session__enrolment__participant",
            "session__enrolment__action__course",
        )
        .order_by("received_at", "pk")
    )


def open_alerts(membership: Membership | None) -> QuerySet[OperatorAlert]:
    """Return the alerts that nobody has resolved, the latest first."""
    return (
        OperatorAlert.objects.visible_to(membership)
        .open()
        .select_related("action__course")
        .order_by("-last_at")
    )


@dataclass(frozen=True)
class SessionRow:
    """A session with what is told of it in a list, at one moment."""

    session: SenceSession
    state: SessionState
    level: Level | None
    flags: list[Flag]
    remaining: float | None  # seconds, of a running one


def row_of(session: SenceSession, now: datetime) -> SessionRow:
    """Return what a list tells of `session` (from `with_evidence`) at `now`."""
    state = shown_state(session, now)
    left = (
        (session.expires_at - now).total_seconds()
        if state in RUNNING and session.expires_at
        else None
    )
    return SessionRow(session, state, level_of(session), session_flags(session), left)
