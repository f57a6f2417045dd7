"""One receipt on its way to a decision."""

from dataclasses import dataclass, field
from datetime import datetime

from attendance.models import Flag, Receipt, SenceSession
from attendance.sence.incoming import Incoming


@dataclass
class Case:
    """A receipt with what it says and the session it speaks of; `flags` grow."""

    receipt: Receipt
    incoming: Incoming
    session: SenceSession
    codes: tuple[str, ...]
    flags: list[Flag] = field(default_factory=list)

    @property
    def closing(self) -> bool:
        """Whether it speaks of the close."""
        return self.receipt.closing

    @property
    def failed(self) -> bool:
        """An error is one by its address, or by a GlosaError on the success address."""
        return not self.receipt.on_success_address or bool(self.codes)

    @property
    def at(self) -> datetime:
        """When it was received: limits go by this clock."""
        return self.receipt.received_at
