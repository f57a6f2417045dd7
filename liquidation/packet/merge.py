"""One PDF of many: cover and index first, with bookmarks and links to every document.

Documents come one by one and are read again when it is saved: memory does not grow with
their bytes. Of what a document brings only its pages go in, with what is seen on them:
no scripts, no forms, no files inside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from liquidation.packet.index import LINK
from liquidation.packet.manifest import Contents

_OF_ITS_FILE: Final = ("/StructParents", "/AA", "/B", "/Metadata", "/PieceInfo")


class Unmergeable(Exception):
    """The document can't be put into the merged PDF."""


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as why:
        raise Unmergeable(str(why)) from why


@dataclass(frozen=True)
class Mark:
    """A bookmark at a page, counted from 1, and those below it."""

    title: str
    page: int
    below: tuple["Mark", ...] = ()


class Merged:
    """The merged PDF while it is made. Close it."""

    def __init__(self, front: bytes) -> None:
        self._pdf = pikepdf.open(BytesIO(front))
        self.front = len(self._pdf.pages)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pdf.close()

    def add(self, source: BinaryIO, *, pages: int) -> None:
        """Append the PDF in `source`, which is read again by `save`.

        Raises Unmergeable where it can't be read, or has not so many `pages`.
        """
        with (
            _refused(),
            pikepdf.open(
                source,
                access_mode=pikepdf.AccessMode.stream,
                attempt_recovery=False,
                suppress_warnings=True,
            ) as pdf,
        ):
            if len(pdf.pages) != pages:
                raise Unmergeable(f"{len(pdf.pages)} pages, not {pages}")
            _draw_annotations(pdf)
            for page in pdf.pages:
                _loosen(page)
            self._pdf.pages.extend(pdf.pages)

    def save(self, out: BinaryIO, contents: Contents) -> int:
        """Write it to `out` with its bookmarks and links; return how many pages."""
        first = contents.first_pages(self.front)
        self._link(first)
        _bookmark(self._pdf, marks_of(contents, first))
        for name in ("/Metadata", "/OutputIntents", "/AF"):  # PDF/A was the front alone
            if name in self._pdf.Root:
                del self._pdf.Root[name]
        self._pdf.Root.PageMode = Name.UseOutlines
        pages = len(self._pdf.pages)
        with _refused():
            self._pdf.save(
                out,
                deterministic_id=True,
                min_version="1.7",
                fix_metadata_version=False,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
        return pages

    def _link(self, first: dict[int, int]) -> None:
        """Let the index lead to the pages that it names."""
        for page in list(self._pdf.pages)[: self.front]:
            for annotation in _annotations(page):
                uri = str(annotation.get("/A", Dictionary()).get("/URI", ""))
                if uri.startswith(LINK):
                    target = self._pdf.pages[first[int(uri.removeprefix(LINK))] - 1]
                    del annotation["/A"]
                    annotation.Dest = Array([target.obj, Name.Fit])


def marks_of(contents: Contents, first: dict[int, int]) -> list[Mark]:
    """Return the bookmarks: cover, and each action with its documents."""
    marks = [Mark("Solicitud e índice", 1)]
    for action in contents.actions:
        below = tuple(
            Mark(
                f"{one.what} · {one.person.name}" if one.person else one.what,
                first[one.document],
            )
            for one in action.places
        )
        page = below[0].page if below else 1
        marks.append(Mark(f"Acción {action.code} · {action.course}", page, below))
    return marks


def _bookmark(pdf: pikepdf.Pdf, marks: list[Mark]) -> None:
    with pdf.open_outline() as outline:
        outline.root.clear()
        for mark in marks:
            item = OutlineItem(mark.title, mark.page - 1)
            item.children.extend(
                OutlineItem(one.title, one.page - 1) for one in mark.below
            )
            outline.root.append(item)


def _draw_annotations(pdf: pikepdf.Pdf) -> None:
    """Make what is written in forms and notes part of the pages."""
    if not any(_annotations(page) for page in pdf.pages):
        return
    form = pdf.Root.get("/AcroForm")
    if form is not None and form.get("/NeedAppearances", False):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")


def _annotations(page: pikepdf.Page) -> list[Any]:
    found = page.obj.get("/Annots")
    if not isinstance(found, Array):
        return []
    return [one for one in found if isinstance(one, Dictionary)]


def _loosen(page: pikepdf.Page) -> None:
    """Take away what leads out of the page, but for links to the web."""
    for name in _OF_ITS_FILE:
        if name in page.obj:
            del page.obj[name]
    stay = [one for one in _annotations(page) if _leads_to_the_web(one)]
    for one in stay:
        for name in ("/AA", "/StructParent", "/Parent", "/Popup", "/P"):
            if name in one:
                del one[name]
        if "/Next" in one.A:
            del one.A["/Next"]
    if "/Annots" in page.obj:
        page.obj.Annots = Array(stay)


def _leads_to_the_web(annotation: Any) -> bool:
    action = annotation.get("/A")
    return (
        annotation.get("/Subtype") == Name.Link
        and isinstance(action, Dictionary)
        and action.get("/S") == Name.URI
    )
