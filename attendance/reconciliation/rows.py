"""What SENCE's exports say, row by row. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class ExportKind(StrEnum):
    """Which of SENCE's tables a file holds."""

    DETAIL = "detail"
    PERCENTAGES = "percentages"
    DECLARATIONS = "declarations"


@dataclass(frozen=True)
class DetailRow:
    """One mark of one person, by the clock on SENCE's wall (America/Santiago).

    `run` is "" where the file has no such column: it is then of one person alone.
    """

    number: int  # in the file
    run: str
    name: str
    starts: datetime  # naive
    ends: datetime | None  # naive; None where SENCE shows no end

    @property
    def canonical(self) -> tuple[str, ...]:
        """What it says, without where it stands."""
        ends = self.ends.isoformat() if self.ends else ""
        return (self.run, self.starts.isoformat(), ends)


@dataclass(frozen=True)
class PercentageRow:
    """What SENCE makes of one person's attendance."""

    number: int
    run: str
    name: str
    per_cent: int

    @property
    def canonical(self) -> tuple[str, ...]:
        """What it says, without where it stands."""
        return (self.run, str(self.per_cent))


@dataclass(frozen=True)
class DeclarationRow:
    """A person's number of sessions, and how the sworn statement stands, as typed."""

    number: int
    run: str
    name: str
    sessions: int
    state: str

    @property
    def canonical(self) -> tuple[str, ...]:
        """What it says, without where it stands."""
        return (self.run, str(self.sessions), self.state)


Row = DetailRow | PercentageRow | DeclarationRow


@dataclass(frozen=True)
class LineProblem:
    """Why one line of a file can't be compared, in Spanish."""

    number: int
    message: str
    run: str = ""  # whose line it is; "" where that can't be read


WITHOUT_RUN: Final = (
    "El archivo no dice de quién son las marcas: elige al participante."
)


@dataclass(frozen=True)
class Export:
    """What a file says, not yet compared with anything."""

    kind: ExportKind
    sheet: str  # "" for a CSV or a page
    headings: list[tuple[str, str]]  # as the file has it, and what it is taken for
    unused: list[str]
    rows: list[Row]
    problems: list[LineProblem]
    has_runs: bool
    silent: frozenset[str] = frozenset()  # who has a line in a detail, and no mark
    as_fractions: bool = False  # whether percentages came as fractions of 1
