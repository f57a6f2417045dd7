"""One receipt on its way to a decision."""

from dataclasses import dataclass, field
from datetime import datetime

from attendance.models import Flag, Receipt, SenceSession
from attendance.sence.incoming import Incoming


@dataclass(kw_only=True)
class Case:
    """A receipt with what it says and the session it speaks of; `flags` grow.

    Two moments, which may lie days apart: rules go by `received_at`, the clock of the
    receipt; what is written about the decision says `at`, when it was made.
    """

    receipt: Receipt
    incoming: Incoming
    session: SenceSession
    at: datetime
    flags: list[Flag] = field(default_factory=list)

    @property
    def received_at(self) -> datetime:
        """When it was received: limits go by this clock."""
        return self.receipt.received_at

    @property
    def codes(self) -> tuple[str, ...]:
        """The error codes that it brings."""
        return self.incoming.codes

    @property
    def closing(self) -> bool:
        """Whether it speaks of the close."""
        return self.receipt.closing

    @property
    def failed(self) -> bool:
        """An error is one by its address, or by a GlosaError on the success address."""
        return self.receipt.is_error(self.codes)
