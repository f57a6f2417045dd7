"""More of the demo's training body: courses, companies and actions to look through.

Nothing here exists. The programs that start from `load_demo --json` don't see these.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from courses.models import (
    ActivityType,
    Company,
    Course,
    Environment,
    Intermediary,
    Line,
    Modality,
    TrainingAction,
)
from otec_portal.core.models import TrainingBody
from otec_portal.core.rut import with_check_digit
from otec_portal.demo.actions import Days, make_action

COMPANIES: Final = (
    (49_200_201, "Viñedos Quebrada Honda S.A."),
    (49_200_202, "Transportes Peñablanca Ltda."),
    (49_200_203, "Lácteos Ñirehuao SpA"),
    (49_200_204, "Constructora Pichidegua Ltda."),
)
INTERMEDIARIES: Final = (
    (49_300_301, "OTIC Cordillera"),
    (49_300_302, "OTIC del Ñuble"),
)


@dataclass(frozen=True)
class Programme:
    """A course with one action; days are counted from today."""

    sence_code: str
    name: str
    hours: int | None
    modality: Modality
    action_code: str
    region: str
    first_day: int
    last_day: int
    company: int
    through: int | None = None
    line: Line = Line.TAX_FRANCHISE
    environment: Environment = Environment.TEST


PROGRAMMES: Final = (
    Programme(
        "1238099010",
        "Manejo seguro de productos fitosanitarios",
        16,
        Modality.E_LEARNING,
        "6700110",
        "MA",
        12,
        33,
        0,
        0,
        environment=Environment.PRODUCTION,
    ),
    Programme(
        "1238099011",
        "Conducción eficiente de camiones",
        32,
        Modality.SELF_INSTRUCTION,
        "6700111",
        "ML",
        -90,
        -45,
        1,
        environment=Environment.PRODUCTION,
    ),
    Programme(
        "1238099012",
        "Buenas prácticas en la elaboración de quesos",
        None,
        Modality.CLASSROOM,
        "6700112",
        "NB",
        -3,
        25,
        2,
        1,
    ),
    Programme(
        "",
        "Electricidad domiciliaria básica",
        120,
        Modality.E_LEARNING,
        "RLAB-26-02-08-0098-1",
        "ML",
        -30,
        45,
        3,
        line=Line.SOCIAL_PROGRAMMES,
    ),
)
PAIR_COURSE: Final = ("1238099013", "Gestión de inventarios en bodegas frigoríficas")
PAIR_CODES: Final = ("6700120", "6700121")


def days(today: date) -> dict[str, Days]:
    """Return the first and last day of each action, by `today`, a date in Santiago."""
    year = today.year
    partial, complementary = PAIR_CODES
    return {
        **{
            one.action_code: (
                today + timedelta(days=one.first_day),
                today + timedelta(days=one.last_day),
            )
            for one in PROGRAMMES
        },
        partial: (date(year, 10, 1), date(year, 12, 31)),
        complementary: (date(year + 1, 1, 4), date(year + 1, 3, 26)),
    }


def load_catalogue(body: TrainingBody, held: dict[str, Days]) -> None:
    """Make these rows; `held` says when each action is."""
    companies = [_company(body, *row) for row in COMPANIES]
    intermediaries = [_intermediary(body, *row) for row in INTERMEDIARIES]
    for programme in PROGRAMMES:
        _action(
            _course(body, programme.sence_code, programme.name, programme),
            programme.action_code,
            held,
            line=programme.line,
            region=programme.region,
            environment=programme.environment,
            company=companies[programme.company],
            intermediary=None
            if programme.through is None
            else intermediaries[programme.through],
        )
    _load_pair(_course(body, *PAIR_COURSE), companies[0], held)


def _load_pair(course: Course, company: Company, held: dict[str, Days]) -> None:
    """A partial action of this year, and its complementary in the next."""
    common: dict[str, object] = {"company": company, "region": "ML"}
    partial = _action(
        course, PAIR_CODES[0], held, activity_type=ActivityType.PARTIAL, **common
    )
    _action(
        course,
        PAIR_CODES[1],
        held,
        activity_type=ActivityType.COMPLEMENTARY,
        related_action=partial,
        **common,
    )


def _company(body: TrainingBody, number: int, name: str) -> Company:
    row, _ = Company.objects.get_or_create(
        training_body=body, rut=with_check_digit(number), defaults={"name": name}
    )
    return row


def _intermediary(body: TrainingBody, number: int, name: str) -> Intermediary:
    row, _ = Intermediary.objects.get_or_create(
        training_body=body, rut=with_check_digit(number), defaults={"name": name}
    )
    return row


def _course(
    body: TrainingBody, code: str, name: str, programme: Programme | None = None
) -> Course:
    row, _ = Course.objects.get_or_create(
        training_body=body,
        sence_code=code,
        name=name,
        defaults={
            "hours": programme.hours if programme else 60,
            "modality": programme.modality if programme else Modality.E_LEARNING,
        },
    )
    return row


def _action(
    course: Course, code: str, held: dict[str, Days], **values: object
) -> TrainingAction:
    extra = {
        "line": Line.TAX_FRANCHISE,
        "places": 25,
        "supervising_entity": "SENCE Dirección Regional",
        "course_url": f"https://aula.losalerces.example/{code}",
    }
    return make_action(course, code, held, **{**extra, **values})
