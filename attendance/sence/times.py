"""SENCE's FechaHora beside our own clock (protocol.md, "Tolerance on receipt")."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from attendance.models import Clock, Flag
from attendance.sence.incoming import Incoming
from attendance.sence.wire import DATE_TIME_FORMAT, Field

TOLERANCE = timedelta(minutes=5)
SANTIAGO = ZoneInfo("America/Santiago")
_ZONES = {
    "america/punta_arenas": ZoneInfo("America/Punta_Arenas"),
    "magallanes standard time": ZoneInfo("America/Punta_Arenas"),
    "pacific/easter": ZoneInfo("Pacific/Easter"),
    "easter island standard time": ZoneInfo("Pacific/Easter"),
}


@dataclass(frozen=True)
class Mark:
    """The moment of a mark, whose clock it is of, and what is to be flagged."""

    at: datetime
    clock: Clock
    flags: tuple[Flag, ...]


def read_mark(
    incoming: Incoming, *, received_at: datetime, after: datetime | None = None
) -> Mark:
    """Take a mark's time from FechaHora where it is plausible, else from our clock.

    Plausible: within 5 minutes of the receipt, and later than `after` (the start of
    the session, for a close).
    """
    flags = [] if incoming.has(Field.TIME_ZONE) else [Flag.ZONE_MISSING]
    stated, doubt = _stated_time(incoming, received_at)
    if stated is not None and after is not None and stated <= after:
        doubt = Flag.TIME_BEFORE_START
    elif stated is not None and abs(stated - received_at) > TOLERANCE:
        doubt = Flag.TIME_OFF
    if doubt is None and stated is not None:
        return Mark(stated, Clock.SENCE, tuple(flags))
    at = received_at if after is None else max(received_at, after)
    return Mark(at, Clock.PORTAL, (*flags, *([doubt] if doubt else [])))


def _stated_time(
    incoming: Incoming, received_at: datetime
) -> tuple[datetime | None, Flag | None]:
    text = incoming.get(Field.DATE_TIME)
    if not text:
        return None, Flag.TIME_MISSING
    try:
        naive = datetime.strptime(text, DATE_TIME_FORMAT)  # noqa: DTZ007
        zone = _ZONES.get(incoming.get(Field.TIME_ZONE).lower(), SANTIAGO)
        # the hour that happens twice in April: the one nearer to the receipt;
        # in UTC, as sums over the change of hour go wrong on the clock's face
        both = [
            naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        ]
        return min(both, key=lambda one: abs(one - received_at)), None
    except (ValueError, OverflowError):
        return None, Flag.TIME_MALFORMED
