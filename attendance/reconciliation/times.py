"""Dates, times and numbers as SENCE's tables and spreadsheets write them. Pure.

What can't be read is None, never a guess.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from attendance.credit import HUNDRED
from attendance.plausible import is_plausible
from otec_portal.core.zones import SANTIAGO

_DATES: Final = (
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
)
_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_BEGINNINGS: Final = {1899, 1900, 1904}  # of the calendars of spreadsheets
_NOON: Final = 12
# [choice]: over midnight a session may last long, but not from one morning to the next
LONGEST: Final = timedelta(hours=12)
_NUMBER: Final = re.compile(r"(?P<whole>\d{1,6})(?:[.,](?P<part>\d+))?\s*%?")
EMPTY: Final = {"", "-", "--", "—", "–", "s/i", "n/a"}


def read_date(cell: str) -> date | None:
    """Return the day that `cell` begins with: 15-11-2016, 2016-11-15 00:00:00.

    Day before month, as in Chile. None where attendance can't be of that day.
    """
    day = _day(cell)
    return day if day and is_plausible(day) else None


def _day(cell: str) -> date | None:
    for form in _DATES:
        if found := form.match(cell.strip()):
            try:
                return date(*(int(found[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None


def read_time(cell: str) -> time | None:
    """Return the time that `cell` is, or ends with after a date; fractions cut off.

    The date is a plausible one, or the day with which a spreadsheet begins to count: so
    it writes a time of no day.
    """
    text = cell.strip().replace("T", " ")
    if (day := _day(text)) is not None:
        if not is_plausible(day) and day.year not in _BEGINNINGS:
            return None
        text = text.partition(" ")[2].strip()
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"].lower().startswith("p") else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None


def end_after(starts: datetime, end: time) -> datetime | None:
    """Return when a mark ended; an end before its start is of the next day.

    None where the mark would then last longer than LONGEST: the hours are wrong.
    """
    ends = datetime.combine(starts.date(), end)
    if ends >= starts:
        return ends
    ends += timedelta(days=1)
    return ends if ends - starts <= LONGEST else None


def instants(wall: datetime) -> tuple[int, ...]:
    """Return when the clocks of Santiago show `wall`, in seconds since the epoch.

    Twice on the night in April on which an hour is repeated; never in the hour that
    is left out in September.
    """
    seen = {
        int(wall.replace(tzinfo=SANTIAGO, fold=fold).timestamp()) for fold in (0, 1)
    }
    return tuple(
        one
        for one in sorted(seen)
        if datetime.fromtimestamp(one, SANTIAGO).replace(tzinfo=None, fold=0) == wall
    )


def read_count(cell: str) -> int | None:
    """Return a whole number that isn't negative."""
    found = _NUMBER.fullmatch(cell.strip())
    if found is None or "%" in cell or (found["part"] or "").strip("0"):
        return None
    return int(found["whole"])


def are_fractions(cells: Iterable[str]) -> bool:
    """Say whether a spreadsheet's column of percentages holds fractions of 1.

    So it keeps cells that it shows as 29 %: as 0.29, and 100 % as 1. Told by a number
    between 0 and 1: without one, 1 is one per cent.
    """
    found = [_NUMBER.fullmatch(cell.strip()) for cell in cells if "%" not in cell]
    numbers = [
        (int(one["whole"]), (one["part"] or "").strip("0")) for one in found if one
    ]
    return any(whole == 0 and part for whole, part in numbers) and all(
        whole == 0 or (whole == 1 and not part) for whole, part in numbers
    )


def read_per_cent(cell: str, *, as_fraction: bool = False) -> int | None:
    """Return a percentage in whole per cent, rounded down: 29 %, 29,5.

    None above 100 %. `as_fraction`: what has no sign is a fraction of 1.
    """
    found = _NUMBER.fullmatch(cell.strip())
    if found is None:
        return None
    whole, part = int(found["whole"]), found["part"] or ""
    if as_fraction and "%" not in cell:
        whole, part = whole * HUNDRED + int(part.ljust(2, "0")[:2]), part[2:]
    return whole if whole + bool(part.strip("0")) <= HUNDRED else None
