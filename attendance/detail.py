"""A participant's "Registro de Asistencia": each credited stretch, and why not more.

Source of the eight columns: seed 004, "Revisión de asistencia de un participante". What
counts is credit.py's word; here it is told line by line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, Self

from django.utils import timezone

from attendance.credit import (
    GRACE_MINUTES,
    Interval,
    Timetable,
    entry_to,
    merge,
    whole_seconds,
)
from attendance.models import SessionState, TrainingClass
from attendance.models.session_states import counts_as_attendance
from courses.models import AttendancePolicy, Enrolment, Environment, TrainingAction
from otec_portal.core.templatetags.portal import hms

SIMULATED: Final = "Se registró con el simulador: no cuenta."
IN_TEST: Final = "Es del ambiente de prueba: no cuenta."
NONE_REAL: Final = (
    "Sus sesiones son del ambiente de prueba o del simulador: no cuentan."
)
EXPIRED: Final = "Venció sin que SENCE confirmara el cierre: no cuenta."
RUNNING: Final = "Está en curso: contará cuando se cierre."
NO_LENGTH: Final = "Empezó y terminó en el mismo segundo."
GRACE: Final = "Con los {minutes} minutos de gracia: marcó su entrada a las {at}."
CLIPPED: Final = "Estuvo de {start} a {end}: cuenta lo que coincide con la clase."
NOT_BY_CLASS: Final = "Fuera de las clases ({time}): con esta política no cuenta."
NEXT_DAY: Final = "Termina el {day}."


def why_not_real(stand_in: str, environment: str) -> str:
    """Return why a session held so never counts; "" of one with SENCE itself."""
    if stand_in:
        return SIMULATED
    return "" if environment == Environment.PRODUCTION else IN_TEST


class Mark(NamedTuple):
    """A session that SENCE opened."""

    opened_at: datetime
    closed_at: datetime | None
    expires_at: datetime
    state: str
    environment: str
    stand_in: str
    counts: bool

    @property
    def span(self) -> Interval:
        """From start to close; nothing without a close."""
        return whole_seconds(self.opened_at, self.closed_at or self.opened_at)


OF_SESSION: Final = Mark._fields[:-1]  # the columns of a session that make a mark


def marks_of(enrolment: Enrolment) -> list[Mark]:
    """Return the marks of one participant, in whatever order."""
    opened = enrolment.sence_sessions.filter(opened_at__isnull=False)
    rows: Any = opened.annotate(counts=counts_as_attendance()).values_list(
        *OF_SESSION, "counts"
    )
    return [Mark(*row) for row in rows]


@dataclass(frozen=True)
class Entry:
    """One line. `seconds` is what counts; in the class's columns None is a dash."""

    start: datetime
    end: datetime | None
    seconds: int
    notes: tuple[str, ...] = ()
    facilitator: str | None = None
    class_start: datetime | None = None
    class_end: datetime | None = None

    @property
    def day(self) -> date:
        """The day on which it began, in America/Santiago."""
        return timezone.localdate(self.start)

    @property
    def class_seconds(self) -> int | None:
        """How long the class was."""
        if self.class_start is None or self.class_end is None:
            return None
        return whole_seconds(self.class_start, self.class_end).seconds

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, and that it ends on another day where it does."""
        if self.end is None or timezone.localdate(self.end) == self.day:
            return self.notes
        ends = NEXT_DAY.format(day=f"{timezone.localdate(self.end):%d-%m-%Y}")
        return (ends, *self.notes)


class ClassBook:
    """The classes held of an action, ready to tell many participants' lines."""

    def __init__(
        self, classes: Iterable[TrainingClass], *, policy: str, now: datetime
    ) -> None:
        self.classes = [(one, one.ended_at) for one in classes if one.ended_at]
        self.policy = policy
        self.now = now
        self.timetable = Timetable(
            [whole_seconds(one.started_at, ended) for one, ended in self.classes]
        )

    @classmethod
    def of(cls, action: TrainingAction, *, now: datetime) -> Self:
        """Return the book of `action` as it stands."""
        held = TrainingClass.objects.filter(action=action).held()
        return cls(
            held.select_related("facilitator"), policy=action.attendance_policy, now=now
        )

    def entries(self, marks: Iterable[Mark]) -> list[Entry]:
        """Return the lines of one participant with these marks, in order of time."""
        given = list(marks)
        spans = [mark.span for mark in given if mark.counts]
        merged = merge(spans)
        credit = self.timetable.credit(spans)
        lines = [
            *self._in_classes(credit.in_classes, merged),
            *(self._outside(span) for span in credit.outside),
            *(self._without_credit(mark) for mark in given if not mark.counts),
            *(_empty(mark) for mark in given if mark.counts and not mark.span.seconds),
        ]
        return sorted(lines, key=lambda line: line.start)

    def _in_classes(
        self, credited: Sequence[Sequence[Interval]], merged: Sequence[Interval]
    ) -> Iterator[Entry]:
        classes = zip(self.classes, self.timetable.classes, credited, strict=True)
        for (one, ended), held, spans in classes:
            for span in spans:
                yield Entry(
                    *_ends(span),
                    seconds=span.seconds,
                    notes=tuple(_why(span, entry_to(held, merged), merged)),
                    facilitator=one.facilitator.full_name,
                    class_start=one.started_at,
                    class_end=ended,
                )

    def _outside(self, span: Interval) -> Entry:
        if self.policy != AttendancePolicy.BY_CLASS:
            return Entry(*_ends(span), seconds=span.seconds)
        told = NOT_BY_CLASS.format(time=hms(span.seconds))
        return Entry(*_ends(span), seconds=0, notes=(told,))

    def _without_credit(self, mark: Mark) -> Entry:
        over = mark.state == SessionState.EXPIRED or self.now > mark.expires_at
        not_real = why_not_real(mark.stand_in, mark.environment)
        why = not_real or (EXPIRED if over else RUNNING)
        until = mark.closed_at or min(mark.expires_at, max(self.now, mark.opened_at))
        one = self._around(whole_seconds(mark.opened_at, until))
        return Entry(
            mark.opened_at,
            mark.closed_at,
            seconds=0,
            notes=(why,),
            facilitator=one.facilitator.full_name if one else None,
            class_start=one.started_at if one else None,
            class_end=one.ended_at if one else None,
        )

    def _around(self, span: Interval) -> TrainingClass | None:
        """Return the first class during which `span` was; an empty one, at its time."""
        end = max(span.end, span.start + 1)
        for (one, _), held in zip(self.classes, self.timetable.classes, strict=True):
            if held.start < end and span.start < held.end:
                return one
        return None


def _empty(mark: Mark) -> Entry:
    return Entry(mark.opened_at, mark.closed_at, seconds=0, notes=(NO_LENGTH,))


def _why(span: Interval, entry: int, merged: Sequence[Interval]) -> Iterator[str]:
    """Yield what is credited though it was not marked, and what was marked besides.

    `entry` is that to the class, by the seconds of the epoch: a stretch of grace alone
    is touched by no mark, where another class had the floor at the entry.
    """
    touching = [one for one in merged if one.end > span.start and one.start < span.end]
    if not touching:
        yield _grace(entry)
        return
    first, last = touching[0], touching[-1]
    if first.start > span.start:
        yield _grace(first.start)
    if first.start < span.start or last.end > span.end:
        yield CLIPPED.format(start=_clock(first.start), end=_clock(last.end))


def _grace(entry: int) -> str:
    return GRACE.format(minutes=GRACE_MINUTES, at=_clock(entry))


def _ends(span: Interval) -> tuple[datetime, datetime]:
    return _moment(span.start), _moment(span.end)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _clock(seconds: int) -> str:
    return f"{timezone.localtime(_moment(seconds)):%H:%M:%S}"
