"""The addresses of the URLconf, and how to ask them without leaving a trace."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

METHODS = ("GET", "POST")
ID = "public_id"


@dataclass(frozen=True)
class Route:
    """A named address with the parameters that it takes."""

    name: str
    takes: frozenset[str]

    @property
    def has_id(self) -> bool:
        """Whether it leads to one row, named by its public id."""
        return ID in self.takes

    def address(self, **values: object) -> str:
        return reverse(self.name, kwargs=values)


def routes(*, admin: bool = False) -> list[Route]:
    """Return all addresses of the portal, or those of Django's admin."""
    found = _walk(get_resolver().url_patterns)
    return [one for one in found if one.name.startswith("admin:") == admin]


def _walk(
    patterns: list[URLPattern | URLResolver], space: str = "", taken: Any = frozenset()
) -> Iterator[Route]:
    for one in patterns:
        takes = taken | set(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inner, takes)
        else:
            _is_named_as_expected(one)
            yield Route(f"{space}{one.name}", frozenset(takes))


def _is_named_as_expected(one: URLPattern) -> None:
    """An address's own id is a public id; another one in it is a world's to tell."""
    converters: dict[str, object] = getattr(one.pattern, "converters", {})
    for name, converter in converters.items():
        assert name != ID or isinstance(converter, UUIDConverter), one


@dataclass(frozen=True)
class Answer:
    """What came back, all of it."""

    status: int
    text: str
    location: str

    def shows(self, word: str) -> bool:
        return word in self.text or word in self.location


def _readable(body: bytes) -> bytes:
    """Return what a ZIP (a spreadsheet, a packet) has inside, else `body` itself."""
    if not is_zipfile(BytesIO(body)):
        return body
    with ZipFile(BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def ask(client: Client, method: str, url: str) -> Answer:
    """Ask, and undo whatever it did: rows, and the browser's cookies."""
    cookies = copy.deepcopy(client.cookies)
    client.raise_request_exception = False
    with transaction.atomic():
        made: Callable[[str], Any] = client.get if method == "GET" else client.post
        answer = made(url)
        body = _readable(b"".join(answer))
        transaction.set_rollback(True)
    client.cookies = cookies
    return Answer(
        answer.status_code,
        body.decode(errors="replace"),
        answer.headers.get("Location", ""),
    )
