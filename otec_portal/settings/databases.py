"""The database, and what every connection to it is set up with."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from otec_portal.core.database import patience
from otec_portal.settings.environment import Environment

# recursive triggers: REPLACE must not get round append_only.py
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA recursive_triggers=ON;"
)


def databases(env: Environment, folder: Path) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES; without DATABASE_URL a file of SQLite in `folder`.

    Services own their transactions: no ATOMIC_REQUESTS.
    """
    embedded = f"sqlite:///{quote(str(folder / 'portal.sqlite3'))}"
    found: dict[str, Any] = env.db("DATABASE_URL", default=embedded)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        }
    else:
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
        found["OPTIONS"] = {**patience(), **found.get("OPTIONS", {})}
    return {"default": found}
