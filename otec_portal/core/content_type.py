"""Content-Type headers that Django can't read must not end in a fault.

Django reads the header before any view, and raises: an answer of SENCE that came with
an unknown or broken charset would be lost.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.utils.http import parse_header_parameters

AS_IT_CAME: Final = "otec_portal.content_type"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_readable_content_type(application: Application) -> Application:
    """Return `application`, which gets no Content-Type that Django can't read."""

    def wrapped(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        came = environ.get("CONTENT_TYPE", "")
        if (shown := readable(came)) != came:
            environ |= {"CONTENT_TYPE": shown, AS_IT_CAME: came}
        return application(environ, start)

    return wrapped


def content_type_of(request: HttpRequest) -> str:
    """Return the header as it came, readable or not."""
    came: str = request.META.get(AS_IT_CAME) or request.headers.get("content-type", "")
    return came


def readable(content_type: str) -> str:
    """Return `content_type` without the parameters that can't be read."""
    if _can_be_read(content_type):
        return content_type
    kind, *parameters = content_type.split(";")
    kept = [one for one in parameters if _can_be_read(f"a/b;{one}")]
    shown = ";".join([kind, *kept])
    return shown if _can_be_read(shown) else kind


def _can_be_read(content_type: str) -> bool:
    try:
        _, parameters = parse_header_parameters(content_type)
        codecs.lookup(parameters.get("charset", "utf-8"))
    except LookupError:  # a charset that is unknown: Django goes by UTF-8
        return True
    except Exception:  # noqa: BLE001 - whatever the standard library makes of it
        return False
    return True
