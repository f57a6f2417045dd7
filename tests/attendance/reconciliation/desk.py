"""Steps that several tests of reconciliation take."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from attendance.models import ExportUpload, SenceSession
from attendance.reconciliation.compare import compare_action
from attendance.reconciliation.read import read_export
from attendance.services import reconciliation as services
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import User
from tests.attendance.reconciliation.files import WITH_RUN, line
from tests.courses.roster.sources import comma_separated
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=1)


def held(enrolment: Enrolment, *, hours_ago: int = 5, **more: Any) -> SenceSession:
    """A closed session of one hour, with SENCE itself."""
    given = {"closed": True, "started_at": NOW - hours_ago * HOUR, **more}
    session: SenceSession = SenceSessionFactory(enrolment=enrolment, **given)
    return session


def as_sence_has(
    session: SenceSession, *, later: int = 0, longer: int = 0
) -> tuple[str, ...]:
    """The line of an export for `session`, so many seconds off."""
    start = timezone.localtime(session.opened_at) + timedelta(seconds=later)
    end = start + HOUR + timedelta(seconds=longer)
    return line(session.enrolment, start, end)


def file_of(*lines: tuple[str, ...]) -> bytes:
    return comma_separated(WITH_RUN, *lines)


def uploaded(
    action: TrainingAction,
    data: bytes,
    *,
    by: User | None = None,
    run: str = "",
    whole: bool = True,
    at: datetime = LATER,
) -> ExportUpload:
    return services.keep(
        action,
        export=read_export(data),
        content=data,
        filename="conectividad.csv",
        run=run,
        whole=whole,
        by=by or UserFactory(),
        at=at,
    )


def accepted(
    action: TrainingAction,
    data: bytes,
    *,
    run: str = "",
    good: bool = False,
    whole: bool = True,
    at: datetime = LATER,
) -> services.Accepted:
    upload = uploaded(action, data, run=run, whole=whole, at=at)
    return services.accept(upload, accept_good=good, by=upload.by, at=at)


def at(name: str, action: TrainingAction, *more: object) -> str:
    return reverse(f"attendance:{name}", args=[action.public_id, *more])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def kinds(enrolment: Enrolment, *, now: datetime = LATER) -> list[tuple[str, str]]:
    found = compare_action(enrolment.action, now=now).pairs
    return [(pair.kind, pair.reason) for pair in found]
