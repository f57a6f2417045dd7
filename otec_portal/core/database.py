"""What it looks like where the database can't be used."""

from typing import Final

from django.db import InterfaceError, InternalError, OperationalError

# nothing is said about the request by any of them, so it may be tried again (A26);
# InternalError: a server that takes no writes, as a standby before it takes over
DATABASE_AWAY: Final = (OperationalError, InterfaceError, InternalError)
