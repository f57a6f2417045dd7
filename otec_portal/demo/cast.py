"""Who plays in the demo. Nobody here exists; the numbers are beyond those in use.

RUTs get their check digit by construction.
"""

from dataclasses import dataclass
from typing import Final

from courses.models import Environment, Line
from otec_portal.core.models import Role
from otec_portal.core.rut import with_check_digit

BODY_RUT: Final = with_check_digit(49_100_100)
BODY_NAME: Final = "Capacitación Los Alerces SpA"
TOKEN: Final = "d3a0c0de-0000-4000-8000-00000a1e4ce5"
PASSWORD: Final = "alerces-demo-2026"
COMPANY: Final = (with_check_digit(49_200_200), "Maderas Río Claro Ltda.")
INTERMEDIARY: Final = (with_check_digit(49_300_300), "OTIC Valle Sur")


@dataclass(frozen=True)
class Person:
    """A participant."""

    number: int
    first_names: str
    last_names: str
    exempt: bool = False

    @property
    def run(self) -> str:
        """The RUN with its check digit."""
        return with_check_digit(self.number)


@dataclass(frozen=True)
class Operator:
    """A user; `role` is None for the installation's own staff.

    SENCE's regional office is of no training body.
    """

    number: int
    full_name: str
    email: str
    role: Role | None
    region: str = ""

    @property
    def rut(self) -> str:
        """The RUT with its check digit."""
        return with_check_digit(self.number)


@dataclass(frozen=True)
class Action:
    """A training action; days are counted from today."""

    sence_code: str
    course: str
    hours: int
    action_code: str
    line: Line
    environment: Environment
    region: str
    first_day: int
    last_day: int
    people: tuple[Person, ...]


OPERATORS: Final = (
    Operator(
        49_000_001,
        "Antonia Quiñenao Vidal",
        "antonia@losalerces.example",
        Role.NATIONAL_ADMIN,
    ),
    Operator(
        49_000_002,
        "Baltazar Oyarce Lillo",
        "baltazar@losalerces.example",
        Role.REGIONAL_ADMIN,
        "ML",
    ),
    Operator(
        49_000_003,
        "Custodia Reinao Parra",
        "custodia@losalerces.example",
        Role.FACILITATOR,
    ),
    Operator(
        49_000_005,
        "Eleuterio Paillán Rozas",
        "eleuterio@direccionmaule.example",
        Role.REGIONAL_OFFICE,
        "ML",
    ),
    Operator(49_000_009, "Soporte de la instalación", "soporte@portal.example", None),
)
_PEOPLE = (
    Person(48_000_011, "Amaranta Isidora", "Huenchullán Toro"),
    Person(48_000_012, "Bruno Eliseo", "Carrasco Ñancupil"),
    Person(48_000_013, "Clorinda del Tránsito", "Matamala Ibáñez"),
    Person(48_000_014, "Domingo Aurelio", "Pichún Echeverría"),
    Person(48_000_015, "Eduvigis Marlén", "Sanhueza Órdenes", exempt=True),
    Person(48_000_016, "Fermín Absalón", "Trangolao Reyes"),
)
ACTIONS: Final = (
    Action(
        "1238099001",
        "Prevención de riesgos en el aserradero",
        40,
        "6700101",
        Line.TAX_FRANCHISE,
        Environment.TEST,
        "ML",
        -20,
        40,
        _PEOPLE[:5],
    ),
    Action(
        "",
        "Atención de clientes en turismo rural",
        80,
        "RLAB-26-02-08-0071-1",
        Line.SOCIAL_PROGRAMMES,
        Environment.TEST,
        "LL",
        -10,
        60,
        _PEOPLE[2:],
    ),
    Action(
        "1238099002",
        "Planillas de cálculo para bodega",
        24,
        "6700102",
        Line.TAX_FRANCHISE,
        Environment.PRODUCTION,
        "ML",
        -5,
        30,
        _PEOPLE[:3],
    ),
)
