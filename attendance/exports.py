"""Attendance to take away: of a whole action, of one participant; Excel and CSV.

Row by row from the database: 60,000 sessions take no more memory than sixty.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from attendance.detail import OF_SESSION, ClassBook, Entry, Mark, marks_of
from attendance.models import Adjustment
from attendance.models.session_states import counts_as_attendance
from attendance.standing import Rules, Standing, with_standing
from courses.models import Enrolment, TrainingAction
from otec_portal.core import audit, csv_file, excel, rut
from otec_portal.core.excel import Cell, Sheet
from otec_portal.core.models import User
from otec_portal.core.templatetags.portal import signed_hms

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    Row = WithAnnotations[Enrolment, Standing]

EIGHT: Final = (
    "Fecha",
    "Facilitador",
    "Inicio Sesión",
    "Fin Sesión",
    "Duración Sesión",
    "Hora Inicio",
    "Hora Fin",
    "Duración Participante",
)
# The last column adds up in any spreadsheet, time taken away with it: Excel's calendar
# has no time below zero, so that such a length is there as text (core/excel.py).
DETAIL: Final = (*EIGHT, "Observaciones", "Segundos")
WHO: Final = ("Rut Participante", "Nombre Participante", "Porcentaje Asistencia")
SUMMARY: Final = (
    *WHO,
    "Tiempo en Clases",
    "Tiempo fuera de Clases",
    "Tiempo Agregado por Ajustes",
    "Tiempo Quitado por Ajustes",
    "Tiempo que Cuenta",
    "Tiempo Requerido",
    "Sesiones Confirmadas",
    "Observaciones",
)
TITLE: Final = "Registro de Asistencia"
_WHO_WIDTHS: Final = (16, 36, 22)
_WIDTHS: Final = (14, 30, 14, 14, 16, 14, 14, 22, 60, 14)
_ORDER: Final = ("participant__listed_folded", "pk")
_ALL: Final = Q()
_AT_ONCE: Final = 2000  # rows fetched from the database


class FileType(StrEnum):
    """In which form attendance is taken away; the value ends the address."""

    EXCEL = "excel"
    CSV = "csv"

    @property
    def extension(self) -> str:
        """How the file's name ends."""
        return "xlsx" if self == self.EXCEL else "csv"

    @property
    def media_type(self) -> str:
        """What the file is, for the browser."""
        return excel.CONTENT_TYPE if self == self.EXCEL else csv_file.CONTENT_TYPE


def of_action(
    action: TrainingAction, *, kind: FileType, now: datetime
) -> Iterator[bytes]:
    """Yield "Descargar Asistencia Total": everybody with all their lines.

    In Excel a first sheet has one row for each participant; a CSV has the lines alone.
    The two sheets are of one moment: a percentage is the same on both.
    """
    headers = (*WHO, *DETAIL)
    lines = _lines_of_all(action, now=now)
    if kind == FileType.CSV:
        return csv_file.stream(headers, lines)
    people = Sheet(
        "Participantes", SUMMARY, _summary(action), widths=_WHO_WIDTHS, filters=True
    )
    widths = (*_WHO_WIDTHS, *_WIDTHS)
    sheets = [people, Sheet(TITLE, headers, lines, widths=widths, filters=True)]
    return _at_one_moment(excel.stream_book(sheets))


def _at_one_moment(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `pieces`, for which PostgreSQL shows its rows as they are at the first.

    A transaction as long as the download, which only reads: whoever stops it in the
    middle closes the generator, and so the transaction.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield from pieces
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield from pieces


def _everybody(action: TrainingAction, people: Q) -> "QuerySet[Row]":
    mine = Enrolment.objects.filter(people, action=action)
    return with_standing(mine).order_by(*_ORDER)


def _summary(action: TrainingAction, *, people: Q = _ALL) -> Iterator[tuple[Cell, ...]]:
    rules = Rules.of(action)
    found = _everybody(action, people).select_related("participant")
    for one in found.iterator(chunk_size=_AT_ONCE):
        yield _summary_row(one, rules)


def _lines_of_all(
    action: TrainingAction, *, now: datetime, people: Q = _ALL
) -> Iterator[tuple[Cell, ...]]:
    """Yield everybody's lines, or those of `people`; who has none is there by name.

    One statement reads people and sessions together: between two, somebody might come
    onto the roster or leave it.
    """
    book = ClassBook.of(action, now=now)
    adjustments = _adjustments(action)
    counts = Case(When(counts_as_attendance("sence_sessions__"), then=True))
    rows: Any = (
        _everybody(action, people)
        .annotate(counts=Coalesce(counts, False))
        .order_by(*_ORDER, "sence_sessions__opened_at")
        .values_list(
            *("pk", "participant__run", "participant__first_names"),
            *("participant__last_names", "per_cent"),
            *(f"sence_sessions__{name}" for name in OF_SESSION),
            "counts",
        )
    )
    by_person = groupby(rows.iterator(chunk_size=_AT_ONCE), key=itemgetter(*range(5)))
    for (pk, run, first, last, per_cent), own in by_person:
        who = (rut.display(run), f"{first} {last}", per_cent)
        marks = [Mark(*row[5:]) for row in own]
        lines = [
            *map(_line, book.entries(mark for mark in marks if mark.opened_at)),
            *map(_adjustment_line, adjustments.get(pk, [])),
        ]
        for line in lines or [(None,) * len(DETAIL)]:
            yield (*who, *line)


def _adjustments(action: TrainingAction) -> dict[int, list[Adjustment]]:
    """Return those of each enrolment: people make them, so they are few."""
    found = defaultdict(list)
    for one in Adjustment.objects.filter(enrolment__action=action).order_by("pk"):
        found[one.enrolment_id].append(one)
    return found


def of_participant(
    enrolment: Enrolment, *, kind: FileType, now: datetime
) -> Iterator[bytes]:
    """Yield "Bajar Asistencia": one participant's lines, adjustments and percentage.

    As "Descargar Asistencia Total" has them; in Excel the percentage and the totals
    have a sheet of their own, the second.
    """
    if kind == FileType.CSV:
        action = enrolment.action
        lines = _lines_of_all(action, now=now, people=Q(pk=enrolment.pk))
        return csv_file.stream((*WHO, *DETAIL), lines)
    total = _summary(enrolment.action, people=Q(pk=enrolment.pk))
    sheets = [
        Sheet(
            TITLE, DETAIL, _lines_of(enrolment, now=now), widths=_WIDTHS, filters=True
        ),
        Sheet("Total", SUMMARY, total, widths=_WHO_WIDTHS),
    ]
    return _at_one_moment(excel.stream_book(sheets))


def _lines_of(enrolment: Enrolment, *, now: datetime) -> Iterator[tuple[Cell, ...]]:
    book = ClassBook.of(enrolment.action, now=now)
    yield from map(_line, book.entries(marks_of(enrolment)))
    yield from map(_adjustment_line, enrolment.adjustments.order_by("pk"))


def record_export(
    target: TrainingAction | Enrolment, *, kind: FileType, by: User, at: datetime
) -> None:
    """Write down who took whose attendance away."""
    whole = isinstance(target, TrainingAction)
    action = target if isinstance(target, TrainingAction) else target.action
    audit.record(
        "attendance.total_exported" if whole else "attendance.detail_exported",
        at=at,
        by=by,
        training_body=action.course.training_body,
        target=target,
        kind=kind.value,
    )


def _summary_row(row: "Row", rules: Rules) -> tuple[Cell, ...]:
    notes = [rules.why_none] if rules.why_none else []
    if row.exempt:
        notes.append("Exento de registrar asistencia en SENCE.")
    if row.adjusted and rules.adjustable:
        notes.append(f"Incluye ajustes de {signed_hms(row.adjusted)}.")
    return (
        rut.display(row.participant.run),
        row.participant.full_name,
        row.per_cent,
        timedelta(seconds=row.in_classes),
        timedelta(seconds=row.outside),
        timedelta(seconds=max(row.adjusted, 0)),
        timedelta(seconds=max(-row.adjusted, 0)),
        timedelta(seconds=row.credited),
        timedelta(seconds=row.required) if rules.adjustable else None,
        row.sessions,
        " ".join(notes),
    )


def _line(entry: Entry) -> tuple[Cell, ...]:
    length = entry.class_seconds
    return (
        entry.day,
        entry.facilitator,
        _clock(entry.class_start),
        _clock(entry.class_end),
        None if length is None else timedelta(seconds=length),
        _clock(entry.start),
        _clock(entry.end),
        timedelta(seconds=entry.seconds),
        " ".join(entry.all_notes),
        entry.seconds,
    )


def _adjustment_line(one: Adjustment) -> tuple[Cell, ...]:
    """What is taken away is a length below zero; it is of no day of attendance."""
    made = f"ingresado el {timezone.localdate(one.at):%d-%m-%Y}"
    told = f"Ajuste de {signed_hms(one.seconds)}, {made}: {one.reason}"
    return (*(None,) * 7, timedelta(seconds=one.seconds), told, one.seconds)


def _clock(at: datetime | None) -> time | None:
    return timezone.localtime(at).time().replace(microsecond=0) if at else None
