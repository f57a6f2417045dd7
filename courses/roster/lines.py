"""The lines of a roster: one participant each, as the file has them."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from courses.roster.columns import Field, Layout
from otec_portal.core import rut
from otec_portal.core.folding import fold
from otec_portal.core.tabular.tables import clean

MAX_ROWS: Final = 5_000  # participants in one file
MOST_ROWS: Final = f"{MAX_ROWS:,}".replace(",", ".")  # as it is read
MISSING_DIGIT: Final = "-?"  # stands after a RUN that came without its digit
WITHOUT_DIGIT: Final = {7, 8}  # figures of a RUN before its hyphen
_BARE: Final = re.compile(r"\d+k?", re.IGNORECASE)
_ROUNDED: Final = re.compile(r"^\d+([.,]\d+)?e\+?\d+$", re.IGNORECASE)
_YES: Final = {
    *("si", "s", "x", "1", "yes", "true", "verdadero"),
    *("exento", "exenta", "becario", "becaria"),
}
_NO: Final = {"no", "n", "0", "false", "falso", "-", "ninguno"}


@dataclass(frozen=True)
class Line:
    """One line; `number` is its row in the file.

    `full` is a whole name from one cell, "" where the parts came apart. `email` and
    `exempt` are None where the file has no such column. `run` is in its stored form
    where it is one, and as it came where it isn't. `errors` is what is wrong with its
    own values, by field; None where nobody has looked.
    """

    number: int
    run: str
    first_names: str
    last_names: str
    full: str = ""
    email: str | None = None
    exempt: str | None = None
    corrected: bool = False
    errors: dict[str, str] | None = None

    @property
    def is_exempt(self) -> bool | None:
        """Whether the cell says so; None where it says neither yes nor no."""
        said = fold(self.exempt or "")
        if said in _YES:
            return True
        return False if not said or said in _NO else None

    @property
    def lacks_digit(self) -> bool:
        """Whether the RUN came without its check digit."""
        return self.run.endswith(MISSING_DIGIT)

    @property
    def is_rounded(self) -> bool:
        """Whether a spreadsheet cut the RUN short: 1,23457E+08."""
        return bool(_ROUNDED.match(self.run))

    def as_json(self) -> dict[str, Any]:
        """Return it as RosterUpload.lines keeps it."""
        return asdict(self)


def from_json(stored: dict[str, Any]) -> Line:
    """Return the line that `as_json` wrote."""
    return Line(**stored)


def lines_of(rows: list[list[str]], layout: Layout) -> list[Line]:
    """Return what stands below the headings; rows that say nothing are left out."""
    below = rows[layout.row :]
    digitless = Field.DIGIT not in layout.columns and (
        layout.runs_lack_digits
        or _without_digits([_cell(row, Field.RUN, layout) for row in below])
    )
    lines = (
        _line(row, number, layout, digitless=digitless)
        for number, row in enumerate(below, start=layout.row + 1)
    )
    return [line for line in lines if line is not None]


def _without_digits(runs: list[str]) -> bool:
    """Say whether a column of RUNs seems to have been written without check digits.

    One number in eleven passes for a RUN with its digit, and is somebody else's. So it
    seems where no fewer bare numbers fail than pass [choice].
    """
    bare = [one for one in map(_bare, runs) if _BARE.fullmatch(one)]
    passed = sum(rut.is_valid(one) for one in bare)
    return bool(bare) and passed <= len(bare) - passed


def _cell(row: list[str], meaning: Field, layout: Layout) -> str:
    column = layout.columns.get(meaning)
    return clean(row[column]) if column is not None and column < len(row) else ""


def _line(
    row: list[str], number: int, layout: Layout, *, digitless: bool
) -> Line | None:
    def cell(meaning: Field) -> str:
        return _cell(row, meaning, layout)

    if not any(cell(meaning) for meaning in layout.columns.keys() - {Field.EXEMPT}):
        return None
    return Line(
        number=number,
        run=_run(cell(Field.RUN), cell(Field.DIGIT), digitless=digitless),
        first_names=_joined(cell(Field.FIRST), cell(Field.SECOND)),
        last_names=_joined(cell(Field.LAST), cell(Field.MATERNAL)),
        full=cell(Field.FULL),
        email=read_email(cell(Field.EMAIL)) if Field.EMAIL in layout.columns else None,
        exempt=cell(Field.EXEMPT) if Field.EXEMPT in layout.columns else None,
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _run(typed: str, digit: str, *, digitless: bool) -> str:
    bare = _bare(typed)
    if digitless and bare.isdigit() and len(bare) in WITHOUT_DIGIT:
        return f"{bare}{MISSING_DIGIT}"
    return read_run(typed, digit=digit)


def _bare(typed: str) -> str:
    return rut.bare(typed).strip("-").lstrip("0")


def read_run(typed: str, *, digit: str = "") -> str:
    """Return a RUN, however typed, in its stored form; what is none, as it came.

    `digit` is the check digit where it has a column of its own.
    """
    bare = _bare(typed)
    digit = digit.strip(" -.").lower()
    whole = f"{bare}-{digit}" if digit and bare.isdigit() else bare
    for candidate in (whole, bare):
        if rut.is_valid(candidate) and (
            not digit or rut.normalise(candidate).endswith(digit)
        ):
            return rut.normalise(candidate)
    return f"{typed}-{digit}" if digit and "-" not in typed else typed


def read_email(typed: str) -> str:
    """Return an address without what address books put around it."""
    inner = re.search(r"<([^<>]+)>", typed)
    text = inner.group(1) if inner else typed
    return re.sub(r"^mailto:", "", text.strip(" ;,.'\""), flags=re.IGNORECASE)


def corrected(line: Line, **values: Any) -> Line:
    """Return `line` with what a person typed in its place."""
    return replace(line, **values, full="", corrected=True, errors=None)
