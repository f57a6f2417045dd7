"""Cover with the request, and index: the first pages of the merged PDF.

Our own design: it is the training body's request on the company's behalf, never passed
off as a paper of SENCE's.
"""

from io import BytesIO
from itertools import groupby
from typing import Final

import pikepdf
from django.template.loader import render_to_string

from liquidation.packet.manifest import Contents, Document, Listed
from otec_portal.core import pdf

LINK: Final = "documento:"  # what an address in the index begins with
_FIRST_GUESS: Final = 2  # pages of cover and index
_ROWS: Final = 30  # of a page of the index, about
_TRIES: Final = 4


def front_of(contents: Contents) -> bytes:
    """Return cover and index as PDF; its numbers are those of the merged PDF.

    How many pages it takes is known only when it is printed: if it was guessed wrong it
    is printed again.
    """
    rows = sum(len(one.places) for one in contents.actions)
    pages = _FIRST_GUESS + rows // _ROWS
    for _ in range(_TRIES):
        printed = _print(contents, front=pages)
        with pikepdf.open(BytesIO(printed)) as opened:
            taken = len(opened.pages)
        if taken == pages:
            return printed
        pages = taken
    raise RuntimeError("cover and index find no number of pages")


def page(contents: Contents, *, front: int) -> str:
    """Return cover and index as the HTML that is printed."""
    first = contents.first_pages(front)
    by_number = {one.number: one for one in contents.documents}
    return render_to_string(
        f"{_folder(contents)}/front.html",
        {
            "contents": contents,
            "actions": [_rows(one, first, by_number) for one in contents.actions],
            "pages": front + contents.pages,
            "front": front,
            "link": LINK,
            "made_at": f"{contents.asked_on:%Y-%m-%d}T00:00:00Z",
        },
    )


def _rows(
    action: Listed, first: dict[int, int], documents: dict[int, Document]
) -> dict[str, object]:
    """Return `action` with its documents by kind, each with its first page."""
    groups = [
        (
            what,
            [(one, first[one.document], documents[one.document]) for one in places],
        )
        for what, places in groupby(action.places, key=lambda one: one.what)
    ]
    return {"told": action, "groups": groups}


def _print(contents: Contents, *, front: int) -> bytes:
    return pdf.render(
        page(contents, front=front),
        css=render_to_string(f"{_folder(contents)}/front.css"),
    )


def _folder(contents: Contents) -> str:
    return f"liquidation/packet/{contents.template}"
