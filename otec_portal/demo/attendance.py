"""Attendance of the demo: two actions in production with what people did in them.

Nothing here exists. Marks stay as they were made: these actions keep the dates of the
day on which they were first loaded, and the second start finds them there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from attendance.models import Clock, SenceSession, SenceToken, SessionState
from attendance.services.adjustments import adjust
from attendance.services.classes import begin_class, end_class, enter_class
from attendance.services.totals import recount_action
from courses.models import (
    Course,
    Enrolment,
    Environment,
    Line,
    Participant,
    TrainingAction,
)
from courses.services import note_production_use
from liquidation.models import DeclarationState, Source
from liquidation.recording import Learned
from liquidation.services.declarations import record
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.uploads import Document, FileKind
from otec_portal.demo import cast
from otec_portal.demo.paper import page_of

WITH_CLASSES: Final = "6700130"
BY_THEMSELVES: Final = "RLAB-26-02-08-0105-1"
_START: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(hours=3)
_EVIDENCE: Final = "Documento ficticio de la demo"


@dataclass(frozen=True)
class Mark:
    """A session of somebody: days from today, when by the clock, how long.

    `minutes` is None where the person never closed it.
    """

    day: int
    start: time
    minutes: int | None


@dataclass(frozen=True)
class Attended:
    """Somebody with their sessions."""

    person: cast.Person
    marks: tuple[Mark, ...]


def _daily(days: tuple[int, ...], start: time, minutes: int) -> tuple[Mark, ...]:
    return tuple(Mark(day, start, minutes) for day in days)


# each of 4 hours from 9 on; a session lasts 3 at most: people come in twice
CLASSES: Final = (-28, -26, -24, -21, -19)
OPENS: Final = time(9, 0)
_ENTERED: Final = CLASSES[-1]  # by an admin, afterwards
_FORENOON, _NOON = (time(9, 6, 41), 168), (time(11, 58, 12), 59)


def _through(*days: int) -> tuple[Mark, ...]:
    return (*_daily(days, *_FORENOON), *_daily(days, *_NOON))


IN_CLASSES: Final = (
    Attended(
        cast.Person(48_000_041, "Rosalba Ester", "Catrileo Bustos"), _through(*CLASSES)
    ),
    Attended(
        cast.Person(48_000_042, "Severino Tadeo", "Ñanco Villablanca"),
        _through(*CLASSES[:4]),
    ),
    # an adjustment brings her over the threshold
    Attended(
        cast.Person(48_000_043, "Trinidad Aurora", "Lefimil Gatica"),
        (*_through(*CLASSES[:3]), Mark(-21, time(9, 3, 5), 95)),
    ),
    # below the threshold; one of his sessions was never closed
    Attended(
        cast.Person(48_000_044, "Ulises Hernán", "Colihueque Rozas"),
        (*_through(*CLASSES[:2]), Mark(-24, time(10, 15, 30), None)),
    ),
    # never came
    Attended(cast.Person(48_000_045, "Verónica Pilar", "Antinao Sepúlveda"), ()),
)
ALONE: Final = (
    Attended(
        cast.Person(48_000_051, "Wilfredo Amador", "Marileo Jaque"),
        (
            *_daily((-12, -10, -8, -6, -4), time(19, 30, 20), 115),
            Mark(-3, time(22, 40, 2), 130),
        ),
    ),
    Attended(
        cast.Person(48_000_052, "Ximena Rayén", "Huaiquil Orellana"),
        _daily((-11, -9, -7), time(20, 5, 9), 80),
    ),
    Attended(cast.Person(48_000_053, "Zoilo Ernesto", "Paillalef Cid"), ()),
)


def load_attendance(body: TrainingBody, *, now: datetime) -> None:
    """Make both actions with all that happened in them."""
    today = timezone.localdate(now)
    taught = _action(
        body,
        ("1238099014", "Control de calidad en la elaboración de conservas", 20),
        WITH_CLASSES,
        line=Line.TAX_FRANCHISE,
        days=(today - timedelta(days=30), today - timedelta(days=3)),
    )
    alone = _action(
        body,
        ("", "Mantención de viveros forestales", 24),
        BY_THEMSELVES,
        line=Line.SOCIAL_PROGRAMMES,
        days=(today - timedelta(days=14), today + timedelta(days=21)),
    )
    admin, facilitator = (_user(cast.OPERATORS[one]) for one in (0, 2))
    _teach(taught, by=facilitator, admin=admin, today=today, now=now)
    for action, people in ((taught, IN_CLASSES), (alone, ALONE)):
        _attend(action, people, today=today)
    _adjust(taught, by=admin, now=now)
    _declare(taught, by=admin, now=now)


def _user(operator: cast.Operator) -> User:
    return User.objects.get(rut=operator.rut)


def _action(
    body: TrainingBody,
    course: tuple[str, str, int],
    code: str,
    *,
    line: Line,
    days: tuple[date, date],
) -> TrainingAction:
    sence_code, name, hours = course
    made, _ = Course.objects.get_or_create(
        training_body=body, sence_code=sence_code, name=name, defaults={"hours": hours}
    )
    action: TrainingAction = TrainingAction.objects.create(
        course=made,
        action_code=code,
        line=line,
        environment=Environment.PRODUCTION,
        region="ML",
        places=20,
        starts_on=days[0],
        ends_on=days[1],
        course_url=f"https://aula.losalerces.example/{code}",
    )
    return action


def _at(today: date, day: int, wall: time) -> datetime:
    return timezone.make_aware(datetime.combine(today + timedelta(days=day), wall))


def _teach(
    action: TrainingAction, *, by: User, admin: User, today: date, now: datetime
) -> None:
    """Hold the classes, the last of which nobody began in the portal."""
    for day in CLASSES:
        opens = _at(today, day, OPENS)
        closes = opens + timedelta(hours=4)
        if day == _ENTERED:
            enter_class(
                action=action,
                facilitator=by,
                started_at=opens,
                ended_at=closes,
                reason="Ese día no hubo internet en la sala.",
                by=admin,
                now=now,
            )
        else:
            held = begin_class(action, by=by, now=opens)
            end_class(held, by=by, now=closes)


def _attend(
    action: TrainingAction, people: tuple[Attended, ...], *, today: date
) -> None:
    token = SenceToken.objects.filter(training_body=action.course.training_body).first()
    if token is None:
        raise AssertionError
    sessions: list[SenceSession] = []
    for one in people:
        enrolment = _enrol(one.person, action)
        sessions += _sessions(enrolment, one.marks, token, today)
    note_production_use(action, at=min(one.started_at for one in sessions))
    SenceSession.objects.bulk_create(sessions)
    recount_action(action)


def _enrol(person: cast.Person, action: TrainingAction) -> Enrolment:
    participant, _ = Participant.objects.get_or_create(
        training_body=action.course.training_body,
        run=person.run,
        defaults={
            "first_names": person.first_names,
            "last_names": person.last_names,
            "email": f"participante{person.number}@correo.example",
        },
    )
    made: Enrolment = Enrolment.objects.create(action=action, participant=participant)
    return made


def _sessions(
    enrolment: Enrolment, marks: tuple[Mark, ...], token: SenceToken, today: date
) -> Iterator[SenceSession]:
    action = enrolment.action
    for mark in marks:
        start = _at(today, mark.day, mark.start)
        closed = None
        if mark.minutes is not None:
            closed = start + timedelta(minutes=mark.minutes)
        yield SenceSession(
            training_body=action.course.training_body,
            enrolment=enrolment,
            token=token,
            environment=action.environment,
            otec_rut=action.course.training_body.rut,
            run=enrolment.participant.run,
            sence_code=action.course.sence_code,
            action_code=action.action_code,
            line=action.line,
            sence_id=f"demo-{enrolment.pk}-{start:%m%d%H%M}",
            state=SessionState.CLOSED if closed else SessionState.EXPIRED,
            started_at=start,
            start_by=start + _START,
            opened_at=start,
            opened_clock=Clock.SENCE,
            expires_at=start + _LONGEST,
            close_handed_at=closed,
            closed_at=closed,
            closed_clock=Clock.SENCE if closed else "",
        )


def _adjust(action: TrainingAction, *, by: User, now: datetime) -> None:
    whose = IN_CLASSES[2].person.run
    adjust(
        action.enrolments.get(participant__run=whose),
        seconds=2 * 3600,
        reason="Se cortó la luz en la sala; la relatora confirma que siguió en clase.",
        evidence=Document(FileKind.PDF, page_of(_EVIDENCE), pages=1),
        filename="constancia-de-la-relatora.pdf",
        by=by,
        now=now,
    )


def _declare(action: TrainingAction, *, by: User, now: datetime) -> None:
    """The OTEC has issued, and one of its participants."""
    first = action.enrolments.get(participant__run=IN_CLASSES[0].person.run)
    for number, enrolment in ((4821, None), (4822, first)):
        learned = Learned(
            DeclarationState.ISSUED, Source.BY_HAND, number=f"{number}-{now:%Y}"
        )
        record(action, enrolment, learned, by=by, at=now)
