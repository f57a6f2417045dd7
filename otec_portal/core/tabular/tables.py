"""Rows of text, whatever file they came from."""

import re
from dataclasses import dataclass
from typing import Final

_UNWANTED: Final = re.compile(
    # besides what is never seen, what turns the rest of a line round
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Limits:
    """How much of a file is let through; what has more is refused."""

    size: int = 5 * 1024 * 1024  # bytes
    height: int = 20_000  # rows of a sheet, the empty ones too
    width: int = 60  # columns
    cell: int = 300  # characters; no name and no address has more
    characters: int = 4_000_000  # of a whole file

    @property
    def megabytes(self) -> int:
        """The size in the unit of the messages."""
        return self.size // (1024 * 1024)


USUAL: Final = Limits()


@dataclass(frozen=True)
class Table:
    """A sheet, or a CSV: `rows` begin with its first row.

    `broken_line` is the line of a CSV from which a quote swallows what follows: `rows`
    end before it. 0 where none does.
    """

    name: str
    rows: list[list[str]]
    broken_line: int = 0


def clean(cell: str) -> str:
    """Return a cell without what can't be seen, its spaces single."""
    return " ".join(_UNWANTED.sub("", cell).split())


def clean_lines(text: str) -> str:
    """Return a text of several lines, each of them clean."""
    return "\n".join(map(clean, text.split("\n"))).strip()


def letter(column: int) -> str:
    """Return the name of a column as spreadsheets have it; the first is 0.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
