"""SENCE's exports as files of every kind, of people who don't exist."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from courses.models import Enrolment
from otec_portal.core import rut

COLUMNS = (
    "Fecha",
    "Facilitador",
    "Inicio Sesión",
    "Fin Sesión",
    "Duración Sesión",
    "Hora Inicio",
    "Hora Fin",
    "Duración Participante",
)
WITH_RUN = ("RUT", "Nombre", *COLUMNS)
PERCENTAGES = ("Rut Participante", "Nombre Participante", "Porcentaje Asistencia")
DECLARATIONS = ("RUT", "Nombre", "N° sesiones", "Estado DJ")
# seed 004, "Revisión de asistencia de un participante"
SOURCE = (
    "15-11-2016;;09:48:02;18:36:46;08:48:44;18:36:05;18:36:46;00:00:41",
    "15-11-2016;;09:58:27;12:18:32;02:20:05;09:58:27;12:18:32;02:20:05",
    "16-11-2016;;09:38:17;11:05:40;01:27:23;11:05:31;11:05:40;00:00:09",
)
Rows = Sequence[Sequence[str]]


def page(*rows: Sequence[str], encoding: str = "latin-1") -> bytes:
    """Return a page as a browser saves it, with the table among others."""
    cells = "".join(
        "<TR>" + "".join(f"<TD>&nbsp;{escape(cell)} </TD>" for cell in row) + "</TR>"
        for row in rows
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="{encoding}">'
        "<script>var a = '<table><tr><td>no';</script></head><body>"
        "<table><tr><td>Menú</td></tr></table><h1>Revisión de asistencia</h1>"
        f"<table>{cells}<tr><td colspan=8>&lt;&lt; &lt; 1 &gt; &gt;&gt;</td></tr>"
        "</table></body></html>"
    ).encode(encoding)


def line(
    enrolment: Enrolment | None,
    start: datetime,
    end: datetime | None,
    *,
    person: tuple[str, str] | None = None,
) -> tuple[str, ...]:
    """Return a line with RUN; `start` and `end` are by the clock on the wall."""
    run, name = person or (
        enrolment.participant.run if enrolment else "",
        enrolment.participant.full_name if enrolment else "",
    )
    ends = f"{end:%H:%M:%S}" if end else ""
    times = ("", "", "", f"{start:%H:%M:%S}", ends, "")
    return (rut.display(run), name, f"{start:%d-%m-%Y}", "", *times)
