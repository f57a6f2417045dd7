"""Why a site could not be asked, in words."""

import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests

TOO_LATE: Final = "No respondió a tiempo. Espera unos minutos y prueba de nuevo."
# the first kind that is found among an error and its causes says what is wrong
_WORDS: Final[dict[type[BaseException], str]] = {
    requests.exceptions.ProxyError: (
        "El proxy de la red no dejó pasar. Revisa HTTPS_PROXY y NO_PROXY."
    ),
    ssl.SSLCertVerificationError: (
        "El certificado del sitio no es válido desde este servidor."
    ),
    ssl.SSLError: (
        "El sitio no habla https en ese puerto: no hay conexión segura con él. "
        "Revisa SENCE_BASE_URL."
    ),
    socket.gaierror: (
        "No se encontró el nombre del sitio. Revisa SENCE_BASE_URL y el DNS de este "
        "servidor."
    ),
    ConnectionRefusedError: (
        "No se pudo conectar: nadie atiende en ese puerto. Revisa SENCE_BASE_URL."
    ),
    requests.Timeout: TOO_LATE,
    requests.ConnectionError: (
        "No se pudo conectar. Revisa la salida a internet de este servidor "
        "y SENCE_BASE_URL."
    ),
}


def in_words(error: requests.RequestException) -> str:
    """Return what `error` means and what to look at, in Spanish."""
    chain = list(_with_causes(error))
    for kind, words in _WORDS.items():
        if any(isinstance(one, kind) for one in chain):
            return words
    return "La dirección no sirve. Revisa SENCE_BASE_URL."


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what led to it, wherever requests and urllib3 keep that."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        causes = (one.__cause__, one.__context__, getattr(one, "reason", None))
        waiting += [
            cause for cause in (*causes, *one.args) if isinstance(cause, BaseException)
        ]
