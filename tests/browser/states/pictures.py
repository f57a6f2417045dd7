"""States of the pages that draw attendance."""

from datetime import datetime, timedelta

from django.utils import timezone

from attendance.models import SenceSession
from attendance.services.totals import recount_action
from courses.models import Enrolment, Environment
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.factories.attendance import (
    AdjustmentFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.factories.core import UserFactory

NAMES = ("Huenchullán Toro", "Carrasco Ñancupil", "de la Santísima Trinidad Matamala")


def _in_production(stage: Stage, *, days: int = 45) -> str:
    """Let the action have begun `days` ago; return its address."""
    action = stage.enrolment.action
    action.starts_on = timezone.localdate() - timedelta(days=days)
    action.environment = Environment.PRODUCTION
    action.save()
    return f"/acciones/{action.public_id}"


def _at(days_ago: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.localtime(ago(days=days_ago))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _mark(enrolment: Enrolment, start: datetime, minutes: int) -> SenceSession:
    made: SenceSession = SenceSessionFactory(
        enrolment=enrolment,
        closed=True,
        started_at=start,
        closed_at=start + timedelta(minutes=minutes),
    )
    return made


def _class(stage: Stage, days_ago: int, hour: int, hours: int) -> None:
    TrainingClassFactory(
        action=stage.enrolment.action,
        facilitator=UserFactory(full_name="Custodia Reinao Parra"),
        ended=True,
        started_at=_at(days_ago, hour),
        ended_at=_at(days_ago, hour + hours),
    )


def _people(stage: Stage, number: int) -> list[Enrolment]:
    others = [
        stage.another(
            participant__first_names=f"Persona {one}",
            participant__last_names=NAMES[one % 3],
            participant__training_body=stage.enrolment.participant.training_body,
        )
        for one in range(number)
    ]
    return [stage.enrolment, *others]


def _lived(stage: Stage, *, people: int = 24, days: int = 45) -> str:
    """A course as it goes: diligent people and others, with everything that happens."""
    path = _in_production(stage, days=days)
    for day in range(2, days, 7):
        _class(stage, day, 9, 3)
    enrolled = _people(stage, people)
    for number, one in enumerate(enrolled[:-2]):
        for day in range(1, days):
            chance = (day * 7 + number * 13) % 17
            if chance <= number % 9:
                continue
            if chance == 16:
                SenceSessionFactory(enrolment=one, expired=True, started_at=_at(day, 8))
            elif chance == 15:
                SenceSessionFactory(enrolment=one, failed=True, started_at=_at(day, 8))
            else:
                _mark(one, _at(day, 9, number % 30), 12 * chance)
    stage.session(enrolment=enrolled[1], opened=True)
    AdjustmentFactory(enrolment=enrolled[2])
    course = stage.enrolment.action.course
    course.hours = 2 * days
    course.save()
    recount_action(stage.enrolment.action)
    stage.signs_in()
    return path


@state
def days_of_an_action(stage: Stage) -> None:
    stage.opens(f"{_lived(stage)}/dias/")


@state
def days_with_the_table_open(stage: Stage) -> None:
    stage.opens(f"{_lived(stage, people=6)}/dias/")
    stage.page.locator(".days-data summary").click()


@state
def days_on_several_pages_and_parts(stage: Stage) -> None:
    path = _lived(stage, people=12, days=130)
    stage.opens(f"{path}/dias/?tramo=2&registros=10&pagina=2")


@state
def days_of_an_action_in_test(stage: Stage) -> None:
    stage.session(closed=True, started_at=_at(1, 9))
    stage.signs_in()
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/dias/")


@state
def days_before_the_first(stage: Stage) -> None:
    path = _in_production(stage, days=-5)
    stage.signs_in()
    stage.opens(f"{path}/dias/")


@state
def days_after_liquidation(stage: Stage) -> None:
    path = _in_production(stage)
    action = stage.enrolment.action
    action.decision = "liquidated"
    action.save()
    stage.signs_in()
    stage.opens(f"{path}/dias/")


@state
def day_with_everything(stage: Stage) -> None:
    path = _in_production(stage)
    _class(stage, 2, 9, 4)
    _class(stage, 2, 10, 1)
    _class(stage, 9, 9, 4)
    one = stage.enrolment
    _mark(one, _at(2, 9, 15), 90)
    SenceSessionFactory(enrolment=one, failed=True, started_at=_at(2, 8, 40))
    SenceSessionFactory(enrolment=one, expired=True, started_at=_at(2, 14))
    _mark(one, _at(2, 18, 30), 1)
    _mark(one, _at(9, 22, 30), 150)
    SenceSessionFactory(
        enrolment=one, closed=True, environment="test", started_at=_at(2, 19)
    )
    stage.signs_in()
    stage.opens(f"{path}/dias/{one.public_id}/{_at(2, 9):%Y-%m-%d}/")


@state
def day_with_nothing(stage: Stage) -> None:
    path = _in_production(stage)
    _mark(stage.enrolment, _at(9, 22), 30)
    stage.signs_in()
    stage.opens(f"{path}/dias/{stage.enrolment.public_id}/{_at(2, 9):%Y-%m-%d}/")


@state
def distribution_of_percentages(stage: Stage) -> None:
    stage.opens(f"{_lived(stage)}/distribucion/")
    stage.page.get_by_text("Ver estos datos en una tabla").click()


@state
def distribution_without_hours(stage: Stage) -> None:
    path = _in_production(stage)
    course = stage.enrolment.action.course
    course.hours = None
    course.save()
    stage.signs_in()
    stage.opens(f"{path}/distribucion/")


@state
def online_nobody(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/conectados/")


@state
def online_in_the_whole_body(stage: Stage) -> None:
    stage.session(enrolment=stage.another(), opened=True, started_at=ago(minutes=175))
    stage.session(enrolment=stage.another(), closing=True, started_at=ago(minutes=90))
    stage.session(enrolment=stage.another(), opened=True)
    stage.signs_in()
    stage.opens("/conectados/")


@state
def online_in_an_action(stage: Stage) -> None:
    online_in_the_whole_body(stage)
    stage.opens(f"/acciones/{stage.enrolment.action.public_id}/conectados/")
