"""SENCE's FechaHora beside our own clock (protocol.md, "Tolerance on receipt")."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from attendance.sence.incoming import Incoming
from attendance.sence.wire import DATE_TIME_FORMAT, Field
from otec_portal.core.zones import SANTIAGO

TOLERANCE = timedelta(minutes=5)
_ZONES = {
    "america/punta_arenas": ZoneInfo("America/Punta_Arenas"),
    "magallanes standard time": ZoneInfo("America/Punta_Arenas"),
    "pacific/easter": ZoneInfo("Pacific/Easter"),
    "easter island standard time": ZoneInfo("Pacific/Easter"),
}


class Doubt(StrEnum):
    """What is odd about a stated time; each is a flag of the same value."""

    MISSING = "time_missing"
    MALFORMED = "time_malformed"
    OFF = "time_off"
    BEFORE_START = "time_before_start"
    BEFORE_FORM = "time_before_form"
    ZONE_MISSING = "zone_missing"


@dataclass(frozen=True)
class Reading:
    """The moment to go by, whether SENCE's clock told it, and what is odd about it."""

    at: datetime
    by_sence: bool
    doubts: tuple[Doubt, ...]


def read_time(
    incoming: Incoming,
    *,
    received_at: datetime,
    after: datetime | None = None,
    too_early: Doubt = Doubt.BEFORE_START,
) -> Reading:
    """Take the time from FechaHora where it is plausible, else from our clock.

    Plausible: within 5 minutes of the receipt, and later than `after` (the start of
    the session, for a close), else `too_early`.
    """
    doubts = [] if incoming.has(Field.TIME_ZONE) else [Doubt.ZONE_MISSING]
    stated, doubt = stated_time(incoming, received_at)
    if stated is not None and after is not None and stated <= after:
        doubt = too_early
    elif stated is not None and abs(stated - received_at) > TOLERANCE:
        doubt = Doubt.OFF
    if doubt is None and stated is not None:
        return Reading(stated, by_sence=True, doubts=tuple(doubts))
    at = received_at if after is None else max(received_at, after)
    doubts += [doubt] if doubt else []
    return Reading(at, by_sence=False, doubts=tuple(doubts))


def stated_time(
    incoming: Incoming, received_at: datetime
) -> tuple[datetime | None, Doubt | None]:
    """Return what FechaHora says, plausible or not; or why it says nothing."""
    text = incoming.get(Field.DATE_TIME)
    if not text:
        return None, Doubt.MISSING
    try:
        naive = datetime.strptime(text, DATE_TIME_FORMAT)  # noqa: DTZ007 - zone next
        zone = _ZONES.get(incoming.get(Field.TIME_ZONE).lower(), SANTIAGO)
        # the hour that happens twice in April: the one nearer to the receipt;
        # in UTC, as sums over the change of hour go wrong on the clock's face
        both = [
            naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        ]
        return min(both, key=lambda one: abs(one - received_at)), None
    except (ValueError, OverflowError):
        return None, Doubt.MALFORMED
