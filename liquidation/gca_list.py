"""Reading the participants' list of SENCE's system (GCA) as people copy it.

RUT, Nombre, N° sesiones, Estado DJ, with or without their headings, in any order when
they have them; cells apart by tabs, semicolons, bars or commas. No database.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from liquidation.models import DeclarationState
from otec_portal.core import rut
from otec_portal.core.errors import DomainError
from otec_portal.core.folding import fold

MAX_BYTES: Final = 1_000_000
MAX_LINES: Final = 5_000
_HEADINGS_WITHIN: Final = 10  # lines
_SEPARATORS: Final = "\t;|,"
_USUAL: Final = {"run": 0, "name": 1, "sessions": 2, "state": 3}
_WORDS: Final = {
    "emitid": DeclarationState.ISSUED,
    "pendiente de emi": DeclarationState.PENDING,
    "pendiente de validacion": DeclarationState.IN_VALIDATION,
    "aprobad": DeclarationState.REISSUE_APPROVED,
    "rechazad": DeclarationState.REJECTED,
    "anulad": DeclarationState.ANNULLED,
}


class ListUnreadable(DomainError):
    """Nothing can be read from this at all; the message says what to do."""

    code = "list_unreadable"


@dataclass(frozen=True)
class GcaRow:
    """One line of the list, as it was written; `number` counts from 1."""

    number: int
    run: str
    name: str
    sessions: str
    state: str


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, or else Latin-1 as Windows writes it.

    Raises ListUnreadable: too_big, not_text.
    """
    if len(data) > MAX_BYTES:
        raise ListUnreadable("La lista pesa más de 1 MB.", code="too_big")
    if b"\x00" in data or data.startswith(b"PK"):
        raise ListUnreadable(
            "El archivo no es texto. Ábrelo, copia la lista y pégala aquí.",
            code="not_text",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str) -> list[GcaRow]:
    """Return the lines of the list. Raises ListUnreadable: empty, too_long, columns."""
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip(f" {_SEPARATORS}")
    ]
    if not lines:
        raise ListUnreadable("Pega la lista, o elige su archivo.", code="empty")
    if len(lines) > MAX_LINES + _HEADINGS_WITHIN:
        raise ListUnreadable(
            f"La lista tiene más de {MAX_LINES:,} líneas.".replace(",", "."),
            code="too_long",
        )
    for index, (_, line) in enumerate(lines[:_HEADINGS_WITHIN]):
        if columns := _columns(_cells(line)):
            return [_row(number, line, columns) for number, line in lines[index + 1 :]]
        if len(_cells(line)) >= len(_USUAL) and rut.is_valid(_cells(line)[0]):
            return [_row(number, line, _USUAL) for number, line in lines[index:]]
    raise ListUnreadable(
        "No se reconocen las columnas. Copia la lista con sus títulos: RUT, Nombre, "
        "N° sesiones, Estado DJ.",
        code="columns",
    )


def read_run(text: str) -> str | None:
    """Return a RUN in its stored form, or None."""
    try:
        return rut.normalise(text)
    except ValueError:
        return None


def read_state(text: str) -> DeclarationState | None:
    """Return the state that these words mean, or None.

    >>> read_state("Declaración Jurada Aprobado para su Re-emisión").value
    'reissue_approved'
    """
    words = fold(text).removeprefix("dj ").removeprefix("declaracion jurada ")
    if words == "pendiente":
        return DeclarationState.PENDING
    for begin, state in _WORDS.items():
        if words.startswith(begin):
            return state
    return None


def _cells(line: str) -> list[str]:
    separator = next((one for one in _SEPARATORS if one in line), "\t")
    cells: list[str] = next(csv.reader([line], delimiter=separator), [])
    return [" ".join(cell.split()) for cell in cells]


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return where RUN, name, sessions and state stand, {} if this is no heading."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        words = set(fold(cell).replace(".", " ").split())
        for name, known in (
            ("run", {"rut", "run"}),
            ("sessions", {"sesiones", "sesion"}),
            ("state", {"estado", "dj"}),
            ("name", {"nombre", "nombres"}),
        ):
            if words & known:
                found.setdefault(name, index)
                break
    return found if {"run", "state"} <= found.keys() else {}


def _row(number: int, line: str, columns: dict[str, int]) -> GcaRow:
    cells = _cells(line)

    def cell(name: str) -> str:
        index = columns.get(name)
        return cells[index] if index is not None and index < len(cells) else ""

    return GcaRow(number, cell("run"), cell("name"), cell("sessions"), cell("state"))
