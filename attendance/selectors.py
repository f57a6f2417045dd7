"""What the screens show of sessions."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    F,
    Prefetch,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from attendance.after_liquidation import detail_is_open
from attendance.models import (
    Flag,
    Level,
    OperatorAlert,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.models.receipts import OF_CLOSE, TO_REVIEW
from attendance.models.session_states import overdue_at, running_at, unanswered_at
from attendance.models.sessions import SenceSessionQuerySet
from attendance.sence.errors import SenceError, told_by
from attendance.sence.spelling import HIDDEN, hidden
from otec_portal.core.models import Membership

_NTH_ALIKE = Window(
    RowNumber(),
    partition_by=[
        *("session_id", "kind", "decision__outcome", "decision__flags"),
        *("decision__codes", "browser_return__own", "review__verdict"),
    ],
    order_by=["-received_at", "-pk"],
)


def sessions_for(membership: Membership | None) -> SenceSessionQuerySet:
    """Return the sessions that `membership` may see, newest first, with whom."""
    return (
        SenceSession.objects.visible_to(membership)
        .select_related("enrolment__participant", "enrolment__action__course")
        .order_by("-started_at", "-pk")
    )


def shown_sessions(membership: Membership | None) -> SenceSessionQuerySet:
    """Return those of `sessions_for` whose action's attendance may be shown."""
    return sessions_for(membership).filter(detail_is_open("enrolment__action__"))


def with_evidence(sessions: QuerySet[SenceSession]) -> QuerySet[SenceSession]:
    """Add the receipts of each session, decided, reviewed and returned, in order.

    Without their bodies, which no list shows, and whether SENCE's own export has it. Of
    those that tell the same the latest alone: whoever posts one answer a thousand times
    makes no page longer.
    """
    found = Receipt.objects.select_related("decision", "review__by", "browser_return")
    telling = found.annotate(nth_alike=_NTH_ALIKE).filter(nth_alike=1)
    return sessions.select_related("reconciliation").prefetch_related(
        Prefetch("receipts", telling.without_body().order_by("received_at", "pk"))
    )


def to_list(sessions: QuerySet[SenceSession], now: datetime) -> QuerySet[SenceSession]:
    """Do as `with_evidence`, with what sorts by the clock at `now`.

    That is `state_order`, and `leaves_at` of a running one.
    """
    places = {state: Value(place) for place, state in enumerate(SessionState)}
    by_the_clock = [
        When(unanswered_at(now), then=places[SessionState.ABANDONED]),
        When(overdue_at(now), then=places[SessionState.EXPIRED]),
    ]
    as_kept = [When(state=state, then=place) for state, place in places.items()]
    return with_evidence(sessions).annotate(
        state_order=Case(*by_the_clock, *as_kept, output_field=SmallIntegerField()),
        leaves_at=Case(When(running_at(now), then=F("expires_at"))),
    )


def open_sessions(membership: Membership, *, now: datetime) -> QuerySet[SenceSession]:
    """Return who is in right now, by the clock."""
    return shown_sessions(membership).filter(running_at(now))


@dataclass(frozen=True)
class ErrorOfToday:
    """How often SENCE gave one code today, as it reads, and whom it struck where."""

    error: SenceError
    times: int
    struck: dict[str, list[str]]  # names by action code, each once


def errors_of_today(membership: Membership, *, now: datetime) -> list[ErrorOfToday]:
    """Return the codes SENCE returned today (America/Santiago), most frequent first."""
    midnight = timezone.localtime(now).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    receipts = (
        Receipt.objects.visible_to(membership)
        .errors()
        .filter(received_at__gte=midnight)
    )
    times: Counter[SenceError] = Counter()
    struck: dict[SenceError, dict[str, dict[str, None]]] = {}
    person = "session__enrolment__participant"
    for codes, kind, action, *names in receipts.order_by(
        "received_at", "pk"
    ).values_list(
        "decision__codes",
        "kind",
        "session__action_code",
        f"{person}__first_names",
        f"{person}__last_names",
    ):
        for code in codes or [""]:
            error = told_by(code, closing=kind in OF_CLOSE)
            times[error] += 1
            struck.setdefault(error, {}).setdefault(action, {})[" ".join(names)] = None
    return [
        ErrorOfToday(error, number, _as_lists(struck[error]))
        for error, number in times.most_common()
    ]


def _as_lists(struck: dict[str, dict[str, None]]) -> dict[str, list[str]]:
    return {action: list(names) for action, names in struck.items()}


def receipts_to_review(membership: Membership | None) -> QuerySet[Receipt]:
    """Return what waits for a person, oldest first."""
    return (
        Receipt.objects.visible_to(membership)
        .awaiting_review()
        .without_body()
        .select_related(
            "decision",
            "session__enrolment__participant",
            "session__enrolment__action__course",
        )
        .order_by("received_at", "pk")
    )


def first_outcome(receipt: Receipt) -> Outcome:
    """Return what `receipt` led to; of a copy, what the one that it copies led to."""
    outcome = Outcome(receipt.outcome)
    if outcome != Outcome.COPIED:
        return outcome
    same = Receipt.objects.filter(
        session=receipt.session,
        kind=receipt.kind,
        body=receipt.body,
        decision__outcome__in=TO_REVIEW,
    )
    first = same.order_by("pk").values_list("decision__outcome", flat=True).first()
    return Outcome(first) if first else Outcome.OUT_OF_ORDER


def open_alerts(membership: Membership | None) -> QuerySet[OperatorAlert]:
    """Return the alerts that nobody has resolved, the latest first."""
    return (
        OperatorAlert.objects.visible_to(membership)
        .open()
        .select_related("action__course", "enrolment__participant")
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
    sence_id: str  # the nonce never passes for one (C4)


def row_of(session: SenceSession, now: datetime) -> SessionRow:
    """Return what a list tells of `session` (from `with_evidence`) at `now`."""
    return SessionRow(
        session=session,
        state=session.state_at(now),
        level=session.level,
        flags=session.flags,
        remaining=session.remaining(now),
        sence_id=hidden(session.sence_id, session.nonce, by=HIDDEN),
    )
