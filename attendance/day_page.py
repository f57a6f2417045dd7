"""The page of one participant's day: a drawing, and the table behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Final

from attendance import pictured
from attendance.credit import GRACE_MINUTES, Interval, Timetable, whole_seconds
from attendance.detail import IN_TEST, SIMULATED
from attendance.models import ClassState, TrainingClass
from attendance.pictures.days import local
from attendance.pictures.marks import Kind
from attendance.pictures.timeline import Axis, DayDrawn, Piece, draw_day
from courses.models import Enrolment
from otec_portal.core.templatetags.portal import hms

LINE: Final = 26  # pixels
THICK: Final = 18
LABEL: Final = 22
GAP: Final = 10
TICKS: Final = 26
CLASS, OPEN_CLASS = "class", "open-class"
WORDS: Final = {
    CLASS: "Clase",
    OPEN_CLASS: "Clase en curso",
    Kind.COUNTS: "Sesión SENCE confirmada",
    Kind.UNCOUNTED: f"Sesión confirmada. {IN_TEST}",
    Kind.SIMULATED: f"Sesión confirmada. {SIMULATED}",
    Kind.RUNNING: "Sesión SENCE en línea ahora: contará cuando se cierre",
    Kind.STARTING: "Inicio sin respuesta de SENCE todavía",
    Kind.EXPIRED: "Sesión vencida: nadie confirmó su cierre, no cuenta",
    Kind.FAILED: "Intento fallido: SENCE no abrió la sesión",
    "credit": "Tiempo acreditado",
    "grace": "Tiempo de gracia, acreditado desde el inicio de la clase",
}


@dataclass(frozen=True)
class Shape:
    """A stretch in the drawing; x and width in per cent, y in pixels."""

    name: str
    x: str
    width: str
    y: int
    title: str


@dataclass(frozen=True)
class Band:
    """A strip of the drawing with its name."""

    label: str
    y: int  # of the label's baseline
    top: int
    height: int
    shapes: list[Shape]


@dataclass(frozen=True)
class TableRow:
    """What the table says of one stretch."""

    start: str
    end: str
    length: str
    words: str
    session: str  # the public id of the session behind it, or ""


@dataclass(frozen=True)
class DayPage:
    """What the template shows."""

    enrolment: Enrolment
    drawn: DayDrawn
    bands: list[Band]
    ticks: list[tuple[str, str]]
    height: int
    bottom: int  # of the bands
    rows: list[TableRow]
    days: list[date]
    classes: int

    @property
    def grace_minutes(self) -> int:
        """Within how many minutes of a class's start an entry counts from there."""
        return GRACE_MINUTES

    @property
    def previous(self) -> date | None:
        """The last day before with anything."""
        return max((one for one in self.days if one < self.drawn.day), default=None)

    @property
    def following(self) -> date | None:
        """The next day with anything."""
        return min((one for one in self.days if one > self.drawn.day), default=None)


def day_page(enrolment: Enrolment, day: date, *, now: datetime) -> DayPage:
    """Return what happened to `enrolment`'s participant on `day`."""
    action = enrolment.action
    held = list(pictured.classes_of(action))
    timetable = Timetable(pictured.spans_of(held))
    marks = pictured.marks_by_enrolment([enrolment], now=now).get(enrolment.pk, [])
    running = _running(enrolment, now=now)
    drawn = draw_day(
        day,
        classes=[*_named(held), *running],
        marks=marks,
        credit=pictured.credit_of(timetable, marks),
        outside_counts=pictured.outside_counts(action),
    )
    spans = [*timetable.spans, *(span for _, span, _ in running)]
    bands, bottom = _bands(drawn)
    return DayPage(
        enrolment=enrolment,
        drawn=drawn,
        bands=bands,
        ticks=[(word, _percent(x)) for word, x in drawn.axis.ticks],
        height=bottom + TICKS,
        bottom=bottom,
        rows=_rows(drawn),
        days=pictured.days_with_something(marks, spans),
        classes=len(held),
    )


def _named(held: Iterable[TrainingClass]) -> list[tuple[str, Interval, str]]:
    spans = pictured.spans_of(held)
    return [
        (CLASS, span, one.facilitator.full_name)
        for one, span in zip(held, spans, strict=True)
    ]


def _running(enrolment: Enrolment, *, now: datetime) -> list[tuple[str, Interval, str]]:
    open_now = TrainingClass.objects.filter(
        action=enrolment.action_id, state=ClassState.OPEN
    ).select_related("facilitator")
    return [
        (
            OPEN_CLASS,
            whole_seconds(one.started_at, max(now, one.started_at)),
            one.facilitator.full_name,
        )
        for one in open_now
    ]


def _bands(drawn: DayDrawn) -> tuple[list[Band], int]:
    """Lay the three bands one below the other; return them and where they end."""
    bands, y = [], 0
    named = (
        ("Clases", drawn.classes),
        ("Sesiones SENCE", drawn.marks),
        ("Tiempo acreditado", drawn.credit),
    )
    for label, pieces in named:
        lines = 1 + max((piece.line for piece in pieces), default=0)
        top = y + LABEL
        shapes = [_shape(piece, drawn.axis, top) for piece in pieces]
        bands.append(Band(label, y + LABEL - 6, top, lines * LINE, shapes))
        y = top + lines * LINE + GAP
    return bands, y


def _shape(piece: Piece, axis: Axis, top: int) -> Shape:
    x = axis.at(piece.span.start)
    return Shape(
        name=piece.name,
        x=_percent(x),
        width=_percent(axis.at(piece.span.end) - x),
        y=top + piece.line * LINE + (LINE - THICK) // 2,
        title=_told(piece),
    )


def _told(piece: Piece) -> str:
    words = WORDS[piece.name]
    if piece.name in {CLASS, OPEN_CLASS}:
        words = f"{words} de {piece.key}"
    if not piece.seconds:
        return f"{words}, {clock(piece.span.start)}"
    until = clock(piece.span.end, ends=True)
    return f"{words}, {clock(piece.span.start)} a {until} ({hms(piece.seconds)})"


def _rows(drawn: DayDrawn) -> list[TableRow]:
    together = chain(drawn.classes, drawn.marks, drawn.credit)
    return [_row(one) for one in sorted(together, key=lambda piece: piece.span)]


def _row(piece: Piece) -> TableRow:
    words, session = WORDS[piece.name], piece.key
    if piece.name in {CLASS, OPEN_CLASS}:
        words, session = f"{words} de {piece.key}", ""
    return TableRow(
        start=clock(piece.span.start),
        end=clock(piece.span.end, ends=True) if piece.seconds else "—",
        length=hms(piece.seconds) if piece.seconds else "—",
        words=words,
        session=session,
    )


def clock(instant: int, *, ends: bool = False) -> str:
    """Write what clocks in Santiago show; the hour that is twice says so.

    A stretch that `ends` at midnight ends at 24:00:00.
    """
    shown = local(instant)
    text = f"{shown:%H:%M:%S}"
    if ends and text == "00:00:00":
        return "24:00:00"
    return f"{text} (segunda vez)" if shown.fold else text


def _percent(value: float) -> str:
    return f"{value:.4f}%"
