"""Chile's own time: what SENCE states, what a day is, and what a person reads."""

from typing import Final
from zoneinfo import ZoneInfo

SANTIAGO: Final = ZoneInfo("America/Santiago")
