"""No log keeps an address that lets somebody in."""

import logging
import re
from typing import Final

# what stands before the secret part of an address; a test asks every route
BEFORE_SECRETS: Final = (
    "entrar",  # a participant's personal link
    "sence/regreso",  # the ticket of an answer of SENCE
    "clave/nueva",  # a new password
    "mi-cuenta/correo",  # a new e-mail address
    "agenda",  # somebody's calendar
)
_SLASH: Final = "(?:/|%2F)"
_SECRET: Final = re.compile(
    f"({_SLASH}(?:{'|'.join(BEFORE_SECRETS).replace('/', _SLASH)}){_SLASH})"
    r"""[^\s"'<>?#&]+""",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Return `text` without the secret part of any address in it.

    >>> mask("GET /entrar/abc:def/ HTTP/1.1")
    'GET /entrar/… HTTP/1.1'
    """
    return _SECRET.sub(r"\1…", text)


class MaskingFormatter(logging.Formatter):
    """Masks the whole line, with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
