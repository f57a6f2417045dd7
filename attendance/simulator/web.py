"""Requests and responses over WSGI: as much of HTTP as the simulator needs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY_BYTES: Final = 1_000_000
_MAX_DRAINED_BYTES: Final = 16 * MAX_BODY_BYTES
_MAX_FIELDS: Final = 200
_MAX_DIGITS: Final = 18
_FORM: Final = "application/x-www-form-urlencoded"
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; frame-src *; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'self'"
)


class RefusalError(Exception):
    """A request that gets an error page: `status` and a sentence in Spanish."""

    def __init__(self, status: int, message: str, *, allow: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.allow = allow


@dataclass(frozen=True)
class Request:
    """One request, its body already read."""

    method: str
    path: str
    query: dict[str, str]
    content_type: str
    body: bytes
    from_elsewhere: bool

    def form(self) -> dict[str, str]:
        """Return the fields of a posted form; of a name sent twice, the first.

        A body in another encoding than UTF-8 is read as Latin-1.
        """
        if self.content_type.partition(";")[0].strip().lower() != _FORM:
            return {}
        try:
            return _pairs(self.body.decode("latin-1"))
        except ValueError:
            raise RefusalError(400, "El formulario trae demasiados campos.") from None

    def json(self) -> Any:
        """Return the body read as JSON."""
        try:
            return json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise RefusalError(400, "El cuerpo no es JSON.") from None


@dataclass(frozen=True)
class Response:
    """One response, whole."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)

    def send(self, start_response: "StartResponse", *, head: bool) -> Iterable[bytes]:
        """Answer over WSGI; without the body where only the head was asked for."""
        body = self.body
        content = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
        start_response(
            f"{self.status} {HTTPStatus(self.status).phrase}",
            [
                ("Content-Type", self.content_type),
                ("Content-Length", str(len(content))),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", _POLICY),
                ("X-Content-Type-Options", "nosniff"),
                *self.headers,
            ],
        )
        return [] if head else [content]


def redirect(to: str, status: int = 303) -> Response:
    """Send the browser on to the path `to`."""
    return Response(status=status, headers=[("Location", to)])


def as_json(data: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    text = json.dumps(data, indent=1)
    return Response(text, status, "application/json")


def read(environ: "WSGIEnvironment") -> Request:
    """Return the request in `environ`. Raises RefusalError where it can't be read."""
    try:
        query = _pairs(environ.get("QUERY_STRING", ""))
    except ValueError:
        query = {}
    path = environ.get("PATH_INFO", "") or "/"
    return Request(
        method=environ["REQUEST_METHOD"].upper(),
        path=path.encode("latin-1", "replace").decode("utf-8", "replace"),
        query=query,
        content_type=environ.get("CONTENT_TYPE", ""),
        body=_body(environ),
        from_elsewhere=environ.get("HTTP_SEC_FETCH_SITE", "none")
        in {"cross-site", "same-site"},
    )


def _body(environ: "WSGIEnvironment") -> bytes:
    announced = environ.get("CONTENT_LENGTH") or "0"
    if not (
        announced.isascii() and announced.isdigit() and len(announced) <= _MAX_DIGITS
    ):
        raise RefusalError(400, "El largo del mensaje no se entiende.")
    length = int(announced)
    stream = environ["wsgi.input"]
    try:
        if length <= MAX_BODY_BYTES:
            return bytes(stream.read(length))
        # read on, or the browser sees a broken connection instead of the page
        left = min(length, _MAX_DRAINED_BYTES)
        while left > 0 and (chunk := stream.read(min(left, 65_536))):
            left -= len(chunk)
    except OSError:
        raise RefusalError(408, "El mensaje no llegó completo.") from None
    raise RefusalError(413, "El mensaje pesa más de 1 MB.")


def _pairs(text: str) -> dict[str, str]:
    for encoding in ("utf-8", "latin-1"):
        try:
            pairs = parse_qsl(
                text,
                keep_blank_values=True,
                encoding=encoding,
                errors="strict",
                max_num_fields=_MAX_FIELDS,
            )
        except UnicodeDecodeError:
            continue
        return dict(reversed(pairs))
    return {}
