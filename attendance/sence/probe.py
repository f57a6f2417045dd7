"""Whether SENCE's addresses answer, and what is wrong otherwise."""

from dataclasses import dataclass

import requests

from attendance.sence import addresses
from attendance.sence.wire import CLOSE_PATHS

TIMEOUT = (5, 10)  # seconds to connect, to answer


@dataclass(frozen=True)
class Probe:
    """What came of asking one address. `words` is Spanish, for people."""

    url: str
    ok: bool
    words: str


def probe_sence() -> list[Probe]:
    """Ask each of SENCE's four addresses; any answer but a 5xx proves it is there.

    Nothing is registered: a GET carries no form. The system's proxy settings hold
    (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
    """
    urls = [
        maker(environment)
        for environment in CLOSE_PATHS
        for maker in (addresses.start_url, addresses.close_url)
    ]
    return [_ask(url) for url in urls]


def _ask(url: str) -> Probe:
    try:
        answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        return Probe(url, ok=False, words=_in_words(error))
    if answer.status_code >= 500:  # noqa: PLR2004
        return Probe(
            url,
            ok=False,
            words=f"Responde, pero con un error suyo ({answer.status_code}). "
            "Espera unos minutos y prueba de nuevo.",
        )
    return Probe(url, ok=True, words="Responde.")


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.ProxyError):
        return "El proxy de la red no dejó pasar. Revisa HTTPS_PROXY y NO_PROXY."
    if isinstance(error, requests.exceptions.SSLError):
        return "El certificado del sitio no es válido desde este servidor."
    if isinstance(error, requests.Timeout):
        return "No respondió a tiempo. Espera unos minutos y prueba de nuevo."
    if isinstance(error, requests.ConnectionError):
        return (
            "No se pudo conectar. Revisa la salida a internet de este servidor "
            "y SENCE_BASE_URL."
        )
    return "La dirección no sirve. Revisa SENCE_BASE_URL."
