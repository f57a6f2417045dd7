"""No log keeps an address that lets somebody in, nor whom somebody looked for."""

import logging
import re
from http import HTTPStatus
from typing import Final

# what stands before the secret part of an address; a test asks every route
BEFORE_SECRETS: Final = (
    "entrar",  # a participant's personal link
    "sence/regreso",  # the ticket of an answer of SENCE
    "clave/nueva",  # a new password
    "mi-cuenta/correo",  # a new e-mail address
    "perfil/invitacion",  # a profile that was offered
    "perfil/ofrecido",  # and the answer to it
    "l",  # a packet, for the office or the company
    "agenda",  # somebody's calendar
)
_SLASH: Final = "(?:/|%2F)"
_SECRET: Final = re.compile(
    f"({_SLASH}(?:{'|'.join(BEFORE_SECRETS).replace('/', _SLASH)}){_SLASH})"
    r"""[^\s"'<>?#&]+""",
    re.IGNORECASE,
)


# what is asked for by these names nobody but the portal wrote: of all other names
# what was typed, or an address within the address, stays out
SAYS_NOBODY: Final = frozenset(
    {"programa", "criterio", "region", "estado", "mes", "orden", "pagina", "registros"}
)
_ASKED: Final = re.compile(r"""([?&])([^=&?#\s"'<>]+)=([^&#\s"'<>]+)""")
_RUN: Final = re.compile(r"(?<![\w.-])\d{1,2}\.?\d{3}\.?\d{3}-[\dkK](?![\w-])")


def mask(text: str) -> str:
    """Return `text` without the secret part of any address in it, and without RUNs.

    >>> mask("GET /entrar/abc:def/ HTTP/1.1")
    'GET /entrar/… HTTP/1.1'
    >>> mask("GET /cursos/?programa=3&participante=48.000.011-0 HTTP/1.1")
    'GET /cursos/?programa=3&participante=… HTTP/1.1'
    """
    return _RUN.sub("…", _ASKED.sub(_unasked, _SECRET.sub(r"\1…", text)))


def _unasked(found: re.Match[str]) -> str:
    before, name, _ = found.groups()
    return found[0] if name in SAYS_NOBODY else f"{before}{name}=…"


class OneLine(logging.Filter):
    """A 403 is the answer of a rule, no fault: its traceback tells nobody anything."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == HTTPStatus.FORBIDDEN:
            record.exc_info = record.exc_text = None
        return True


class MaskingFormatter(logging.Formatter):
    """Masks the whole line, with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
