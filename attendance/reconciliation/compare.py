"""An action's sessions against the marks of SENCE that were uploaded for it.

Always as things are now, in a fixed number of statements: what is *conciliada* is
settled and not compared again, so that little is left to compare.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from attendance.models import RUNNING, Reconciliation, SenceMark, SenceSession
from attendance.models.session_states import NEVER_OPENED
from attendance.reconciliation.coverage import Coverage, coverage_of
from attendance.reconciliation.facts import Content, MarkFacts, SessionFacts
from attendance.reconciliation.gone import Reading, unsettled
from attendance.reconciliation.marks import (
    Kind,
    Ours,
    Pair,
    Reason,
    Surroundings,
    Theirs,
)
from attendance.reconciliation.match import compare
from attendance.reconciliation.times import instants
from courses.models import Enrolment, Participant, TrainingAction
from otec_portal.core.models import Membership


@dataclass(frozen=True)
class Comparison:
    """What is not settled, and how much is."""

    pairs: list[Pair]
    sessions: dict[int, SessionFacts]
    marks: dict[int, MarkFacts]
    people: dict[str, Participant]  # by RUN, who is enrolled
    settled: int
    waiting: int  # sessions that no export tells of yet

    def count(self, kind: Kind) -> int:
        """Return how many of `kind` there are, with those settled before."""
        found = sum(pair.kind == kind for pair in self.pairs)
        return found + (self.settled if kind == Kind.EQUAL else 0)


def compare_action(
    action: TrainingAction,
    *,
    now: datetime,
    seen_by: Membership | None = None,
    more: Iterable[MarkFacts] = (),
    covering: Coverage | None = None,
    reading: Reading | None = None,
) -> Comparison:
    """Compare what is not settled; `more` are the marks of a file not yet accepted.

    `reading` is what that file says of those that were there before. `seen_by` is who
    may be told that somebody was in another action. A session that no mark answers to
    waits where no export tells of it yet, and while it runs. Marks that SENCE has no
    longer answer to none.
    """
    covering = covering or coverage_of(action)
    sessions = {one.pk: one for one in _sessions(action, now=now)}
    marks = _marks(action, list(more), reading)
    people = _people(action)
    pairs = compare(
        [_ours(one, action) for one in sessions.values()],
        [_theirs(mark) for mark in marks if not mark.gone_at],
        tolerance=settings.RECONCILIATION_TOLERANCE,
        around=_around(action, marks, frozenset(people), seen_by),
    )
    pairs += [Pair(Kind.GONE, None, _theirs(one)) for one in marks if one.gone_at]
    told = [told for pair in pairs if (told := _told(pair, sessions, covering))]
    return Comparison(
        pairs=told,
        sessions=sessions,
        marks={mark.pk: mark for mark in marks},
        people=people,
        settled=Reconciliation.objects.filter(mark__action=action).count(),
        waiting=len(pairs) - len(told),
    )


def _told(
    pair: Pair, sessions: dict[int, SessionFacts], covering: Coverage
) -> Pair | None:
    """Return `pair` as the exports bear it out; None of what they can't tell yet."""
    if pair.kind != Kind.ONLY_OURS or pair.ours is None:
        return pair
    one = sessions[pair.ours.key]
    if one.running or not covering.has(one.run, one.opened_at):
        return None
    if covering.has(one.run, one.opened_at, surely=True):
        return pair
    unread = pair.reason == Reason.UNKNOWN
    return replace(pair, reason=Reason.LEFT_OUT) if unread else pair


def wall(at: datetime) -> datetime:
    """Return what Chile's clocks show at `at`, naive."""
    return timezone.localtime(at).replace(tzinfo=None, fold=0)


def moment(shown: datetime) -> datetime:
    """Return the first instant at which Chile's clocks show `shown`."""
    return datetime.fromtimestamp(instants(shown)[0], UTC)


def _sessions(action: TrainingAction, *, now: datetime) -> list[SessionFacts]:
    """Return the unsettled sessions whose start SENCE confirmed."""
    mine = SenceSession.objects.filter(enrolment__action=action)
    opened = mine.filter(opened_at__isnull=False, reconciliation=None)
    return [
        SessionFacts(
            pk=one.pk,
            public_id=one.public_id,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
            running=one.state_at(now) in RUNNING,
            run=one.run,
            code=one.action_code,
            real=one.is_real,
        )
        for one in opened
        if one.opened_at
    ]


def _marks(
    action: TrainingAction, more: list[MarkFacts], reading: Reading | None
) -> list[MarkFacts]:
    """Return SENCE's unsettled marks, kept or `more`; each once.

    Without an end only if none with one came.
    """
    kept = unsettled(action)
    marks = [reading.turn(one) for one in kept] if reading else kept
    open_runs = {mark.run for mark in marks if mark.ends_at is None}
    settled = _settled(action, open_runs | {mark.run for mark in more})
    known = {*settled, *(mark.content for mark in marks)}
    marks += [mark for mark in more if mark.content not in known]
    together = {*settled, *(mark.content for mark in marks)}
    ended = {(run, start) for run, start, end in together if end}
    return [
        mark
        for mark in marks
        if mark.ends_at or (mark.run, mark.starts_at) not in ended
    ]


def _settled(action: TrainingAction, runs: Collection[str]) -> set[Content]:
    """Return what the settled marks of `runs` say."""
    marks = SenceMark.objects.filter(action=action, reconciliation__isnull=False)
    found = marks.filter(run__in=runs).values_list("run", "starts_at", "ends_at")
    return set(found)


def _people(action: TrainingAction) -> dict[str, Participant]:
    people = Enrolment.objects.filter(action=action).select_related("participant")
    return {one.participant.run: one.participant for one in people}


def _ours(one: SessionFacts, action: TrainingAction) -> Ours:
    end = one.closed_at
    return Ours(
        key=one.pk,
        run=one.run,
        start=int(one.opened_at.timestamp()),
        end=int(end.timestamp()) if end else None,
        counts=one.real,
        code=one.code if one.code != action.action_code else "",
        running=one.running,
    )


def _theirs(mark: MarkFacts) -> Theirs:
    ends = instants(wall(mark.ends_at)) if mark.ends_at else ()
    return Theirs(mark.pk, mark.run, instants(wall(mark.starts_at)), ends)


def _around(
    action: TrainingAction,
    marks: Sequence[MarkFacts],
    enrolled: frozenset[str],
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
    return Surroundings(enrolled, elsewhere, attempts)
