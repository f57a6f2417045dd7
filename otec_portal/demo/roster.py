"""A roster to try the import with: who is there, who is new, and what is wrong."""

import csv
from io import StringIO
from typing import Final

from otec_portal.core.rut import display, with_check_digit
from otec_portal.demo import cast

ACTION_CODE: Final = cast.ACTIONS[0].action_code
FILE: Final = "nomina-de-ejemplo.csv"
HEADINGS: Final = ("Rut Participante", "Nombres", "Apellidos", "E-mail", "Becario")
NEW: Final = (
    cast.Person(48_000_021, "Hortensia Irene", "Ñanculeo Vergara"),
    cast.Person(48_000_022, "Isaías Belarmino", "Quintrel Muñoz", exempt=True),
)


def example() -> bytes:
    """Return the file as Excel writes it in Chile: semicolons, and a mark up front.

    Against the demo's first action: two new people, one whose surname changed, two
    equal, one wrong RUN, and two of the roster who don't come.
    """
    there = cast.ACTIONS[0].people
    text = StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(HEADINGS)
    rows.writerows(_row(person) for person in (*there[:2], *NEW))
    rut, names, _, *rest = _row(there[2])
    rows.writerow((rut, names, "Matamala Ibáñez de Rojas", *rest))
    rows.writerow((_mistyped(48_000_023), "Jacinta", "Llancao Pino", "", "No"))
    return text.getvalue().encode("utf-8-sig")


def _row(person: cast.Person) -> tuple[str, str, str, str, str]:
    return (
        display(person.run),
        person.first_names,
        person.last_names,
        f"participante{person.number}@correo.example",
        "Sí" if person.exempt else "No",
    )


def _mistyped(number: int) -> str:
    digit = with_check_digit(number)[-1]
    return f"{number}-{'1' if digit != '1' else '2'}"
