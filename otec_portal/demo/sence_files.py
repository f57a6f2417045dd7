"""What SENCE would hand out of the demo's action: files to compare and to take over."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from io import StringIO
from typing import Final

from django.utils import timezone

from attendance.models import SenceSession
from otec_portal.core.models import TrainingBody
from otec_portal.core.rut import display
from otec_portal.demo import cast
from otec_portal.demo.attendance import IN_CLASSES, WITH_CLASSES

DETAIL: Final = (
    *("RUT", "Nombre", "Fecha", "Facilitador", "Inicio Sesión", "Fin Sesión"),
    *("Duración Sesión", "Hora Inicio", "Hora Fin", "Duración Participante"),
)
LIST: Final = ("RUT", "Nombre", "N° sesiones", "Estado DJ")
_STRANGER: Final = cast.Person(48_000_049, "Yolanda Inés", "Curiqueo Ramos")
_WRONG_CLOCK: Final = timedelta(minutes=10)


def detail(body: TrainingBody) -> bytes:
    """Return the detail of connectivity, a CSV in Latin-1 as SENCE's.

    Against the portal: one mark that only the portal has, one by a wrong clock, one
    whose close never reached the portal, one that only SENCE has; the others equal.
    """
    text = StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(DETAIL)
    rows.writerows(_marks(body))
    return text.getvalue().encode("latin-1")


def _marks(body: TrainingBody) -> Iterator[tuple[str, ...]]:
    sessions = _sessions(body)
    for number, one in enumerate(sessions):
        if one.opened_at is None or not number:  # the first: only the portal has it
            continue
        late = _WRONG_CLOCK if number == 1 else timedelta()
        ends = one.closed_at or one.opened_at + timedelta(hours=1)
        yield _mark(one.run, _name(one), one.opened_at + late, ends + late)
    if sessions:
        begin = sessions[-1].started_at - timedelta(hours=4)
        never_came = IN_CLASSES[-1].person
        name = f"{never_came.first_names} {never_came.last_names}"
        yield _mark(never_came.run, name, begin, begin + timedelta(minutes=40))


def _sessions(body: TrainingBody) -> list[SenceSession]:
    mine = SenceSession.objects.filter(
        enrolment__action__course__training_body=body,
        enrolment__action__action_code=WITH_CLASSES,
    )
    return list(
        mine.select_related("enrolment__participant").order_by("opened_at", "pk")
    )


def _name(one: SenceSession) -> str:
    return one.enrolment.participant.full_name


def _mark(run: str, name: str, start: datetime, end: datetime) -> tuple[str, ...]:
    begins, ends = timezone.localtime(start), timezone.localtime(end)
    seconds = int((end - start).total_seconds())
    length = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    times = (f"{begins:%H:%M:%S}", f"{ends:%H:%M:%S}", length)
    return (display(run), name, f"{begins:%d-%m-%Y}", "", "", "", "", *times)


def gca_list(body: TrainingBody) -> bytes:
    """Return the participants' list of GCA, a page as a browser saves it.

    Against the portal: two declarations equal, two that change, one of these with
    another number of sessions, one of somebody who isn't enrolled; and who never came
    is not on it.
    """
    rows = "".join(_html(row) for row in (LIST, *_people(body)))
    return (
        '<!DOCTYPE html>\n<html lang="es"><head><meta charset="iso-8859-1">'
        "<title>Participantes</title></head>\n<body><h1>Participantes del curso</h1>\n"
        f"<table>\n{rows}</table></body></html>\n"
    ).encode("latin-1")


def _people(body: TrainingBody) -> Iterator[tuple[str, ...]]:
    held = [one.run for one in _sessions(body) if one.closed_at]
    states = ("Emitida", "Emitida", "Emitida", "Pendiente de emitir")
    for number, (one, state) in enumerate(zip(IN_CLASSES[:4], states, strict=True)):
        more = 1 if number == 1 else 0
        count = str(held.count(one.person.run) + more)
        yield _line(one.person, count, state)
    yield _line(_STRANGER, "3", "Pendiente de emitir")


def _line(person: cast.Person, sessions: str, state: str) -> tuple[str, ...]:
    name = f"{person.first_names} {person.last_names}"
    return (display(person.run), name, sessions, state)


def _html(row: tuple[str, ...]) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
    return f"<tr>{cells}</tr>\n"
