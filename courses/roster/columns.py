"""Which column holds what: told by the headings, as people in Chile write them."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from courses.models import NameOrder
from otec_portal.core.folding import fold
from otec_portal.core.tabular.tables import clean, letter

Value = TypeVar("Value")
_SEARCHED: Final = 50  # rows in which the headings may stand


class Field(StrEnum):
    """What a column may hold."""

    RUN = "run"
    DIGIT = "digit"
    FIRST = "first_names"
    SECOND = "second_name"
    LAST = "last_names"
    MATERNAL = "maternal"
    FULL = "full"
    EMAIL = "email"
    EXEMPT = "exempt"


LABELS: Final = {
    Field.RUN: "RUN",
    Field.DIGIT: "Dígito verificador",
    Field.FIRST: "Nombres",
    Field.SECOND: "Segundo nombre",
    Field.LAST: "Apellidos",
    Field.MATERNAL: "Apellido materno",
    Field.FULL: "Nombre completo",
    Field.EMAIL: "Correo",
    Field.EXEMPT: "Exento",
}
_FILLERS: Final = {
    *("de", "del", "la", "el", "los", "las", "al", "n", "no", "nro", "o"),
    *("participante", "participantes", "alumno", "alumna", "alumnos", "alumnas"),
    *("trabajador", "trabajadora", "trabajadores", "colaborador", "colaboradora"),
    *("estudiante", "estudiantes", "beneficiario", "beneficiaria", "persona"),
}
_SPELLINGS: Final = {
    Field.RUN: (
        "rut, run, rut run, run rut, r u t, r u n, rut completo, run completo, cedula, "
        "cedula identidad, carnet, carnet identidad, ci, c i, documento, "
        "documento identidad, identificacion, rut sin dv, run sin dv, rut con dv, "
        "rut sin digito, run sin digito, rut sin digito verificador, "
        "run sin digito verificador, "
        "rut con guion, rut sin puntos, rut dv, run dv, rut numero, numero rut"
    ),
    Field.DIGIT: (
        "dv, d v, digito verificador, digito, verificador, dig verificador, dig verif, "
        "digito verif, dv rut, dv run, rut digito verificador"
    ),
    Field.FIRST: "nombres, nombre, primer nombre, nombre pila, nombres pila",
    Field.SECOND: "segundo nombre, otros nombres",
    Field.LAST: (
        "apellidos, apellido, apellido paterno, primer apellido, paterno, ap paterno, "
        "a paterno, apell paterno, apellido 1, apellido p"
    ),
    Field.MATERNAL: (
        "apellido materno, segundo apellido, materno, ap materno, a materno, "
        "apell materno, apellido 2, apellido m"
    ),
    Field.FULL: (
        "nombre completo, nombres completos, nombres y apellidos, nombre y apellido, "
        "nombre y apellidos, nombres apellidos, nombre apellido, nombre apellidos, "
        "apellidos y nombres, apellido y nombre, apellidos nombres, "
        "apellidos y nombre, apellido nombre, nomina, participante, alumno, "
        "alumna, trabajador, trabajadora, colaborador, estudiante, beneficiario, "
        "persona"
    ),
    Field.EMAIL: (
        "correo, correos, correo electronico, email, e mail, mail, correo e, "
        "correo personal, email personal, correo contacto, direccion correo, "
        "direccion correo electronico, casilla correo, correo institucional"
    ),
    Field.EXEMPT: (
        "exento, exenta, exentos, exento becario, becario, becaria, beca, "
        "exento asistencia, exento registrar asistencia, exento sence, becario exento, "
        "exento si no, becario si no"
    ),
}


def _normal(heading: str, *, fillers: bool = True) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", fold(heading)).split()
    kept = [word for word in words if not fillers or word not in _FILLERS]
    return " ".join(kept)


_MEANINGS: Final = {
    name: meaning
    for meaning, spellings in _SPELLINGS.items()
    for spelling in spellings.split(", ")
    for name in (_normal(spelling), _normal(spelling, fillers=False))
    if name
}


def meaning_of(heading: str) -> Field | None:
    """Return what a column with this heading holds, or None."""
    bare = _normal(heading, fillers=False)
    return _MEANINGS.get(bare) or _MEANINGS.get(_normal(heading))


@dataclass(frozen=True)
class Layout:
    """Where the headings stand, and which column holds what.

    `row` counts from 1, columns from 0; `unused` are headings that mean nothing here.
    """

    row: int
    columns: dict[Field, int]
    headings: dict[Field, str]
    unused: list[str] = field(default_factory=list)

    @property
    def order(self) -> NameOrder:
        """How the heading of a column of whole names says that they stand."""
        said = fold(self.headings.get(Field.FULL, ""))
        last_first = said.startswith("apell")
        return NameOrder.LAST_NAMES_FIRST if last_first else NameOrder.FIRST_NAMES_FIRST

    @property
    def runs_lack_digits(self) -> bool:
        """Whether the heading of the RUN says that its check digit is not there."""
        said = _normal(self.headings.get(Field.RUN, ""), fillers=False)
        return said.endswith(("sin dv", "sin digito", "sin digito verificador"))

    def cell(self, meaning: str, row: int) -> str:
        """Return the address of a cell, as spreadsheets have it; "" without one."""
        column = self.columns.get(Field(meaning))
        return "" if column is None else f"{letter(column)}{row}"


def find_layout(rows: list[list[str]]) -> Layout | None:
    """Return the layout by the first row that has a RUN and a name, or None."""
    for number, row in enumerate(rows[:_SEARCHED], start=1):
        layout = _layout(row, number)
        named = {Field.FIRST, Field.FULL, Field.LAST} & layout.columns.keys()
        if Field.RUN in layout.columns and named:
            return layout
    return None


def _layout(row: list[str], number: int) -> Layout:
    columns: dict[Field, int] = {}
    headings: dict[Field, str] = {}
    unused = []
    for column, cell in enumerate(row):
        heading = clean(cell)
        meaning = meaning_of(heading)
        if meaning is None or meaning in columns:
            unused += [heading] if heading else []
        else:
            columns[meaning], headings[meaning] = column, heading
    _call_whole_names_so(columns)
    _call_whole_names_so(headings)
    return Layout(number, columns, headings, unused)


def _call_whole_names_so(values: dict[Field, Value]) -> None:
    """ "Nombre" alone, without a column of last names, holds whole names."""
    if Field.FIRST in values and Field.LAST not in values:
        values.setdefault(Field.FULL, values.pop(Field.FIRST))
    elif Field.LAST in values:
        values.pop(Field.FULL, None)
