"""An action's sessions against the marks of SENCE that were uploaded for it.

Always as things are now, in a fixed number of statements: what is *conciliada* is
settled and not compared again, so that little is left to compare.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from attendance.models import (
    LIVE,
    Reconciliation,
    SenceExport,
    SenceMark,
    SenceSession,
    SessionState,
)
from attendance.models.session_states import NEVER_OPENED
from attendance.reconciliation.marks import Kind, Ours, Pair, Surroundings, Theirs
from attendance.reconciliation.match import compare
from attendance.reconciliation.rows import ExportKind
from attendance.reconciliation.times import instants
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import Membership


@dataclass(frozen=True)
class Shown:
    """A mark as one side has it."""

    starts_at: datetime
    ends_at: datetime | None
    public_id: UUID | None


@dataclass(frozen=True)
class SessionFacts:
    """What a difference tells of a session."""

    pk: int
    public_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    state: SessionState
    run: str
    code: str
    real: bool

    @property
    def shown(self) -> Shown:
        """It as a line of the comparison has it."""
        return Shown(self.opened_at, self.closed_at, self.public_id)


@dataclass(frozen=True)
class MarkFacts:
    """What a difference tells of a mark of SENCE's; one of a file has a pk below 0."""

    pk: int
    public_id: UUID | None
    starts_at: datetime
    ends_at: datetime | None
    run: str
    name: str

    @property
    def shown(self) -> Shown:
        """It as a line of the comparison has it."""
        return Shown(self.starts_at, self.ends_at, self.public_id)

    @property
    def content(self) -> tuple[str, datetime, datetime | None]:
        """What makes it the same mark in another file."""
        return (self.run, self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Coverage:
    """Until when SENCE's exports tell of whom."""

    whole: datetime | None
    own: dict[str, datetime]

    def until(self, run: str) -> datetime | None:
        """Return when the latest export that tells of `run` was uploaded."""
        known = [one for one in (self.whole, self.own.get(run)) if one]
        return max(known, default=None)

    def has(self, one: SessionFacts) -> bool:
        """Say whether SENCE's exports could have this session."""
        until = self.until(one.run)
        return until is not None and one.opened_at <= until

    def and_also(self, run: str, at: datetime) -> "Coverage":
        """Return it with one more export, of `run` alone or of all."""
        if run:
            return Coverage(self.whole, {**self.own, run: at})
        return Coverage(at, self.own)


@dataclass(frozen=True)
class Comparison:
    """What is not settled, and how much is."""

    pairs: list[Pair]
    sessions: dict[int, SessionFacts]
    marks: dict[int, MarkFacts]
    names: dict[str, str]  # by RUN, of who is enrolled
    settled: int
    waiting: int  # sessions that no export tells of yet

    def count(self, kind: Kind) -> int:
        """Return how many of `kind` there are, with those settled before."""
        found = sum(pair.kind == kind for pair in self.pairs)
        return found + (self.settled if kind == Kind.EQUAL else 0)


def compare_action(
    action: TrainingAction,
    *,
    seen_by: Membership | None = None,
    more: Iterable[MarkFacts] = (),
    covering: Coverage | None = None,
) -> Comparison:
    """Compare what is not settled; `more` are the marks of a file not yet accepted.

    `seen_by` is who may be told that somebody was in another action.
    """
    covering = covering or coverage_of(action)
    sessions = _sessions(action)
    marks = _marks(action)
    known = {mark.content for mark in marks}
    if more := list(more):
        known |= set(_settled(action))
    marks += [mark for mark in more if mark.content not in known]
    told = [one for one in sessions if covering.has(one)]
    names = _names(action)
    return Comparison(
        pairs=compare(
            [_ours(one, action) for one in told],
            [_theirs(mark) for mark in marks],
            tolerance=settings.RECONCILIATION_TOLERANCE,
            around=_around(action, marks, names, seen_by),
        ),
        sessions={one.pk: one for one in told},
        marks={mark.pk: mark for mark in marks},
        names=names,
        settled=Reconciliation.objects.filter(mark__action=action).count(),
        waiting=len(sessions) - len(told),
    )


def coverage_of(action: TrainingAction) -> Coverage:
    """Return until when the accepted exports of `action` tell of whom."""
    whole: datetime | None = None
    own: dict[str, datetime] = {}
    exports = SenceExport.objects.filter(action=action, kind=ExportKind.DETAIL)
    for run, at in exports.order_by("at").values_list("run", "at"):
        if run:
            own[run] = at
        else:
            whole = at
    return Coverage(whole, own)


def wall(at: datetime) -> datetime:
    """Return what Chile's clocks show at `at`, naive."""
    return timezone.localtime(at).replace(tzinfo=None, fold=0)


def moment(shown: datetime) -> datetime:
    """Return the first instant at which Chile's clocks show `shown`."""
    return datetime.fromtimestamp(instants(shown)[0], UTC)


def _sessions(action: TrainingAction) -> list[SessionFacts]:
    """Return the sessions that SENCE confirmed and that are over, unsettled."""
    mine = SenceSession.objects.filter(enrolment__action=action)
    over = mine.filter(opened_at__isnull=False, reconciliation=None).exclude(
        state__in=LIVE
    )
    return [
        SessionFacts(
            pk=one.pk,
            public_id=one.public_id,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
            state=SessionState(one.state),
            run=one.run,
            code=one.action_code,
            real=one.is_real,
        )
        for one in over
        if one.opened_at
    ]


def _marks(action: TrainingAction) -> list[MarkFacts]:
    """Return SENCE's unsettled marks; without an end only if none with one came."""
    mine = SenceMark.objects.filter(action=action)
    ended = mine.filter(
        run=OuterRef("run"), starts_at=OuterRef("starts_at"), ends_at__isnull=False
    )
    open_ones = mine.filter(reconciliation=None).filter(
        Q(ends_at__isnull=False) | ~Exists(ended)
    )
    return [
        MarkFacts(one.pk, one.public_id, one.starts_at, one.ends_at, one.run, one.name)
        for one in open_ones
    ]


def _settled(
    action: TrainingAction,
) -> Iterable[tuple[str, datetime, datetime | None]]:
    marks = SenceMark.objects.filter(action=action, reconciliation__isnull=False)
    return marks.values_list("run", "starts_at", "ends_at")


def _names(action: TrainingAction) -> dict[str, str]:
    people = Enrolment.objects.filter(action=action).select_related("participant")
    return {one.participant.run: one.participant.full_name for one in people}


def _ours(one: SessionFacts, action: TrainingAction) -> Ours:
    end = one.closed_at
    return Ours(
        key=one.pk,
        run=one.run,
        start=int(one.opened_at.timestamp()),
        end=int(end.timestamp()) if end else None,
        counts=one.real,
        code=one.code if one.code != action.action_code else "",
    )


def _theirs(mark: MarkFacts) -> Theirs:
    ends = instants(wall(mark.ends_at)) if mark.ends_at else ()
    return Theirs(mark.pk, mark.run, instants(wall(mark.starts_at)), ends)


def _around(
    action: TrainingAction,
    marks: Sequence[MarkFacts],
    names: dict[str, str],
    seen_by: Membership | None,
) -> Surroundings:
    runs = {mark.run for mark in marks}
    theirs = SenceSession.objects.filter(run__in=runs)
    attempts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    failed = theirs.filter(enrolment__action=action, state__in=NEVER_OPENED)
    for run, asked, until in failed.values_list("run", "started_at", "start_by"):
        attempts[run].append((int(asked.timestamp()), int(until.timestamp())))
    elsewhere: dict[str, list[tuple[int, str]]] = defaultdict(list)
    others = theirs.visible_to(seen_by).exclude(enrolment__action=action)
    opened = others.filter(opened_at__isnull=False)
    for run, start, code in opened.values_list("run", "opened_at", "action_code"):
        if start:
            elsewhere[run].append((int(start.timestamp()), code))
    return Surroundings(frozenset(names), elsewhere, attempts)
