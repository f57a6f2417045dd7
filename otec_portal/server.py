"""What gunicorn.conf.py gives to gunicorn: logs without secrets, answers in Spanish."""

import logging
import socket
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from gunicorn import glogging
from gunicorn.config import Config
from gunicorn.workers.gthread import ThreadWorker

from otec_portal.logs import MaskingFormatter

HEADERS = (
    "Connection: close",
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy: same-origin",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
)
TOO_LONG = {HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE}


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own two logs, masked."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                shown = handler.formatter or logging.Formatter()
                handler.setFormatter(MaskingFormatter(shown._fmt, shown.datefmt))


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers in Spanish also where gunicorn itself refuses a request."""

    def handle_error(
        self, req: Any, client: socket.socket, addr: Any, exc: Exception
    ) -> None:
        super().handle_error(req, _InSpanish(client), addr, exc)


class _InSpanish:
    """A socket on which gunicorn's English page is replaced by ours."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, english: bytes) -> None:
        self._client.sendall(refusal(int(english.split(maxsplit=2)[1])))


def refusal(code: int) -> bytes:
    """Return the whole answer with which gunicorn refuses a request by `code`."""
    status = HTTPStatus(code)
    if status in TOO_LONG:
        page = "errors/too_long.html"
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        page = "errors/500.html"
    else:
        page = "errors/400.html"
    body = render_to_string(page).encode()
    head = [f"HTTP/1.1 {code} {status.phrase}", *HEADERS, *_hsts()]
    head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


def _hsts() -> list[str]:
    """The header that Django's own middleware adds to every other answer."""
    if not settings.SECURE_HSTS_SECONDS:
        return []
    parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    parts += ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    parts += ["preload"] * settings.SECURE_HSTS_PRELOAD
    return [f"Strict-Transport-Security: {'; '.join(parts)}"]
