"""What a database looks like that can't be used, and how long one waits for it."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.db import InterfaceError, InternalError, OperationalError, connection

# nothing is said about the request by any of them, so it may be tried again (A26);
# InternalError: a server that takes no writes, as a standby before it takes over
DATABASE_AWAY: Final = (OperationalError, InterfaceError, InternalError)

# to connect, and until the loss of an open connection's other end is noticed
_REACHED_WITHIN: Final = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 5,  # seconds, as the two below
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# compiling a statement costs more than any page's statement takes (docs/bench.md)
_ALWAYS: Final = "-c jit=off"
# a browser waits for whatever the web asks; its longest statement takes a tenth
_FOR_THE_WEB: Final = "-c lock_timeout=5s -c statement_timeout=20s"

BACK_IN: Final = 60  # seconds in which a restarted server is back
PAUSE: Final = 1  # second


def patience() -> dict[str, Any]:
    """Return the options of every connection to PostgreSQL.

    A server that is there and says nothing counts as away, soon. Statements are not
    limited: migrations and the worker take the time they need (a task has its own).
    """
    return {**_REACHED_WITHIN, "options": _ALWAYS}


def answer_in_time(databases: dict[str, dict[str, Any]]) -> None:
    """Limit the statements of a process that serves the web, before it connects.

    `databases` is settings.DATABASES. What waits longer, for a lock or for its rows,
    ends in OperationalError: 503, to be tried again (A26).
    """
    for database in databases.values():
        options = database.get("OPTIONS", {})
        if "postgresql" in database["ENGINE"]:
            # first, so that what DATABASE_URL asks for has the last word
            options["options"] = f"{_FOR_THE_WEB} {options.get('options', '')}".strip()


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
