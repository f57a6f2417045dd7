"""One receipt on its way to a decision."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from attendance.models import Flag, Receipt, SenceSession
from attendance.sence.errors import all_known, without_secrets
from attendance.sence.incoming import Incoming, parse
from attendance.services.secrets import secrets_of


@dataclass(kw_only=True)
class Case:
    """A receipt and the session it speaks of; `flags` grow.

    Two moments, which may lie days apart: rules go by `received_at`, the clock of the
    receipt; what is written about the decision says `at`, when it was made.
    """

    receipt: Receipt
    session: SenceSession
    at: datetime
    flags: list[Flag] = field(default_factory=list)

    @property
    def received_at(self) -> datetime:
        """When it was received: limits go by this clock."""
        return self.receipt.received_at

    @cached_property
    def incoming(self) -> Incoming:
        """What it says, read from what was kept: decided at once or later, the same."""
        return parse(bytes(self.receipt.body), self.receipt.content_type)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The error codes that it brings, none of which tells of a secret."""
        codes = self.incoming.codes
        return codes if all_known(codes) else without_secrets(codes, self.secrets)

    @cached_property
    def secrets(self) -> list[str]:
        """The session's nonce, and the tokens that left in it."""
        return [self.session.nonce, *secrets_of(self.session)]

    @property
    def closing(self) -> bool:
        """Whether it speaks of the close."""
        return self.receipt.closing

    @property
    def failed(self) -> bool:
        """An error is one by its address, or by a GlosaError on the success address."""
        return self.receipt.is_error(self.codes)
