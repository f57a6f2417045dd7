"""Whether SENCE's addresses answer, and what is wrong otherwise."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

import requests
from django.conf import settings

from attendance.sence import addresses
from attendance.sence.faults import TOO_LATE, in_words
from attendance.sence.wire import CLOSE_PATHS

TIMEOUT: Final = (5, 10)  # seconds to connect, to answer
BUDGET: Final = 16.0  # seconds for all addresses; gunicorn gives a worker 30
# what an address that takes forms may say to a request without one
_THERE: Final = {HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED}
_WORDS: Final[dict[int, str]] = {
    HTTPStatus.NOT_FOUND: "Hay un sitio, pero no tiene esta dirección (404). "
    "Revisa SENCE_BASE_URL.",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "El proxy de la red pide identificarse "
    "(407). Revisa HTTPS_PROXY.",
    HTTPStatus.FORBIDDEN: "Responde, pero no deja entrar a este servidor (403): "
    "puede ser un cortafuegos.",
    HTTPStatus.TOO_MANY_REQUESTS: "Pide esperar, porque recibió demasiadas consultas "
    "(429). Espera unos minutos y prueba de nuevo.",
}


_ELSEWHERE: Final = (
    "Responde, pero manda a {}, que no es SENCE: puede ser la página de entrada de la "
    "red. Revisa la salida a internet de este servidor y SENCE_BASE_URL."
)


@dataclass(frozen=True)
class Probe:
    """What came of asking one address. `words` is Spanish, for people."""

    url: str
    ok: bool
    words: str


def probe_sence(*, budget: float = BUDGET) -> list[Probe]:
    """Ask SENCE's four addresses at once; answer within `budget` seconds.

    Nothing is registered: a GET carries no form. The system's proxy settings hold
    (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
    """
    urls = [
        maker(environment)
        for environment in CLOSE_PATHS
        for maker in (addresses.start_url, addresses.close_url)
    ]
    threads = ThreadPoolExecutor(max_workers=len(urls))
    asked = [(url, threads.submit(_ask, url)) for url in urls]
    wait([answer for _, answer in asked], timeout=budget)
    threads.shutdown(wait=False, cancel_futures=True)
    return [_result(url, answer) for url, answer in asked]


def _result(url: str, answer: Future[Probe]) -> Probe:
    return answer.result() if answer.done() else Probe(url, ok=False, words=TOO_LATE)


def _ask(url: str) -> Probe:
    try:
        # the head is enough, and a body may be long
        with requests.get(
            url, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            if elsewhere := _leads_elsewhere(answer):
                return Probe(url, ok=False, words=_ELSEWHERE.format(elsewhere))
            return _heard(url, answer.status_code)
    except requests.RequestException as error:
        return Probe(url, ok=False, words=in_words(error))


def _leads_elsewhere(answer: requests.Response) -> str:
    """Return the site that a redirect leads to, "" where the form may go there too."""
    if not answer.is_redirect:
        return ""
    target = urljoin(answer.url, answer.headers["location"])
    site = "/".join(target.split("/", 3)[:3])
    known = [settings.SENCE_BASE_URL, *settings.SENCE_FORM_ACTION]
    return "" if any(fnmatchcase(site, one) for one in known) else site[:100]


def _heard(url: str, status: int) -> Probe:
    """Say what an answer proves: not every one comes from SENCE."""
    if status < HTTPStatus.BAD_REQUEST or status in _THERE:
        return Probe(url, ok=True, words="Responde.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Probe(
            url,
            ok=False,
            words=f"Responde, pero con un error suyo ({status}). "
            "Espera unos minutos y prueba de nuevo.",
        )
    other = f"Responde, pero no como SENCE ({status}). Revisa SENCE_BASE_URL."
    return Probe(url, ok=False, words=_WORDS.get(status, other))
