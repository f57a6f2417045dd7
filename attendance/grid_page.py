"""The page of an action's days: one part of its days, one page of its participants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from attendance import pictured
from attendance.credit import Timetable
from attendance.percentages import with_per_cent
from attendance.pictures import grid
from attendance.pictures.days import Calendar, days_touched
from attendance.pictures.marks import Mark
from courses.models import Enrolment, TrainingAction
from otec_portal.core.listing import Column, Listing
from otec_portal.core.templatetags.portal import hms, signed_hms

ROWS: Final = 50
PART: Final = "tramo"
COLUMNS: Final = (
    Column(
        "Participante",
        "participante",
        ("participant__listed_folded",),
    ),
    Column("Porcentaje", "porcentaje", ("per_cent",), numeric=True),
)
DATES: Final = 18  # that have room side by side on a wide screen, and on paper
FEW_DATES: Final = 6  # on a phone


@dataclass(frozen=True)
class HeadDay:
    """One day in the head: who came in, whether there was class; x in per cent."""

    day: date
    x: str
    width: str
    people: int
    height: str
    class_seconds: int
    date: str  # how its date is written: "", "always", "wide" (where there is room)
    date_x: str
    last: bool  # its date ends where the day ends


@dataclass(frozen=True)
class Line:
    """One participant's line."""

    enrolment: Any  # with its figures
    row: grid.Row
    strokes: list[grid.Stroke]
    signs: list[tuple[str, str, str]]  # name, x, shape
    last_day: date | None  # the latest on which there is anything of this person

    @property
    def words(self) -> str:
        """What the strip shows, in a sentence."""
        row = self.row
        days = _number(row.attended, "día con asistencia", "días con asistencia")
        told = [f"{days}, {hms(row.credited)}"]
        if row.expired:
            told.append(_number(row.expired, "sesión vencida", "sesiones vencidas"))
        if row.failed:
            told.append(_number(row.failed, "intento fallido", "intentos fallidos"))
        return "; ".join(told)

    @property
    def adjustment(self) -> str:
        """The time that adjustments add to the percentage, or take from it, or ""."""
        seconds = self.enrolment.adjusted
        return signed_hms(seconds) if seconds else ""

    @property
    def texts(self) -> list[str]:
        """What the table says of each day."""
        return [_text(cell) for cell in self.row.cells]


@dataclass(frozen=True)
class Part:
    """A stretch of the action's days, side by side; `url` "" for the one shown."""

    first: date
    last: date
    url: str


@dataclass(frozen=True)
class GridPage:
    """What the template shows."""

    listing: Listing[Any]
    days: Sequence[date]
    head: list[HeadDay]
    lines: list[Line]
    parts: list[Part]
    width: str


def grid_page(action: TrainingAction, *, asked: QueryDict, now: datetime) -> GridPage:
    """Return the part of the days and the page of participants that `asked` wants."""
    timetable = Timetable(pictured.spans_of(pictured.classes_of(action)))
    seen = pictured.entries(action)
    today = timezone.localdate(now)
    parts = grid.views(pictured.days_of(action, seen, timetable.spans, today=today))
    number = _chosen(asked.get(PART, ""), len(parts))
    days = parts[number] if parts else ()
    calendar = Calendar(tuple(days))
    listing: Listing[Any] = Listing(
        enrolments_of(action),
        asked=asked,
        columns=COLUMNS,
        sort="participante",
        size=ROWS,
    )
    return GridPage(
        listing=listing,
        days=days,
        head=_head(calendar, seen, timetable, listing.page.paginator.count),
        lines=_lines(action, list(listing.page), calendar, timetable, now=now),
        parts=_links(parts, number, asked),
        width=str(grid.width_of(days)),
    )


def enrolments_of(action: TrainingAction) -> QuerySet[Any]:
    """Return the participants of `action` with their percentages and adjustments."""
    enrolments = Enrolment.objects.filter(action=action)
    return (
        with_per_cent(enrolments)
        .annotate(adjusted=Coalesce(F("attendance_total__adjusted_seconds"), 0))
        .select_related("participant")
    )


def _lines(
    action: TrainingAction,
    enrolments: Sequence[Any],
    calendar: Calendar,
    timetable: Timetable,
    *,
    now: datetime,
) -> list[Line]:
    marks = pictured.marks_by_enrolment(enrolments, now=now)
    weekdays = pictured.outside_counts(action) or not timetable.spans
    grounds = grid.expected(calendar, timetable.spans, weekdays=weekdays)
    lines = []
    for enrolment in enrolments:
        mine = marks.get(enrolment.pk, [])
        credit = pictured.credit_of(timetable, mine)
        row = grid.row_of(
            calendar, credited=pictured.credited_spans(action, credit), marks=mine
        )
        strokes = grid.strokes(row, grounds)
        signs = [(one.name, f"{one.x:.4f}%", one.d) for one in grid.signs(row)]
        lines.append(Line(enrolment, row, strokes, signs, _last_day(mine)))
    return lines


def _last_day(marks: Sequence[Mark]) -> date | None:
    latest = max((mark.span for mark in marks), default=None)
    return None if latest is None else days_touched(latest)[0]


def _head(
    calendar: Calendar, seen: pictured.Entries, timetable: Timetable, people: int
) -> list[HeadDay]:
    classes = grid.class_seconds(calendar, timetable.spans)
    width = 100 / max(1, len(calendar.days))
    always = grid.written(calendar.days, most=FEW_DATES)
    wide = grid.written(calendar.days, most=DATES, chosen=always)
    head = []
    for number, day in enumerate(calendar.days):
        came = seen.people.get(day, 0)
        last = number == len(calendar.days) - 1
        head.append(
            HeadDay(
                day=day,
                x=f"{number * width:.4f}%",
                width=f"{width * 0.9:.4f}%",
                people=came,
                height=f"{min(1, came / max(1, people)) * 100:.2f}%",
                class_seconds=classes[number],
                date="always" if number in always else "wide" if number in wide else "",
                date_x=f"{(number + last * 0.9) * width:.4f}%",
                last=last,
            )
        )
    return head


def _links(parts: Sequence[Sequence[date]], shown: int, asked: QueryDict) -> list[Part]:
    found = []
    for number, days in enumerate(parts):
        query = asked.copy()
        query[PART] = str(number + 1)
        url = "" if number == shown else f"?{query.urlencode()}"
        found.append(Part(days[0], days[-1], url))
    return found if len(found) > 1 else []


def _chosen(asked: str, parts: int) -> int:
    """Return which part is asked for, the last one where that can't be told."""
    wanted = next((one for one in range(parts) if asked == str(one + 1)), None)
    return max(0, parts - 1) if wanted is None else wanted


def _text(cell: grid.Cell) -> str:
    if cell.is_blank:
        return ""
    told = [hms(cell.credited)] if cell.credited else []
    if cell.recorded and not cell.credited:
        told.append(f"{hms(cell.recorded)} NC")
    signs = ((cell.expired, "V"), (cell.failed, "F"), (cell.running, "L"))
    told += [f"{int(times)} {sign}" for times, sign in signs if times]
    return " · ".join(told)


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
