"""What a certificate certifies, frozen: names, dates, percentages of that moment.

Everything that is printed comes from here, so that the PDF can be made again byte for
byte after names, percentages and templates have changed (domain.md).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

TEMPLATE: Final = "1"  # the version of the design in which new ones are printed


@dataclass(frozen=True)
class Named:
    """Somebody or something with a RUT ("76543210-3")."""

    name: str
    rut: str


@dataclass(frozen=True)
class Certified:
    """A participant and their percentage (whole); `adjusted`: adjustments are in it."""

    run: str
    name: str
    per_cent: int
    adjusted: bool = False  # so in snapshots that were kept before it was told


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a certificate says of its action: all that is known before it is emitted.

    Dates of America/Santiago.
    """

    programme: str
    activity: str
    training_body: Named
    company: Named | None
    intermediary: Named | None
    course: str
    sence_code: str
    action_code: str
    hours: str  # "8" or "7.5"
    starts_on: date
    ends_on: date
    real_starts_on: date | None
    real_ends_on: date | None
    billing_reference: str
    justification: str
    signatory: Named
    participants: Sequence[Certified]

    @property
    def adjusted(self) -> bool:
        """Whether adjustments are in anybody's percentage."""
        return any(one.adjusted for one in self.participants)

    @property
    def told(self) -> dict[str, Any]:
        """All that it says, by name. That somebody was not adjusted goes without
        saying: snapshots without adjustments are what they were before there was the
        word, byte for byte.
        """
        told = asdict(self)
        for one in told["participants"]:
            if not one["adjusted"]:
                del one["adjusted"]
        return told


@dataclass(frozen=True, kw_only=True)
class Snapshot(Content):
    """The whole of one certificate: `issued_at` in UTC."""

    number: str  # "12-2026"
    code: str  # of verification
    address: str  # where it is verified
    replaces: str  # the number of the certificate that it replaces, or ""
    issued_on: date
    issued_at: datetime
    emitter: Named
    template: str = TEMPLATE

    @property
    def text(self) -> str:
        """The snapshot as it is kept."""
        return as_text(self.told)


def as_text(told: dict[str, Any]) -> str:
    """Return `told` as JSON with sorted keys, the same for the same."""
    return json.dumps(
        told, ensure_ascii=False, sort_keys=True, indent=1, default=_written
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a kept snapshot, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> Snapshot:
    """Return the snapshot that was kept as `text`."""
    told: dict[str, Any] = json.loads(text)
    for key in ("training_body", "company", "intermediary", "signatory", "emitter"):
        told[key] = Named(**told[key]) if told[key] else None
    for key in ("issued_on", "starts_on", "ends_on", "real_starts_on", "real_ends_on"):
        told[key] = date.fromisoformat(told[key]) if told[key] else None
    told["issued_at"] = datetime.fromisoformat(told["issued_at"])
    told["participants"] = [Certified(**one) for one in told["participants"]]
    return Snapshot(**told)


def _written(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(value)
