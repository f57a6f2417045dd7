"""Every error that errors.toml knows by its code."""

import tomllib
from pathlib import Path

from attendance.sence import errors

_TABLES = tomllib.loads(Path(errors.__file__).with_name("errors.toml").read_text())
ERRORS = tuple(errors.lookup(code) for code in _TABLES if code.isdigit())
