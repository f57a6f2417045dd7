"""Files that pages hand out: named in one way, and kept by no cache."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import IO, Protocol, overload

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from otec_portal.core.uploads import FileKind

Streamed = IO[bytes] | Iterable[bytes] | Iterator[str]
Content = bytes | str | Streamed


class Kept(Protocol):
    """A stored upload: its bytes, the name it came with, what it is by content."""

    @property
    def content(self) -> bytes | memoryview: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


@overload
def download(
    content: bytes | str, *, filename: str, content_type: str
) -> HttpResponse: ...
@overload
def download(
    content: Streamed, *, filename: str, content_type: str
) -> StreamingHttpResponse: ...
def download(
    content: Content, *, filename: str, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    """Return `content` as a file to save as `filename`.

    Bytes and text go at once; an open file and any other iterable are streamed.
    """
    answer: HttpResponse | StreamingHttpResponse
    if isinstance(content, bytes | str):
        answer = HttpResponse(content, content_type=content_type)
    elif hasattr(content, "read"):
        answer = FileResponse(content, content_type=content_type)
    else:
        answer = StreamingHttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = disposition(filename)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def kept_document(one: Kept) -> HttpResponse:
    """Return a stored upload under its own name, with the ending of what it is."""
    return download(
        bytes(one.content),
        filename=f"{PurePath(one.name).stem}.{FileKind(one.kind).extension}",
        content_type=one.kind,
    )


def disposition(filename: str) -> str:
    """Return the header that has a browser save what it gets as `filename`."""
    header = content_disposition_header(as_attachment=True, filename=filename)
    return header or "attachment"


def plain_name(name: str) -> str:
    """Return `name` with letters, digits and hyphens alone: "a/1" is "a_1"."""
    return "".join(one if one.isalnum() or one == "-" else "_" for one in name)
