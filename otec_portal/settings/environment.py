"""The environment, read so that what can't be understood is told by its name."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any, Final

import environ
import redis
from django.core.exceptions import ImproperlyConfigured

_OFF: Final = frozenset({"false", "off", "no", "n", "f", "0"})
_DATABASES: Final = frozenset(
    {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
)


class Environment(environ.Env):  # type: ignore[misc] # it has no annotations
    """Raises ImproperlyConfigured with the variable and what it wants, never its value.

    A value may hold a password.
    """

    def int(
        self,
        var: str,
        default: Any = environ.Env.NOTSET,
        *,
        least: float = -inf,
        most: float = inf,
    ) -> Any:
        """Return a whole number, of at least `least` and at most `most`."""
        wanted = "a whole number, as 900"
        wanted += "" if least == -inf else f"; {least} or more"
        wanted += "" if most == inf else f"; {most} or less"
        with _wanting(var, wanted):
            found = super().int(var, default=default)
            if not least <= found <= most:
                raise ValueError
            return found

    def log_level(self, var: str, default: str) -> str:
        """Return the name of a level of logging, as `INFO`."""
        with _wanting(var, "DEBUG, INFO, WARNING, ERROR or CRITICAL"):
            name: str = self.str(var, default=default).upper()
            if name not in logging.getLevelNamesMapping():
                raise ValueError
            return name

    def redis_url(self, var: str, default: str) -> str:
        """Return the address of a Redis server, "" for none."""
        with _wanting(var, "redis://host:6379/0, or not to be set at all"):
            url: str = self.str(var, default=default)
            if url:
                redis.ConnectionPool.from_url(url)
            return url

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> Any:
        """Return whether it is on; django-environ takes any other word for off."""
        with _wanting(var, "true or false"):
            text = self.ENVIRON.get(var, "false").strip().lower()
            if text not in {*self.BOOLEAN_TRUE_STRINGS, *_OFF}:
                raise ValueError
            return super().bool(var, default=default)

    def db(self, var: str, default: Any = environ.Env.NOTSET) -> Any:
        """Return the settings of a database."""
        with _wanting(
            var, "postgres://user:password@host:5432/name, or not to be set at all"
        ):
            found = super().db(var, default=default)
            if found["ENGINE"] not in _DATABASES:
                raise ValueError
            return found

    def email_url(self, var: str, default: Any = environ.Env.NOTSET) -> Any:
        """Return the settings of a mail server."""
        with _wanting(var, "smtp://user:password@host:25, or not to be set at all"):
            return super().email_url(var, default=default)


@contextmanager
def _wanting(var: str, wanted: str) -> Iterator[None]:
    """Say of whatever goes wrong within that `var` wants something else."""
    if var not in os.environ:
        yield
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except Exception:  # noqa: BLE001 - each scheme fails in a way of its own
        raise ImproperlyConfigured(f"{var}: it wants {wanted}") from None
