"""Which days attendance can be of: one range for files, forms and addresses. Pure.

[choice]: what lies outside is a slip of the keyboard or a broken cell, and at the ends
of the calendar there is no day before or after.
"""

from datetime import date
from typing import Final

YEARS: Final = range(2000, 2100)
IN_WORDS: Final = f"entre {YEARS[0]} y {YEARS[-1]}"


def is_plausible(day: date) -> bool:
    """Say whether attendance can be of `day`, a date in America/Santiago."""
    return day.year in YEARS
