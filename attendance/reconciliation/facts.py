"""What a comparison tells of sessions and of SENCE's marks. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Content = tuple[str, datetime, datetime | None]  # RUN, start, end


@dataclass(frozen=True)
class Shown:
    """A mark as one side has it."""

    starts_at: datetime
    ends_at: datetime | None
    public_id: UUID | None


@dataclass(frozen=True)
class SessionFacts:
    """What a difference tells of a session."""

    pk: int
    public_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    running: bool  # by the clock
    run: str
    code: str
    real: bool

    @property
    def shown(self) -> Shown:
        """It as a line of the comparison has it."""
        return Shown(self.opened_at, self.closed_at, self.public_id)


@dataclass(frozen=True)
class MarkFacts:
    """What a difference tells of a mark of SENCE's; one of a file has a pk below 0.

    `first_at`: when the first file with it was taken in; `gone_at`: when the whole list
    since which SENCE no longer has it.
    """

    pk: int
    public_id: UUID | None
    starts_at: datetime
    ends_at: datetime | None
    run: str
    name: str
    first_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def shown(self) -> Shown:
        """It as a line of the comparison has it."""
        return Shown(self.starts_at, self.ends_at, self.public_id)

    @property
    def content(self) -> Content:
        """What makes it the same mark in another file."""
        return (self.run, self.starts_at, self.ends_at)
