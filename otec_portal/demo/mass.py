"""Very many rows, to measure with: one big training body and many small ones.

Everybody is fictional, and everything is the same however often it is made. What has
columns that change with the portal goes through its models; enrolments and sessions,
by the million, through SQL (mass_sql.py).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from attendance.models import SenceToken
from courses.models import (
    Company,
    Course,
    Environment,
    Line,
    Participant,
    TrainingAction,
)
from otec_portal.core.models import (
    Membership,
    MembershipRegion,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.regions import REGIONS
from otec_portal.core.rut import with_check_digit
from otec_portal.demo import cast, mass_sql, names

BIG_SHARE: Final = 0.4  # of all actions, in the one big training body
IN_PRODUCTION: Final = 0.92  # of all actions
ACTIONS_PER_COURSE: Final = 20
ENROLMENTS_PER_PERSON: Final = 2.5
FIRST_DAY, LAST_DAY = -1000, 30  # on which actions start, counted from today
BATCH: Final = 5000
_BODY, _PERSON, _USER, _COMPANY = 49_400_000, 40_000_001, 49_500_000, 49_600_000
BIG_BODY_RUT: Final = with_check_digit(_BODY)
ADMIN_RUT: Final = with_check_digit(_USER)  # of the big one; cast.PASSWORD
_LINES = ((Line.TAX_FRANCHISE, 75), (Line.SOCIAL_PROGRAMMES, 15), (Line.FPT, 10))


@dataclass(frozen=True)
class Size:
    """How much is made."""

    actions: int
    enrolments_per_action: int = 10
    sessions_per_enrolment: int = 3
    bodies: int = 200


@transaction.atomic
def fill(size: Size, *, now: datetime, say: Callable[[str], object]) -> None:
    """Make all of it, telling `say` what is done. Needs an empty PostgreSQL."""
    dice = random.Random(2026)  # noqa: S311 - the same dice every time
    bodies = _bodies(size.bodies)
    shares = _shares(size.actions, size.bodies)
    _tokens(bodies, now)
    _users(bodies)
    say(f"{len(bodies)} training bodies")
    today = timezone.localdate(now)
    people = 0
    for body, actions in zip(bodies, shares, strict=True):
        _catalogue(body, actions, today=today, dice=dice)
        wanted = round(actions * size.enrolments_per_action / ENROLMENTS_PER_PERSON)
        number = max(wanted, size.enrolments_per_action)
        _people(body, number, first=_PERSON + people, dice=dice)
        people += number
    say(f"{sum(shares)} actions, {people} participants")
    for done in mass_sql.run(size.enrolments_per_action, size.sessions_per_enrolment):
        say(done)


def _shares(actions: int, bodies: int) -> list[int]:
    """How many actions each body has: the first BIG_SHARE, the others ever fewer."""
    weights = [1 / rank for rank in range(1, bodies)]
    small = actions * (1 - BIG_SHARE) / (sum(weights) or 1)
    rest = [max(1, round(weight * small)) for weight in weights]
    return [max(1, actions - sum(rest)), *rest]


def _bodies(number: int) -> list[TrainingBody]:
    regions = list(REGIONS)
    return TrainingBody.objects.bulk_create(
        TrainingBody(
            rut=with_check_digit(_BODY + n),
            name=f"Capacitación {names.BODIES[n % len(names.BODIES)]} {n} SpA",
            region=regions[n % len(regions)],
        )
        for n in range(number)
    )


def _tokens(bodies: list[TrainingBody], now: datetime) -> None:
    SenceToken.objects.bulk_create(
        SenceToken(
            training_body=body,
            label="Token",
            secret=cast.TOKEN,
            last4=cast.TOKEN[-4:],
            created_at=now,
        )
        for body in bodies
    )


def _users(bodies: list[TrainingBody]) -> None:
    """A national admin for each; the big one also has a regional and a facilitator."""
    roles = [(body, Role.NATIONAL_ADMIN) for body in bodies]
    roles += [(bodies[0], role) for role in (Role.REGIONAL_ADMIN, Role.FACILITATOR)]
    password = make_password(cast.PASSWORD)
    users = User.objects.bulk_create(
        User(
            rut=with_check_digit(_USER + n),
            full_name=f"{names.FIRST[n % len(names.FIRST)]} {names.LAST[n % 40]}",
            email=f"operador{n}@masa.example",
            password=password,
        )
        for n in range(len(roles))
    )
    members = Membership.objects.bulk_create(
        Membership(user=user, training_body=body, role=role)
        for user, (body, role) in zip(users, roles, strict=True)
    )
    MembershipRegion.objects.bulk_create(
        MembershipRegion(membership=one, region="ML")
        for one in members
        if one.role == Role.REGIONAL_ADMIN
    )


def _catalogue(
    body: TrainingBody, actions: int, *, today: date, dice: random.Random
) -> None:
    company = Company.objects.create(
        training_body=body,
        rut=with_check_digit(_COMPANY + body.pk % 100_000),
        name=f"Maderas {body.name}",
    )
    courses = Course.objects.bulk_create(
        Course(
            training_body=body,
            sence_code=f"{1_230_000_000 + n}",
            name=f"{names.COURSES[n % len(names.COURSES)]} {n}",
            hours=dice.choice((8, 16, 24, 40, 80)),
        )
        for n in range(max(1, actions // ACTIONS_PER_COURSE))
    )
    TrainingAction.objects.bulk_create(
        _actions(courses, company, actions, today=today, dice=dice), batch_size=BATCH
    )


def _actions(
    courses: list[Course],
    company: Company,
    number: int,
    *,
    today: date,
    dice: random.Random,
) -> Iterator[TrainingAction]:
    lines, weights = zip(*_LINES, strict=True)
    regions = list(REGIONS)
    for n in range(number):
        line = dice.choices(lines, weights)[0]
        starts_on = today + timedelta(days=dice.randint(FIRST_DAY, LAST_DAY))
        social = line == Line.SOCIAL_PROGRAMMES
        real = dice.random() < IN_PRODUCTION
        yield TrainingAction(
            course=courses[n % len(courses)],
            action_code=f"RLAB-26-02-{n:07}-1" if social else f"{6_000_000 + n}",
            line=line,
            environment=Environment.PRODUCTION if real else Environment.TEST,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=dice.randint(5, 60)),
            region=dice.choice(regions),
            supervising_entity=dice.choice((*names.SUPERVISORS, "", "")),
            company=company,
            places=25,
        )


def _people(
    body: TrainingBody, number: int, *, first: int, dice: random.Random
) -> None:
    Participant.objects.bulk_create(
        (
            Participant(
                training_body=body,
                run=with_check_digit(first + n),
                first_names=f"{dice.choice(names.FIRST)} {dice.choice(names.FIRST)}",
                last_names=f"{dice.choice(names.LAST)} {dice.choice(names.LAST)}",
                email=f"participante{first + n}@masa.example",
            )
            for n in range(number)
        ),
        batch_size=BATCH,
    )
