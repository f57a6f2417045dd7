"""Rows for tests, by room: valid by default, moved along their life by traits."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 6, 15, 15, 0, 0, tzinfo=UTC)  # 11:00:00 in Santiago
TICK = timedelta(microseconds=1)  # the least by which a limit can be passed
SESSION_MAX = timedelta(hours=3)
SECRET = "5e7ec0de-1111-4222-8333-abcdefabcdef"
PASSWORD = "una-clave-de-prueba-9"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def twice(factory: Any, *names: str, **more: Any) -> None:
    """Make a row, then another with the same values of `names`."""
    first = factory(**more)
    factory(**{**more, **{name: getattr(first, name) for name in names}})
