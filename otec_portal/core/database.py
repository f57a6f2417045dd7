"""What it looks like where the database can't be used, and what to do about it."""

import time
from collections.abc import Callable
from typing import Final

from django.db import InterfaceError, InternalError, OperationalError, connection

# nothing is said about the request by any of them, so it may be tried again (A26);
# InternalError: a server that takes no writes, as a standby before it takes over
DATABASE_AWAY: Final = (OperationalError, InterfaceError, InternalError)
BACK_IN: Final = 60  # seconds in which a restarted server is back
PAUSE: Final = 1  # second


def stubbornly(write: Callable[[], None]) -> None:
    """Call `write`, again while the database is away, for BACK_IN seconds.

    For what nobody else knows. Raises one of DATABASE_AWAY afterwards, and at once
    within a transaction, which is lost then.
    """
    until = time.monotonic() + BACK_IN
    while True:
        try:
            write()
        except DATABASE_AWAY:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
        else:
            return
        connection.close()
        time.sleep(PAUSE)
