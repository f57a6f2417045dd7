"""Lists of courses to take away."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from courses.models import Line, TrainingAction
from courses.outlook import CERTIFICATE
from courses.search import FACTS, Criterion
from otec_portal.core import audit
from otec_portal.core.excel import Cell, stream
from otec_portal.core.models import Membership, User

HEADERS: Final = (*FACTS, "Estado", "Certificado")
_AT_ONCE: Final = 2000  # rows fetched from the database


def spreadsheet(actions: QuerySet[TrainingAction], *, today: date) -> Iterator[bytes]:
    """Yield the spreadsheet of `actions`, with their states on `today`.

    They come with their outlook (courses.outlook).
    """
    rows = (_row(one, today) for one in actions.iterator(chunk_size=_AT_ONCE))
    return stream(HEADERS, rows, sheet="Cursos")


def _row(action: TrainingAction, today: date) -> tuple[Cell, ...]:
    course = action.course
    return (
        action.action_code,
        course.sence_code,
        course.name,
        action.get_line_display(),
        course.hours,
        action.starts_on,
        action.ends_on,
        action.state_on(today).label,
        CERTIFICATE.outlook.badge_of(action).label,
    )


def record_export(
    *,
    by: User,
    membership: Membership,
    line: Line,
    criterion: Criterion | None,
    rows: int,
    at: datetime,
) -> None:
    """Write down who took away how many courses, but not what was sought.

    A participant's name or RUN would stay in the audit trail for ever.
    """
    audit.record(
        "courses.list_exported",
        at=at,
        by=by,
        training_body=membership.training_body,
        target=membership,
        line=line,
        criterion=str(criterion or ""),
        rows=rows,
    )
