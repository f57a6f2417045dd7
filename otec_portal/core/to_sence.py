"""Who may write to SENCE: nobody, but for an action in production, by a deliberate act.

SENCE's own environment of tests has no mailboxes: whatever reaches one is real.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from otec_portal.core.errors import DomainError
from otec_portal.core.models import User
from otec_portal.core.regions import REGIONS

_DOMAIN: Final = re.compile(r"[@.]sence\.cl\.?$", re.IGNORECASE)
_MAILBOXES: Final = frozenset(
    address.lower()
    for region in REGIONS.values()
    for address in (region.mailbox, region.rectification)
)


class NotForSence(DomainError):
    """A mail to SENCE that nobody may send."""

    code = "not_for_sence"


@dataclass(frozen=True, kw_only=True)
class Release:
    """Who pressed the button, and whether the action is in production by then.

    `action` is its public id: who sends the mail again asks anew (`release_anew`).
    """

    by: User
    in_production: bool
    action: UUID


class _Offered:
    """How to ask for an action's environment: its room offers it (AppConfig.ready)."""

    def __init__(self) -> None:
        self._ask: Callable[[UUID], bool] | None = None

    def offer(self, ask: Callable[[UUID], bool]) -> None:
        """`ask` says of a public id whether that action is in production, and sees to
        it that it stays so until the transaction ends."""
        self._ask = ask

    def holds_for(self, action: UUID) -> bool:
        """Say whether `action` is in production. Raises LookupError unless offered."""
        if self._ask is None:
            raise LookupError
        return self._ask(action)


IN_PRODUCTION: Final = _Offered()


def release_anew(action: UUID | None, *, by: User) -> Release | None:
    """Return the release of a mail that `by` sends again for `action`, as it is now.

    None where nobody knows for which action it left. Call it in a transaction.
    """
    if action is None:
        return None
    return Release(by=by, action=action, in_production=IN_PRODUCTION.holds_for(action))


def is_sence(address: str) -> bool:
    """Say whether `address` is SENCE's: of sence.cl, below it, or a region's mailbox.

    >>> is_sence("Ana <liq_maule@SENCE.cl>"), is_sence("ana@no-sence.cl")
    (True, False)
    """
    bare = address.strip().rstrip(">").strip()
    return bool(_DOMAIN.search(bare)) or bare.lower() in _MAILBOXES


def reaches(address: str, release: Release | None = None) -> bool:
    """Say whether mail may leave for `address`; none does for an empty one."""
    released = release is not None and release.in_production
    return bool(address) and (released or not is_sence(address))


def check(address: str, release: Release | None) -> None:
    """Raise NotForSence where `address` is SENCE's and nobody let the mail go there."""
    if address and not reaches(address, release):
        raise NotForSence(
            "A las direcciones de SENCE solo se escribe por una acción en producción y "
            "cuando una persona lo pide.",
        )
